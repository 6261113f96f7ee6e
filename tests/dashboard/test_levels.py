"""A page shows one level of the tree of units, leads up and down, and never grows with the units below."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.locale import speaking
from dashboard.pages import attention_panel
from dashboard.words.figures import status_word
from metrics.database import WriteSession
from metrics.periods import JudgedMonth
from metrics.plan.level import MOST_SHOWN
from metrics.plan.store import plan_at
from metrics.principal import Role
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from tests.beginnings import beginning
from tests.dashboard.conftest import record, record_all
from tests.dashboard.drawn import asked_window, forms, nodes, of_class, said, signed_in, use_secret, window
from tests.people import person
from tests.trees import in_a_nation, load, with_counties


@beginning
def of_a_nation(session: WriteSession) -> None:
    """A nation in which two units of one city and one county of the other have reported, and a reviewer."""
    record_all(session)
    load(session, in_a_nation(plan_at(session)))
    record(session, "450102", "2019-09", items_online=500)
    person(session, "li", role=Role.REVIEWER)


@pytest.fixture
def nation(of_a_nation: None, session: WriteSession, client: TestClient) -> TestClient:
    """The reviewer looks."""
    use_secret(client, signed_in(session, "li"))
    return client


def rows_of(tree: Any, name: str) -> list[str]:
    """What the head of every row says in the table of that class."""
    (table,) = (node for node in of_class(tree, name) if node["type"] == "Table")
    return [said(node).removesuffix("›") for node in nodes(table) if node["props"].get("scope") == "row"]


def links(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in nodes(tree):
        if "href" in node["props"]:
            found.setdefault(said(node).removesuffix("›"), str(node["props"]["href"]))
    return found


def test_the_overview_leads_from_the_nation_to_the_counties_of_a_city(nation: TestClient) -> None:
    top = window(nation, "/", "?month=2019-09")
    assert rows_of(top, "matrix") == ["全国", "甲省", "乙省"]
    assert links(of_class(top, "matrix"))["乙省"] == "/?month=2019-09&under=450000"
    below = window(nation, "/", "?month=2019-09&under=450000")
    assert rows_of(below, "matrix") == ["乙省", "乙市"]
    assert rows_of(window(nation, "/", "?month=2019-09&under=450100"), "matrix") == ["乙市", "乙一县", "乙二县"]


def test_the_way_up_stands_above_the_level(nation: TestClient) -> None:
    (crumbs,) = of_class(window(nation, "/", "?month=2019-09&under=450100&lang=en"), "breadcrumbs")
    assert [said(node) for node in nodes(crumbs) if node["type"] == "Li"] == [
        "Unit 100000",
        "Unit 450000",
        "Unit 450100",
    ]
    assert [node["props"]["href"] for node in nodes(crumbs) if node["type"] == "Link"] == [
        "/?month=2019-09&lang=en",
        "/?month=2019-09&under=450000&lang=en",
    ]


def test_a_row_that_adds_up_others_counts_the_lights_below_it(nation: TestClient) -> None:
    cells = [c for c in of_class(window(nation, "/", "?month=2019-09&lang=en"), "below") if c["type"] == "Td"]
    whole, first, second = ([said(part) for part in of_class(cell, "status")] for cell in cells)
    assert second == ["1 amber", "1 grey"]  # 乙一县 50 % online on the day it is due; 乙二县 has not reported
    assert sum(int(part.split()[0]) for part in whole) == sum(int(part.split()[0]) for part in [*first, *second]) == 13


def test_the_level_stays_from_page_to_page(nation: TestClient) -> None:
    tree = window(nation, "/", "?month=2019-09&under=450000")
    (rail,) = of_class(tree, "rail")
    assert links(rail)["目标"] == "/targets?month=2019-09&under=450000"


@pytest.mark.parametrize(
    ("path", "table", "rows"),
    [
        ("/units", "figures", ["乙市", "乙一县", "乙二县"]),
        ("/review", "queue", ["乙一县", "乙二县"]),
        ("/leaderboard", "figures", ["乙一县", "乙二县"]),
    ],
)
def test_every_list_is_of_the_level(nation: TestClient, path: str, table: str, rows: list[str]) -> None:
    tree = window(nation, path, "?month=2019-09&under=450100")
    listed = next(node for node in of_class(tree, table) if node["type"] == "Table" and "乙一县" in said(node))
    assert [said(node) for node in nodes(listed) if node["props"].get("scope") == "row"] == rows


def test_targets_are_met_by_the_top_of_the_level_and_spread_over_what_is_below(nation: TestClient) -> None:
    tree = window(nation, "/targets", "?month=2019-09&under=450000&lang=en")
    assert "Unit 450000 meets" in said(of_class(tree, "page-head"))
    target = window(nation, "/targets/TG-05A", "?month=2019-09&under=450000&lang=en")
    assert "0 of 2 units meet" in said(of_class(target, "page-head"))
    assert [said(node) for node in of_class(target, "ranking-name")] == ["Unit 450100"]


def test_a_month_is_told_for_what_stands_on_the_level(nation: TestClient) -> None:
    tree = window(nation, "/periods", "?month=2019-09&lang=en")
    (level,) = of_class(tree, "level-months")
    lines = [
        [said(cell) for cell in nodes(row) if cell["type"] in ("Th", "Td")]
        for row in nodes(level)
        if row["type"] == "Tr"
    ]
    assert lines[1:] == [["Unit 440000›", "2 of 11 reported", "9", "2"], ["Unit 450000›", "1 of 2 reported", "1", "1"]]


def test_a_level_that_there_is_not_is_said(nation: TestClient) -> None:
    tree = window(nation, "/", "?month=2019-09&under=441202")
    (told,) = of_class(tree, "misread")
    assert "under=441202" in said(told)
    assert list(links(told).values()) == ["/?month=2019-09"]
    assert rows_of(tree, "matrix")[0] == "全国"


def test_a_city_with_its_units_has_no_levels(submissions: WriteSession, evaluator: TestClient) -> None:
    for path in ("/", "/targets", "/units", "/leaderboard", "/targets/TG-05A"):
        tree = window(evaluator, path, "?month=2019-09")
        assert not of_class(tree, "breadcrumbs")
        assert not of_class(tree, "pages")
        assert not of_class(tree, "below")


def test_a_long_level_is_shown_in_pages(submissions: WriteSession, client: TestClient) -> None:
    plan = load(submissions, with_counties(plan_at(submissions), MOST_SHOWN))
    person(submissions, "li", role=Role.REVIEWER)
    use_secret(client, signed_in(submissions, "li"))
    whole = [unit.name.zh for unit in plan.children[plan.document.root_unit]]
    seen: list[str] = []
    for page in ("", "&page=2"):
        tree = window(client, "/", f"?month=2019-09{page}")
        assert not of_class(tree, "misread")
        top, *rows = rows_of(tree, "matrix")
        assert top == "肇庆市"
        assert len(rows) <= MOST_SHOWN
        seen += rows
    assert seen == whole
    assert links(of_class(tree, "pages")) == {"首页": "/?month=2019-09", "上一页": "/?month=2019-09"}
    queue = window(client, "/review", "?month=2019-09")
    assert rows_of(queue, "queue")[:2] == ["端州区", "鼎湖区"]  # what waits, the longest waiting first
    assert of_class(window(client, "/", "?month=2019-09&page=3"), "misread")


def test_of_a_long_level_every_target_is_shown_of_the_rows_of_a_page(
    submissions: WriteSession, client: TestClient
) -> None:
    load(submissions, with_counties(plan_at(submissions), MOST_SHOWN))
    person(submissions, "li", role=Role.REVIEWER)
    use_secret(client, signed_in(submissions, "li"))
    core, whole = (window(client, "/", f"?month=2019-09{more}") for more in ("", "&targets=all"))
    for part in ("page-head", "cards", "attention-reason"):
        assert [said(node) for node in of_class(whole, part)] == [said(node) for node in of_class(core, part)], part
    assert rows_of(whole, "matrix") == rows_of(core, "matrix")
    judged = progress_by_unit(submissions, view_at(submissions), month=JudgedMonth.of(date(2019, 9, 1)))
    with speaking("zh"):
        expected = {f"#why={one.unit_code}/{one.target_code}": status_word(one.status) for one in judged.progress}
    cells = [node for node in nodes(of_class(whole, "matrix")) if node["props"].get("href", "").startswith("#why=")]
    assert len(cells) == (1 + MOST_SHOWN) * len({one.target_code for one in judged.progress})
    for cell in cells:
        assert cell["props"]["title"].split(" · ")[0] == expected[cell["props"]["href"]]


def test_what_needs_attention_is_counted_whole_and_listed_in_part(
    submissions: WriteSession, evaluator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = of_class(window(evaluator, "/", "?month=2019-09&lang=en"), "attention")
    monkeypatch.setattr(attention_panel, "_LISTED", 4)
    part = of_class(window(evaluator, "/", "?month=2019-09&lang=en"), "attention")
    counts = [[said(node) for node in of_class(tree, "attention-reason")] for tree in (whole, part)]
    assert counts[0] == counts[1]
    listed = [
        sum(1 for node in nodes(of_class(tree, "attention-units")) if node["type"] == "Link") for tree in (whole, part)
    ]
    missing = max(int(count) for count in counts[0])
    assert listed[1] == listed[0] - (missing - 4)
    assert f"and {missing - 4} more" in said(part)


def test_the_page_of_a_unit_leads_up_and_to_the_units_below_it(nation: TestClient) -> None:
    (crumbs,) = of_class(window(nation, "/units/450100", "?month=2019-09"), "breadcrumbs")
    assert [said(node) for node in nodes(crumbs) if node["type"] == "Li"] == ["全国", "乙省", "乙市", "乙市所辖单位"]
    found = links(crumbs)
    assert found["乙省"] == "/units/450000?month=2019-09"
    assert found["乙市所辖单位"] == "/units?month=2019-09&under=450100"
    (crumbs,) = of_class(window(nation, "/units/450102"), "breadcrumbs")
    assert list(links(crumbs)) == ["全国", "乙省", "乙市"]


def test_what_only_adds_up_others_owes_no_figures(nation: TestClient) -> None:
    (table,) = (node for node in nodes(window(nation, "/units", "?under=450100")) if node["type"] == "Table")
    rows = {said(row["props"]["children"][0]): said(row) for row in nodes(table) if row["type"] == "Tr"}
    assert "汇总" in rows["乙市"]
    assert "必报" not in rows["乙市"]
    assert "必报" in rows["乙一县"]


@pytest.mark.parametrize(
    "address", ["/units/450100", "/units/450102", "/", "/targets", "/units", "/review", "/periods"]
)
def test_what_scrolls_sideways_can_be_scrolled_by_keyboard(nation: TestClient, address: str) -> None:
    stops = {"A", "Link", "Button", "Input", "Select", "Summary", "Checkbox"}
    wide = of_class(window(nation, address, "?month=2019-09"), "scroll")
    assert wide
    for part in wide:
        told = part["props"]
        assert any(node["type"] in stops for node in nodes(told["children"])) or (told["tabIndex"], told["role"]) == (
            "0",
            "region",
        )
        assert told.get("tabIndex") is None or told["aria-label"]


def test_a_level_below_counts_its_own_units_only(nation: TestClient) -> None:
    """Without looking at the others': the months of a city are those of its units."""
    whole, below = (said(window(nation, "/periods", f"?month=2019-09{under}")) for under in ("", "&under=450100"))
    assert "已收3/13份" in whole
    assert "已收1/2份" in below
    assert "已收1/2份" in said(window(nation, "/review", "?month=2019-09&under=450100"))


def test_where_units_are_many_an_exception_is_granted_by_name_or_code(
    submissions: WriteSession, client: TestClient
) -> None:
    load(submissions, with_counties(plan_at(submissions), MOST_SHOWN))
    person(submissions, "li", role=Role.REVIEWER)
    use_secret(client, signed_in(submissions, "li"))
    tree = window(client, "/periods", "?month=2019-09")
    assert not [node for node in nodes(tree) if node["type"] == "Option"]
    form = forms(tree)["period.except"]
    for unit, outcome in (
        ("第3县", "第3县 2019年9月例外至"),
        ("900004", "第4县 2019年9月例外至"),
        ("第9999县", "“第9999县”"),
    ):
        fields = {**form["fields"], "unit": unit, "until": "2031-01-31", "reason": "补报"}
        answer = asked_window(client, {**form, "fields": fields}, "/periods", "?month=2019-09")
        assert outcome in said(answer)
