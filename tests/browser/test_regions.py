"""What is typed in one region of the window outlives what happens in another, in a real browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from dashboard.window.access import COOKIE
from metrics.commands.users import add_user
from metrics.database import Sessions
from metrics.principal import Role
from tests.people import signed_in
from tests.posting import REVIEWER, post
from tests.serving import LiveServer

PASSWORD = "four narrow lanterns"
UNITS = ("441202", "441203", "441204")
_MARK = "element => { element.marked = true; }"
_IS_MARKED = "element => element.marked === true"


@pytest.fixture(scope="module")
def secrets(live_server: LiveServer) -> dict[str, str]:
    """Sessions of a reviewer, an evaluator and 441204's clerk; one unit has reported for September 2019."""
    now, found = datetime.now(UTC), {}
    with Sessions(live_server.database.engine).write() as session:
        post(session, principal=REVIEWER, unit=UNITS[0])
        for name, role in (("bureau", Role.REVIEWER), ("wang", Role.EVALUATOR), ("chen", Role.CLERK)):
            add_user(
                session,
                name,
                display_name="陈",
                role=role,
                units={UNITS[2]} if role is Role.CLERK else set(),
                password=PASSWORD,
                known_units=set(UNITS),
                now=now,
            )
            found[name] = signed_in(session, name, now=now).secret
    return found


def show(page: Page, server: LiveServer, address: str, *, secret: str) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": server.url}])
    page.goto(server.url + address)
    page.wait_for_selector("#content h1")


def test_what_is_typed_in_another_form_outlives_an_act(
    live_server: LiveServer, secrets: dict[str, str], page: Page
) -> None:
    page.clock.install()
    show(page, live_server, "/periods?month=2019-09&lang=en", secret=secrets["bureau"])
    page.get_by_text("Grant a unit an exception …").click()
    page.locator("#except-unit").select_option(UNITS[1])
    page.locator("#except-until").fill("2031-12-31")
    page.locator("#except-reason").fill("the flood")
    page.locator("#except-reason").evaluate(_MARK)
    page.get_by_text("Lock the month …").click()
    page.locator("#lock-reason").fill("closed for the report")
    page.get_by_role("button", name="Lock Sep 2019").click()
    expect(page.locator(".outcome-done")).to_contain_text("Sep 2019")
    expect(page.locator(".period-strip")).to_contain_text("locked since")
    expect(page.get_by_text("Open the month again …")).to_be_visible()
    expect(page.locator("#except-unit")).to_have_value(UNITS[1])
    expect(page.locator("#except-until")).to_have_value("2031-12-31")
    expect(page.locator("#except-reason")).to_have_value("the flood")
    assert page.locator("#except-reason").evaluate(_IS_MARKED), "the form was drawn anew"

    page.locator("#except-until").fill("2001-01-01")
    page.get_by_role("button", name="Grant the exception").click()
    expect(page.locator(".outcome-refused")).to_be_visible()
    expect(page.locator("#except-until")).to_have_value("2001-01-01")
    page.locator("#except-until").fill("2031-12-31")
    page.get_by_role("button", name="Grant the exception").click()
    expect(page.locator(".outcome-done")).to_be_visible()
    expect(page.locator(".history")).to_contain_text("the flood")
    page.clock.fast_forward(10_000)  # what was still to come for the refusal is over
    expect(page.locator("#except-reason")).to_have_value("")


def test_what_is_typed_outlives_what_others_record(
    live_server: LiveServer, secrets: dict[str, str], page: Page
) -> None:
    show(page, live_server, "/leaderboard?lang=en", secret=secrets["wang"])
    page.get_by_text("Change the weights").click()
    page.locator("input[name='weights.TG-05A']").fill("2.5")
    reason = page.locator("form[data-post] input[name=reason]")
    reason.fill("this quarter's")
    reason.evaluate(_MARK)
    before = page.locator("[data-follows]").get_attribute("data-follows") or ""
    with Sessions(live_server.database.engine).write() as session:
        post(session, principal=REVIEWER, unit=UNITS[1], period="2019-10")
    expect(page.locator("[data-follows]")).not_to_have_attribute("data-follows", before)
    expect(reason).to_be_focused()
    reason.press_sequentially(" focus")
    expect(reason).to_have_value("this quarter's focus")
    expect(page.locator("input[name='weights.TG-05A']")).to_have_value("2.5")
    assert reason.evaluate(_IS_MARKED), "the form was drawn anew"


def test_what_an_act_adds_to_the_page_leaves_the_other_forms_alone(
    live_server: LiveServer, secrets: dict[str, str], page: Page
) -> None:
    show(page, live_server, "/periods?month=2019-11&lang=en", secret=secrets["bureau"])
    page.get_by_text("Lock the month …").click()
    page.locator("#lock-reason").fill("closed for the report")
    page.locator("#lock-reason").evaluate(_MARK)
    page.get_by_text("Grant a unit an exception …").click()
    page.locator("#except-unit").select_option(UNITS[1])
    page.locator("#except-until").fill("2031-12-31")
    page.locator("#except-reason").fill("the flood")
    page.get_by_role("button", name="Grant the exception").click()
    expect(page.locator(".outcome-done")).to_be_visible()
    expect(page.locator(".ends details")).to_have_count(1)
    expect(page.locator("#lock-reason")).to_have_value("closed for the report")
    assert page.locator("#lock-reason").evaluate(_IS_MARKED), "the form was drawn anew"
    page.get_by_role("button", name="Lock Nov 2019").click()
    expect(page.get_by_text("Open the month again …")).to_be_visible()
    expect(page.get_by_role("button", name="Open Nov 2019")).to_be_hidden()  # folded


def test_what_became_of_the_weights_is_said_and_stays(
    live_server: LiveServer, secrets: dict[str, str], page: Page
) -> None:
    show(page, live_server, "/leaderboard?lang=en", secret=secrets["wang"])
    page.get_by_text("Change the weights").click()
    page.locator("input[name='weights.TG-05A']").fill("3.5")
    page.locator("form[data-post] input[name=reason]").fill("this quarter's focus")
    page.get_by_role("button", name="Set the weights").click()
    expect(page.locator(".weights")).to_contain_text("× 3.5")
    expect(page.locator("[data-said]")).to_have_text("Recorded.")
    expect(page.locator("[data-said]")).to_be_visible()


def test_opening_the_form_is_one_step_and_the_theme_leaves_it_alone(
    live_server: LiveServer, secrets: dict[str, str], page: Page
) -> None:
    show(page, live_server, "/my", secret=secrets["chen"])
    steps = page.evaluate("window.history.length")
    page.locator(".rail a[href^='/collect']").click()
    expect(page.locator("#collect-progress")).to_contain_text("/45")
    page.wait_for_url(lambda url: f"unit={UNITS[2]}&period=" in url)
    assert page.evaluate("window.history.length") == steps + 1
    english = page.get_by_role("link", name="English")
    expect(english).to_have_attribute("href", re.compile(rf"lang=en&unit={UNITS[2]}&period="))
    cell = page.locator("#cell-items_total")
    cell.fill("1000")
    cell.evaluate(_MARK)
    page.locator("#theme-toggle").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    page.wait_for_load_state("networkidle")
    expect(cell).to_have_value("1000")
    assert cell.evaluate(_IS_MARKED), "the form was drawn anew"
    page.go_back()
    page.wait_for_url(f"{live_server.url}/my")
