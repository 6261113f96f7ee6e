"""The review in a real browser: verify, send back with a reason that the clerk then reads, all of it by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dashboard.window.access import COOKIE
from metrics.database import Sessions
from metrics.principal import Role
from tests.people import browser_session
from tests.posting import REVIEWER, post
from tests.serving import LiveServer

UNITS = ("441202", "441203", "441204")


@pytest.fixture(scope="module")
def secrets(live_server: LiveServer) -> dict[str, str]:
    """Sessions of a reviewer and of 441202's clerk; of three units the ETag of what they reported for 2019-09."""
    with Sessions(live_server.database.engine).write() as session:
        etags = {unit: str(post(session, principal=REVIEWER, unit=unit).etag) for unit in UNITS}
        bureau = browser_session(session, "bureau", role=Role.REVIEWER)
        return {"bureau": bureau, "chen": browser_session(session), **etags}


@pytest.fixture
def window(page: Page) -> Iterator[Page]:
    """What the browser complains of fails the test."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


def show(page: Page, server: LiveServer, address: str, *, secret: str) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": server.url}])
    page.goto(server.url + address)
    page.wait_for_selector("#content h1")


def tab_to(page: Page, text: str, *, most: int = 80) -> None:
    """Press Tab until what has the focus says `text`."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.innerText || document.activeElement.id).trim()") == text:
            return
    raise AssertionError(f"{text!r} is not reached by Tab")


def test_a_submission_is_sent_back_by_keyboard_alone_and_the_clerk_reads_why(
    live_server: LiveServer, secrets: dict[str, str], window: Page
) -> None:
    show(window, live_server, "/review?month=2019-09", secret=secrets["bureau"])
    tab_to(window, "端州区")
    window.keyboard.press("Enter")
    window.wait_for_selector(".decide")
    tab_to(window, "submission-reason")
    window.keyboard.type("请核对基期材料数")
    tab_to(window, "请说明分母减少的原因。")
    window.keyboard.press("Enter")
    expect(window.locator("#submission-reason")).to_have_value("请核对基期材料数 请说明分母减少的原因。")
    tab_to(window, "退回")
    window.keyboard.press("Enter")
    expect(window.locator(".outcome-done")).to_contain_text("端州区 2019年9月：已退回")
    expect(window.locator("#announced")).to_contain_text("已完成")
    expect(window.locator("h1")).to_contain_text("已退回")
    show(window, live_server, "/units/441202", secret=secrets["chen"])
    expect(window.locator(".submissions")).to_contain_text("请核对基期材料数 请说明分母减少的原因。")


def test_those_ticked_are_verified_and_nothing_stays_ticked(
    live_server: LiveServer, secrets: dict[str, str], window: Page
) -> None:
    show(window, live_server, "/review?month=2019-09", secret=secrets["bureau"])
    window.get_by_role("checkbox", name="选择鼎湖区").focus()
    window.keyboard.press("Space")
    window.get_by_role("button", name="审核通过所选").press("Enter")
    expect(window.locator(".outcome")).to_contain_text(["鼎湖区 2019年9月：已审核"])
    row = window.get_by_role("row").filter(has=window.get_by_role("rowheader", name="鼎湖区"))
    expect(row).to_contain_text("已审核")
    expect(window.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(window.get_by_role("checkbox", name="选择鼎湖区")).to_have_count(0)


def test_a_reason_outlives_the_refusal_of_what_was_overtaken(
    live_server: LiveServer, secrets: dict[str, str], window: Page
) -> None:
    show(window, live_server, "/review?month=2019-09", secret=secrets["bureau"])
    window.get_by_role("link", name="高要区").first.click()
    reason = window.locator("#submission-reason")
    reason.fill("材料数与附件不符")
    with Sessions(live_server.database.engine).write() as session:
        given = {"changes": {"items_instant": 351}, "reason": "漏报一项", "if_match": secrets["441204"]}
        post(session, principal=REVIEWER, unit="441204", **given)
    window.get_by_role("button", name="退回", exact=True).click()
    expect(window.locator(".outcome-refused")).to_be_visible()
    expect(reason).to_have_value("材料数与附件不符")
    window.get_by_role("button", name="退回", exact=True).click()
    expect(window.locator(".outcome-done")).to_be_visible()
