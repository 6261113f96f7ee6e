"""An administrator in a real browser: an account from its password, shown once, to its end."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dashboard.window.access import COOKIE
from metrics.database import Sessions
from metrics.principal import Role
from tests.accessibility import grave
from tests.people import browser_session
from tests.serving import LiveServer


@pytest.fixture(scope="module")
def secret(live_server: LiveServer) -> str:
    with Sessions(live_server.database.engine).write() as session:
        return browser_session(session, "root-li", role=Role.ADMIN, display_name="李")


@pytest.fixture
def admin(page: Page, live_server: LiveServer, secret: str) -> Page:
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": live_server.url}])
    return page


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
    page.get_by_text("E-mail address …").click()
    page.fill("#user-email-email", "nobody")
    page.get_by_role("button", name="Record the address").click()
    expect(page.locator(".field-problem")).to_contain_text("no e-mail address")
    expect(page.locator("#user-email-email")).to_have_value("nobody")
    page.fill("#user-email-email", "wang@example.org")
    page.get_by_role("button", name="Record the address").click()
    expect(page.locator(".account-facts")).to_contain_text("wang@example.org")
    expect(page.locator(".field-problem")).to_have_count(0)
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
