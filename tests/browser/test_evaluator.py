"""The evaluator's short forms and the leaderboard that follows the ledger, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from metrics.principal import Role
from tests.browser.test_main_job import as_user, post, tokens
from tests.serving import LiveServer

__all__ = ["tokens"]  # the fixture


@pytest.fixture
def posted(live_server: LiveServer, tokens: dict[Role, str]) -> None:
    post(live_server, tokens[Role.CLERK], key="evaluator-first", period="2019-10", values={"items_online": 699})


@pytest.mark.usefixtures("posted")
def test_the_leaderboard_follows_and_a_light_is_set_by_hand(
    page: Page, live_server: LiveServer, tokens: dict[Role, str]
) -> None:
    as_user(page, live_server, "the.evaluator")
    page.goto(f"{live_server.url}/leaderboard?lang=en")
    expect(page.locator(".leaderboard")).to_contain_text("0.99")  # 69.9 of 70
    page.evaluate("window.stayed = true")
    post(live_server, tokens[Role.CLERK], key="evaluator-second", period="2019-11", values={"items_online": 900})
    expect(page.locator("h1")).to_contain_text("Nov 2019")
    assert page.evaluate("window.stayed") is True, "the page was loaded again"

    page.get_by_text("Change the weights").click()
    page.locator("input[name='weights.TG-05A']").fill("2.5")
    page.locator("form[data-post] button[type=submit]").click()
    expect(page.locator("[data-said]")).to_contain_text("reason")
    page.locator("form[data-post] input[name=reason]").fill("this quarter's focus")
    page.locator("form[data-post] button[type=submit]").click()
    expect(page.locator(".weights")).to_contain_text("× 2.5 · this quarter's focus")

    page.goto(f"{live_server.url}/?lang=en#why=441202/TG-05A")
    page.get_by_text("Set the light by hand").click()
    page.locator("select[name=light]").select_option("red")
    page.locator(".why form input[name=reason]").fill("checked on site")
    page.locator(".why form button[type=submit]").click()
    expect(page.locator(".why")).to_contain_text("Set by hand to red; the rules say green.")
    cell = page.locator('a[href="#why=441202/TG-05A"]').first
    expect(cell).to_contain_text("✎")
    post(live_server, tokens[Role.CLERK], key="evaluator-third", period="2019-09", values={"items_online": 800})
    page.goto(f"{live_server.url}/?lang=en")
    expect(cell).not_to_contain_text("✎")
