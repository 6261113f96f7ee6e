"""The levels of a nation and the grid of all its units, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from dashboard.window.access import COOKIE
from metrics.database import Sessions
from metrics.plan.store import plan_at
from metrics.principal import Role
from tests.accessibility import grave
from tests.browser.going import go_on
from tests.dashboard.conftest import SUBMISSIONS, record
from tests.people import browser_session
from tests.serving import LiveServer
from tests.trees import in_a_nation, load

_GRID = "#flat-grid"
_LAST = "粤桂合作特别试验区(肇庆)"  # by its code


@pytest.fixture(scope="module")
def secret(live_server: LiveServer) -> str:
    """The session of a reviewer; the city is one of a nation's, and three units have reported."""
    with Sessions(live_server.database.engine).write() as session:
        load(session, in_a_nation(plan_at(session)))
        for (unit, month), changes in SUBMISSIONS.items():
            record(session, unit, month, **changes)
        record(session, "450102", "2019-09", items_online=500)
        return browser_session(session, "li", role=Role.REVIEWER)


@pytest.fixture
def reviewer(page: Page, live_server: LiveServer, secret: str) -> Iterator[Page]:
    """A reviewer's page; complaints of the browser, the content policy's among them, fail the test."""
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": live_server.url}])
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


def units(page: Page) -> list[str]:
    """The units of the grid from its top, as they stand in it."""
    return page.locator(f'{_GRID} .ag-row [col-id="unit"]').all_inner_texts()


def test_a_level_leads_down_and_up(reviewer: Page, live_server: LiveServer) -> None:
    page = reviewer
    page.goto(f"{live_server.url}/?month=2019-09")
    page.locator(".matrix").get_by_role("link", name="乙省").click()
    expect(page.locator(".breadcrumbs [aria-current]")).to_have_text("乙省")
    page.locator(".matrix").get_by_role("link", name="乙市").click()
    expect(page.locator(".matrix tbody tr")).to_have_count(3)
    assert page.url.endswith("under=450100")
    assert grave(page) == []
    page.locator(".breadcrumbs a").first.click()
    expect(page.locator(".breadcrumbs [aria-current]")).to_have_text("全国")
    page.go_back()
    expect(page.locator(".breadcrumbs [aria-current]")).to_have_text("乙市")


def test_the_grid_sorts_filters_and_prints_what_is_chosen(reviewer: Page, live_server: LiveServer) -> None:
    page = reviewer
    page.goto(f"{live_server.url}/?month=2019-09")
    page.locator(".matrix-section").get_by_text("全部单位一览表").click()
    expect(page.locator(f"{_GRID} .ag-row").first).to_contain_text("市本级")
    assert grave(page) == []
    heading = page.locator(f'{_GRID} [role="columnheader"][col-id="TG-05A-value"]')
    heading.locator(".ag-header-cell-text").click()
    expect(page.locator(f'{_GRID} .ag-row[row-index="0"] [col-id="unit"]')).to_have_text("乙一县")
    heading.press("Enter")  # by keyboard the other way round
    expect(page.locator(f'{_GRID} .ag-row[row-index="0"] [col-id="unit"]')).to_have_text("鼎湖区")
    seek = page.locator(f'{_GRID} .ag-floating-filter input[aria-label^="填报单位"]')
    seek.fill("乙")
    expect(page.locator(f"{_GRID} .ag-pinned-left-cols-container .ag-row")).to_have_count(2)
    page.locator(f'{_GRID} .ag-row[row-index="0"] [col-id="unit"]').click()
    expect(page.locator("#flat-chosen")).to_have_text("乙一县")
    page.keyboard.press("Tab")  # out of the cells, to the way that was named
    expect(page.locator("#flat-chosen")).to_be_focused()
    page.locator(f'{_GRID} .ag-row[row-index="0"] [col-id="TG-05A-value"]').click()
    page.keyboard.press("Shift+Tab")
    expect(heading).to_be_focused()
    page.locator("#flat-printed").click()
    expect(page.locator(".flat-printed tbody th")).to_have_text(["乙一县", "乙二县"])
    page.get_by_text("返回表格").click()
    expect(page.locator(f"{_GRID} .ag-pinned-left-cols-container .ag-row")).to_have_count(2)
    assert units(page) == ["乙一县", "乙二县"]


def test_what_is_done_in_the_grid_stands_in_the_address(reviewer: Page, live_server: LiveServer) -> None:
    """Back undoes it; a reload, another language and whoever gets the address see the same."""
    page = reviewer
    page.goto(f"{live_server.url}/flat?month=2019-09")
    expect(page.locator(f"{_GRID} .ag-row").first).to_contain_text("市本级")
    code = page.locator(f'{_GRID} [role="columnheader"][col-id="code"]')
    code.press("Enter")
    code.press("Enter")  # descending
    first = page.locator(f'{_GRID} .ag-row[row-index="0"] [col-id="unit"]')
    expect(first).to_have_text(_LAST)
    page.wait_for_url("**rows=*desc*")
    seek = page.locator(f'{_GRID} .ag-floating-filter input[aria-label^="填报单位"]')
    for typed in ("四", "四会"):
        seek.fill(typed)
        expect(first).to_have_text("四会市")
        page.wait_for_url(f"**{quote(typed)}%22*")
    assert page.evaluate("document.activeElement.matches('.ag-floating-filter input')")  # the grid stayed as it was
    other = page.get_by_text("English", exact=True)
    expect(other).to_have_attribute("href", re.compile(quote("四会")))  # the page has followed
    expect(page.locator(".flat-head a[download]").first).to_have_attribute(
        "href", re.compile("^/tables/csv/flat.*" + quote("四会"))
    )
    page.locator(".flat-columns-menu summary").click()
    page.locator(".flat-columns li", has_text="代码").get_by_text("隐藏").click()
    expect(code).to_have_count(0)
    expect(page.locator(".flat-columns li", has_text="代码").get_by_text("显示")).to_be_focused()
    page.locator(".flat-columns li", has_text="数值").first.get_by_text("固定").click()
    pinned = page.locator(f"{_GRID} .ag-pinned-left-header [role=columnheader].ag-header-cell")
    expect(pinned).to_have_count(2)
    assert grave(page) == []
    page.keyboard.press("Escape")
    page.reload()
    expect(pinned).to_have_count(2)
    expect(first).to_have_text("四会市")
    other.click()
    expect(page.locator(f'{_GRID} .ag-floating-filter input[aria-label^="Unit"]')).to_have_value("四会")
    expect(pinned).to_have_count(2)
    page.go_back()  # the language
    expect(first).to_have_text("四会市")
    undone(page)


def undone(page: Page) -> None:
    """Back undoes what was done step by step, from the pin to the filter; Forward does it again."""
    first = page.locator(f'{_GRID} .ag-row[row-index="0"] [col-id="unit"]')
    page.go_back()  # the pin
    expect(page.locator(f"{_GRID} .ag-pinned-left-header [role=columnheader].ag-header-cell")).to_have_count(1)
    page.go_back()  # the hidden column
    expect(page.locator(f'{_GRID} [role="columnheader"][col-id="code"]')).to_have_count(1)
    page.go_back()  # the filter, typed in two steps, is one
    expect(first).to_have_text(_LAST)
    expect(page.locator(f'{_GRID} .ag-floating-filter input[aria-label^="填报单位"]')).to_have_value("")
    page.go_forward()
    expect(first).to_have_text("四会市")


def test_the_longest_name_leaves_the_columns_beside_it(reviewer: Page, live_server: LiveServer) -> None:
    page = reviewer
    for address in ("/leaderboard?", "/units?", "/review?", "/periods?", "/flat?layout=table&"):
        if page.url == "about:blank":
            page.goto(f"{live_server.url}{address}month=2019-09")
        else:
            go_on(page, f"{address}month=2019-09")
        name = page.locator("tbody .unit-name").first
        name.evaluate("(name) => { name.textContent = '很长的名字'.repeat(20); }")
        assert name.evaluate("(name) => name.getBoundingClientRect().width") < 400, address
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        assert grave(page, rules=["scrollable-region-focusable"]) == [], address
