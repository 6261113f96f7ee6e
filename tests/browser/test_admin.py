"""An administrator in a real browser: an account from its password, shown once, to its end; and a service too busy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from dashboard.window.access import COOKIE
from metrics.database import Sessions
from metrics.principal import Role
from tests.accessibility import grave
from tests.people import browser_session
from tests.serving import LiveServer

CALLBACK = "**/_dash-update-component?*"
BUSY = '{"code": "busy", "message": {"zh": "服务繁忙,请稍后再试。", "en": "The service is busy. Try again shortly."}}'


@pytest.fixture(scope="module")
def secret(live_server: LiveServer) -> str:
    with Sessions(live_server.database.engine).write() as session:
        return browser_session(session, "root-li", role=Role.ADMIN, display_name="李")


@pytest.fixture
def admin(page: Page, live_server: LiveServer, secret: str) -> Page:
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": live_server.url}])
    return page


def busy_once(page: Page, about: Callable[[str], bool]) -> None:
    """The first callback whose body `about` finds is told to come back in five seconds."""
    told: list[str] = []

    def answer(route: Route) -> None:
        body = route.request.post_data or ""
        if told or not about(body):
            route.continue_()
            return
        told.append(body)
        headers = {"Retry-After": "5", "Content-Type": "application/problem+json"}
        route.fulfill(status=503, headers=headers, body=BUSY)

    page.route(CALLBACK, answer)


def give_an_address(page: Page) -> None:
    """An e-mail address for the account that is shown; a wrong one first, which is said at its field."""
    page.get_by_text("E-mail address …").click()
    page.fill("#user-email-email", "nobody")
    page.get_by_role("button", name="Record the address").click()
    expect(page.locator(".field-problem")).to_contain_text("no e-mail address")
    expect(page.locator("#user-email-email")).to_have_value("nobody")
    page.fill("#user-email-email", "wang@example.org")
    page.get_by_role("button", name="Record the address").click()
    expect(page.locator(".account-facts")).to_contain_text("wang@example.org")
    expect(page.locator(".field-problem")).to_have_count(0)


def test_an_account_is_added_changed_and_disabled_and_all_of_it_is_in_the_audit(
    admin: Page, live_server: LiveServer
) -> None:
    page = admin
    page.goto(f"{live_server.url}/admin?show=accounts&lang=en")
    page.get_by_text("Add an account …").click()
    page.fill("#new-username", "9 lives")
    page.fill("#new-display_name", "王五")
    page.select_option("#new-role", "clerk")
    page.fill("#new-units", "nowhere")
    page.get_by_role("button", name="Add the account").click()
    expect(page.locator("#wrong-username")).to_contain_text("A username has 2 to 64")
    expect(page.locator("#wrong-units")).to_contain_text("no reporting unit 'nowhere'")
    assert grave(page) == []
    page.fill("#new-username", "wang.wu")
    page.fill("#new-units", "Duanzhou District, 441203")
    page.get_by_role("button", name="Add the account").click()
    secret = page.locator(".typed-key").inner_text()
    assert len(secret) == 23
    assert grave(page) == []

    page.get_by_role("link", name="Account wang.wu").click()
    expect(page.locator(".account-facts")).to_contain_text("Dinghu District")
    assert secret not in page.content()
    give_an_address(page)
    page.get_by_text("Disable the account …").click()
    expect(page.locator(".account-acts")).to_contain_text("wang.wu (王五) can no longer sign in")
    page.get_by_role("button", name="Disable wang.wu").click()
    expect(page.locator(".outcome-done")).to_contain_text("wang.wu is disabled.")
    expect(page.locator(".account-facts")).to_contain_text("disabled")

    page.goto(f"{live_server.url}/admin/audit?user=root-li&lang=en")
    rows = page.locator(".audit-rows")
    for act, outcome in (("Disable an account", "Done"), ("Add an account", "Done"), ("Add an account", "Failed")):
        expect(
            rows.locator("tr", has_text=act).filter(has_text="wang.wu" if outcome == "Done" else "")
        ).not_to_have_count(0)
        expect(rows.locator("tr", has_text=act).filter(has_text=outcome)).not_to_have_count(0)
    assert secret not in page.content()


def test_a_page_that_is_told_to_come_back_says_so_and_asks_again_by_itself(
    admin: Page, live_server: LiveServer
) -> None:
    page = admin
    busy_once(page, lambda body: '"id":"url"' in body and '"frame"' in body)
    page.goto(f"{live_server.url}/admin?lang=en")
    notice = page.locator("#told-later")
    expect(notice).to_contain_text("The service is busy. Try again shortly.")
    expect(notice).to_contain_text("The page tries again by itself in 5 s.")
    expect(page.locator("h1")).to_have_text("Administration")
    expect(notice).to_be_hidden()


def test_an_act_that_is_told_to_come_back_says_so_and_can_be_pressed_again(
    admin: Page, live_server: LiveServer
) -> None:
    page = admin
    page.goto(f"{live_server.url}/admin/accounts/root-li?lang=zh")
    page.get_by_text("电子邮箱…").click()
    page.fill("#user-email-email", "li@example.org")
    busy_once(page, lambda body: '"id":"asked"' in body)
    press = page.get_by_role("button", name="登记邮箱")
    press.click()
    expect(page.locator("#told-later")).to_contain_text("服务繁忙")
    expect(page.locator("form[aria-busy]")).to_have_count(0)
    expect(page.locator(".account-facts")).not_to_contain_text("li@example.org")
    press.click()
    expect(page.locator(".account-facts")).to_contain_text("li@example.org")
    expect(page.locator("#told-later")).to_be_hidden()
