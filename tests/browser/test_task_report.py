"""A clerk reports on a task in a real browser: what was typed outlives a refusal, and a report is revised."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from metrics.principal import Role
from tests.browser.test_main_job import as_user, tokens
from tests.serving import LiveServer

__all__ = ["tokens"]  # the fixture


def test_a_refused_report_keeps_what_was_typed_and_a_report_is_revised(
    page: Page, live_server: LiveServer, tokens: dict[Role, str]
) -> None:
    as_user(page, live_server, "the.clerk")
    page.goto(f"{live_server.url}/tasks/3?month=2019-09&lang=en")
    page.locator("textarea[name=text]").fill("第一项已完成\n第二项在办")
    page.locator("select[name=state]").select_option("blocked")
    page.locator("input[name=evidence]").fill("ftp://x")
    page.locator(".task-form button[type=submit]").click()
    expect(page.locator(".outcome-refused")).to_be_visible()
    expect(page.locator("textarea[name=text]")).to_have_value("第一项已完成\n第二项在办")
    expect(page.locator("select[name=state]")).to_have_value("blocked")
    expect(page.locator("input[name=evidence]")).to_have_value("ftp://x")

    page.locator("input[name=evidence]").fill("https://example.org/3")
    page.locator(".task-form button[type=submit]").click()
    expect(page.locator(".outcome-done")).to_contain_text("Reported on task 3")
    page.locator("input[name=reason]").fill("补充")
    page.locator("select[name=state]").select_option("done")
    page.locator(".task-form button[type=submit]").click()
    expect(page.locator(".outcome-done")).to_contain_text("Revised")
    expect(page.locator(".task-reports").first).to_contain_text("revision 2")
