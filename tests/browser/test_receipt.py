"""The receipt on paper: one upright A4 page, whatever was sent, in both languages."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page

from dashboard.window.access import COOKIE
from metrics.database import Sessions, WriteSession
from tests.browser.going import go_on
from tests.builders import whole_values
from tests.people import browser_session
from tests.posting import CLERK, post
from tests.serving import LiveServer

A4 = re.compile(rb"/MediaBox \[0 0 (?:594|595)(?:\.\d+)? 84[12](?:\.\d+)?\]")


@pytest.fixture(scope="module")
def secret(live_server: LiveServer) -> str:
    with Sessions(live_server.database.engine).write() as session:
        return browser_session(session)


@pytest.fixture(scope="module")
def receipts(live_server: LiveServer) -> dict[str, int]:
    """A first submission, a revision of two figures, and one of all 45 with long reasons."""
    with Sessions(live_server.database.engine).write() as session:
        return {
            "first": _sent(session, "2019-07"),
            "two figures": _sent(session, "2019-08", {"items_online": 860, "items_hall": 905}),
            "every figure": _sent(session, "2019-09", {code: _twice(value) for code, value in whole_values().items()}),
        }


def _twice(value: int | str) -> str:
    return str(2 * Decimal(str(value)))


def _sent(session: WriteSession, period: str, revised: dict[str, int | str] | None = None) -> int:
    first = post(session, principal=CLERK, period=period)
    assert first.id is not None
    if revised:
        reason = "按新的事项目录口径全部重新统计,原数误按旧目录填报。" * 12
        given = {"stock_moved": "逐项核对无误。" * 6, "rate_fell": "目录调整。"}
        post(
            session,
            principal=CLERK,
            period=period,
            values=revised,
            reason=reason,
            acknowledged=given,
            if_match=first.etag,
        )
    return first.id


def test_a_receipt_is_one_upright_page(
    page: Page, live_server: LiveServer, secret: str, receipts: dict[str, int]
) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": live_server.url}])
    for which, number in receipts.items():
        for language in ("zh", "en"):
            address = f"/collect/receipt/{number}?lang={language}"
            page.emulate_media(media="null")  # which is print for what is printed
            if page.url == "about:blank":
                page.goto(live_server.url + address)
            else:
                go_on(page, address)
            page.wait_for_selector(f"html[lang^={language}] .receipt")
            printed = page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, (which, language)
            assert A4.search(printed), (which, language)
            page.emulate_media(media="print")
            assert page.locator(".receipt-values tbody tr:visible").count() == 45, (which, language)
            assert page.locator(".signature-lines li:visible").count() == 4, (which, language)
