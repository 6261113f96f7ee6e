"""A clerk's desk in a real browser: from signing in to the form by one press, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dashboard.window.access import COOKIE
from metrics.commands.verify_submission import verify_submission
from metrics.database import Sessions
from metrics.submission_states import Action
from tests.browser.going import go_on
from tests.browser.signing_in import show_code
from tests.people import PASSWORD, browser_session
from tests.posting import REVIEWER, post
from tests.serving import LiveServer

UNIT = "441202"
SIZES = ((1366, 768), (390, 844))
CLIPPED = """() => [...document.querySelectorAll("#content *")].filter((part) => part.checkVisibility())
    .filter((part) => !part.closest(".hidden-text") && part.getBoundingClientRect().right > innerWidth)
    .map((part) => part.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module", autouse=True)
def secret(live_server: LiveServer) -> str:
    """The session of a clerk of one unit, whose submission for July was sent back; August was sent."""
    with Sessions(live_server.database.engine).write() as session:
        sent = post(session, principal=REVIEWER, period="2019-07")
        post(session, principal=REVIEWER, period="2019-08")
        assert sent.id is not None
        verify_submission(
            session,
            principal=REVIEWER,
            submission_id=sent.id,
            action=Action.SEND_BACK,
            reason="材料数与附件不符,请核对",
            if_match=sent.etag,
            timezone="Asia/Shanghai",
        )
        return browser_session(session)


def sign_in(page: Page, server: LiveServer) -> None:
    page.goto(server.url)
    page.get_by_label("用户名").fill("chen")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    show_code(page, server, "chen")
    page.wait_for_url(f"{server.url}/my")
    page.wait_for_selector("#content h1")


def test_signing_in_leads_to_the_desk_and_one_press_to_the_form(page: Page, live_server: LiveServer) -> None:
    sign_in(page, live_server)
    expect(page.locator("h1")).to_have_text("1份月报被退回，请先更正")
    expect(page.locator(".desk > *").nth(1)).to_contain_text("材料数与附件不符,请核对")
    main = page.locator(".button-main")
    expect(main).to_have_count(1)
    main.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/collect?unit={UNIT}&period=2019-09")
    expect(page.locator("#collect-progress")).to_contain_text("/45")
    page.go_back()
    page.wait_for_url(f"{live_server.url}/my")
    page.get_by_role("link", name="更正").click()
    page.wait_for_url(f"{live_server.url}/collect?unit={UNIT}&period=2019-07")


def test_the_desk_fits_the_window_and_says_what_is_to_be_done_without_scrolling(
    page: Page, live_server: LiveServer, secret: str
) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": live_server.url}])
    page.goto(f"{live_server.url}/my?lang=zh")
    for language in ("zh", "en"):
        if language == "en":
            go_on(page, "/my?lang=en")
        page.wait_for_selector(f"html[lang^={language}] #content h1")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (language, width)
            assert page.evaluate(CLIPPED) == [], (language, width)
            for part in (".desk-sent-back .button", ".button-main"):
                expect(page.locator(part)).to_be_in_viewport(ratio=1)
