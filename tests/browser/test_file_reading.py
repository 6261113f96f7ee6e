"""A file of a clerk's own layout in a real browser: shown as it is read, answered, confirmed, known next month."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from dashboard.window.access import COOKIE
from metrics.commands.weigh_targets import weigh_targets
from metrics.database import Sessions
from metrics.models import Figure
from metrics.periods import parse_period
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from tests.accessibility import CONTRAST, grave
from tests.people import browser_session
from tests.serving import LiveServer
from tests.workbooks import office_rows, xlsx_bytes

UNITS = ("441202", "441203", "441204")
Drop = Callable[..., None]


@pytest.fixture(scope="module")
def secret(live_server: LiveServer) -> str:
    """The session of a clerk of three units."""
    with Sessions(live_server.database.engine).write() as session:
        return browser_session(session, units=UNITS, display_name="陈静")


@pytest.fixture
def drop(page: Page, live_server: LiveServer, secret: str, tmp_path: Path) -> Drop:
    """Opens a unit's form and gives it a file of the office's own."""
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": live_server.url}])

    def drop_file(unit: str, period: str, search: str = "", **given: object) -> None:
        page.goto(f"{live_server.url}/collect?unit={unit}&period={period}{search}")
        expect(page.locator("#collect-progress")).to_contain_text("/45" if not search else "of 45")
        file = tmp_path / f"{period}.xlsx"
        file.write_bytes(xlsx_bytes(office_rows(period, unit=unit, **given)))  # type: ignore[arg-type]  # by name
        page.set_input_files("#collect-file input[type=file]", file)
        expect(page.locator(".reading-table")).to_be_visible()

    return drop_file


def stored(server: LiveServer, unit: str, period: str) -> Decimal | None:
    with Sessions(server.database.engine).read() as session:
        of = Figure.unit_code == unit, Figure.period == parse_period(period), Figure.element_code == "items_instant"
        return session.scalar(select(Figure.value).where(*of))


def test_a_layout_is_answered_and_confirmed_once_and_known_next_month(
    page: Page, live_server: LiveServer, drop: Drop
) -> None:
    drop("441202", "2019-09", titled="2019-08", corrected={"items_instant": 351})
    send = page.get_by_role("button", name="确认并报送")
    instant = page.locator(".reading-table tr", has_text="即办件事项数")
    expect(page.locator(".file-question")).to_have_count(2)
    expect(page.locator(".file-question").first.locator("input").first).to_be_focused()
    expect(instant).to_contain_text("350350月报!C34")
    expect(send).to_be_disabled()
    page.get_by_label("有“更正数”的取“更正数”").click()
    expect(instant).to_contain_text("351351月报!D34")
    expect(send).to_be_disabled()
    page.get_by_label("核对无误").click()
    expect(page.locator(".file-questions")).to_contain_text("已全部回答")
    expect(page.locator(".file-preview")).to_contain_text("“填表人:张三”")  # what was left out
    assert stored(live_server, "441202", "2019-09") is None
    send.click()
    expect(page.locator(".file-sent")).to_contain_text("端州区 2019年9月")
    assert stored(live_server, "441202", "2019-09") == 351

    drop("441202", "2019-10", items_instant=360)
    expect(page.locator(".file-question")).to_have_count(0)
    expect(page.locator(".confirmation-note")).to_contain_text("由 陈静 于")
    expect(instant).to_contain_text("360360月报!C34351+9")
    send.click()
    expect(page.locator(".file-sent")).to_contain_text("端州区 2019年10月")
    assert stored(live_server, "441202", "2019-10") == 360

    page.reload()
    page.locator(".layouts-part summary", has_text="已确认的版式（1）").click()
    expect(page.locator(".layouts-part")).to_contain_text("陈静 于")
    page.get_by_role("button", name="撤销版式：填报项、计量单位、本期数、更正数").click()
    expect(page.locator(".outcome")).to_contain_text("已撤销该版式")
    expect(page.locator(".layouts-part")).to_have_count(0)
    drop("441202", "2019-11", items_instant=361)
    expect(page.locator(".confirmation-note")).to_contain_text("尚未确认过")


def test_a_plan_that_changes_meanwhile_is_said_and_the_file_is_read_again(
    page: Page, live_server: LiveServer, drop: Drop
) -> None:
    drop("441203", "2019-09")
    with Sessions(live_server.database.engine).write() as session:
        code = next(iter(plan_at(session).weights_by_target))
        evaluator = Principal(9, "han", "韩", Role.EVALUATOR)
        weigh_targets(session, principal=evaluator, weights={code: 2}, reason="重点考核")
    page.get_by_role("button", name="确认并报送").click()
    expect(page.locator("#collect-refused")).to_contain_text("方案已更新")
    assert stored(live_server, "441203", "2019-09") is None
    expect(page.locator(".file-preview[aria-busy]")).to_have_count(0)
    page.get_by_role("button", name="确认并报送").click()
    expect(page.locator(".file-sent")).to_contain_text("鼎湖区 2019年9月")
    assert stored(live_server, "441203", "2019-09") == 350


def test_a_file_is_answered_by_keyboard_and_axe_finds_nothing_grave(page: Page, drop: Drop) -> None:
    drop("441204", "2019-09", "&lang=en", titled="2019-08", corrected={"items_instant": 351}, materials_current=5500)
    first = page.locator(".file-question").first
    expect(first.locator("input").first).to_be_focused()
    assert grave(page, within="#collect") == []
    page.keyboard.press("Space")
    expect(page.locator(".file-questions")).to_contain_text("1 still to be answered")
    expect(first.locator("input").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(first.locator("input").last).to_be_focused()
    expect(page.locator(".file-preview[aria-busy]")).to_have_count(0)
    expect(page.locator(".reading-table tr", has_text="月报!C34")).to_contain_text("350350")
    expect(page.locator(".reading-table .row-warning")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".file-questions")).to_contain_text("All answered")
    expect(page.get_by_role("button", name="Confirm and send")).to_be_enabled()
    page.evaluate("document.documentElement.setAttribute('data-mantine-color-scheme', 'dark')")
    assert grave(page, rules=CONTRAST, within=".file-preview") == []
