"""The target page beyond its ranking: small multiples, paces, the table's explanations, and pictures that speak."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.models import User
from metrics.queries.view import view_at
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, why_body, window
from tests.metrics.queries.test_views import post

PAGE = "/targets/TG-05A"


def tiles(tree: Any) -> dict[str, Any]:
    """The small charts of a page by the name of their unit."""
    return {said(of_class(tile, "multiple-name")): tile for tile in of_class(tree, "multiple")}


def facts(tree: Any) -> dict[str, str]:
    """The row of facts under the course."""
    (row,) = of_class(tree, "pace-facts")
    names = [said(node) for node in nodes(row) if node["type"] == "Dt"]
    return dict(zip(names, [said(node) for node in nodes(row) if node["type"] == "Dd"], strict=True))


def pictures(tree: Any) -> dict[str, dict[str, Any]]:
    """What the pictures of a page say, by what they show."""
    found = [json.loads(node["props"]["data-picture"]) for node in of_class(tree, "pictured")]
    return {picture["file"].split("_")[1]: picture for picture in found}


def test_every_unit_has_a_small_chart_with_sign_word_and_value(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    found = tiles(window(evaluator, PAGE, "?month=2019-09"))
    assert len(found) == 12
    assert "69.90 % · 滞后" in said(found["端州区"])
    assert "85.00 % · 达标" in said(found["鼎湖区"])
    assert [found[name]["props"]["data-sign"] for name in ("端州区", "鼎湖区", "高要区")] == ["▲", "✔", "○"]
    hrefs = {node["props"].get("href", "") for node in nodes(found["端州区"])}
    assert "#why=441202/TG-05A" in hrefs
    assert "/targets/TG-05A?month=2019-09&unit=441202" in hrefs


def test_the_chosen_unit_is_kept_in_the_address(evaluator: TestClient, submissions: WriteSession) -> None:
    tree = window(evaluator, PAGE, "?month=2019-09&unit=441203")
    assert [
        said(of_class(tile, "multiple-name")) for tile in of_class(tree, "chosen") if "data-sign" in tile["props"]
    ] == ["鼎湖区"]
    assert facts(tree)["数值"] == "85.00 %达标"


def test_both_paces_stand_side_by_side(evaluator: TestClient, session: WriteSession) -> None:
    """Three values rising two points a month, six points short with two months left: +3.00 needed."""
    for month, online in (("2019-05", 600), ("2019-06", 620), ("2019-07", 640)):
        record(session, "441202", month, items_online=online)
    tree = window(evaluator, PAGE, "?month=2019-07&unit=441202&lang=en")
    shown = facts(tree)
    assert shown["Required pace"] == "+3.00 pp a month to ≥ 70 % by 30 Sep 2019"
    assert shown["Present pace"] == "+2.00 pp a month"
    assert shown["Reached at this pace on"] == "31 Oct 2019"
    assert shown["Projection"].startswith("68.00 % on the due date")
    assert "needs +3.00 pp a monthnow +2.00 pp a month" in said(tiles(tree)["Duanzhou District"])


def test_too_few_points_are_said_and_counted(evaluator: TestClient, session: WriteSession) -> None:
    for month, online in (("2019-06", 620), ("2019-07", 640)):
        record(session, "441202", month, items_online=online)
    shown = facts(window(evaluator, PAGE, "?month=2019-07&unit=441202&lang=en"))
    assert shown["Present pace"] == shown["Reached at this pace on"] == "not enough points: 2 months of the 3 needed"
    assert "Projection" not in shown


def test_an_explanation_says_why_nothing_is_projected(evaluator: TestClient, session: WriteSession) -> None:
    record(session, "441202", "2019-07", items_online=640)
    record(session, "441202", "2019-10", items_online=640)
    for month, words in (("2019-07", "not enough points: 1 month"), ("2019-10", "nothing is projected beyond it")):
        answer = evaluator.post(CALLBACKS, json=why_body("#why=441202/TG-05A", search=f"?month={month}&lang=en"))
        assert words in said(answer.json()["response"]["why"]["children"])


def test_once_a_stage_is_met_the_next_one_asks_for_its_pace(evaluator: TestClient, submissions: WriteSession) -> None:
    shown = facts(window(evaluator, PAGE, "?month=2019-09&unit=441203&lang=en"))
    assert shown["Required pace"] == "none: it is met"
    assert shown["Next step"].endswith("to = 100 % by 30 Jun 2020")
    last = facts(window(evaluator, "/targets/TG-05B", "?month=2019-09&unit=441203&lang=en"))
    assert "Next step" not in last


def test_every_figure_of_the_table_leads_to_its_explanation(evaluator: TestClient, submissions: WriteSession) -> None:
    tree = window(evaluator, PAGE, f"?month=2019-09&as_of={view_at(submissions).seq}")
    table = next(node for node in of_class(tree, "table-view") if "网上可办率走势" in said(node))
    links = {said(node): node["props"]["href"] for node in nodes(table) if "#why=" in str(node["props"].get("href"))}
    assert links["66.00"].startswith("/targets/TG-05A?month=2019-08&as_of=")
    assert links["66.00"].endswith("#why=441202/TG-05A")


@pytest.mark.parametrize("path", [PAGE, "/units/441202"])
def test_the_csv_holds_what_the_page_shows(evaluator: TestClient, session: WriteSession, path: str) -> None:
    """Judged for August, known before a later correction: neither September nor later entries are in the file."""
    record(session, "441202", "2019-08", items_online=660)
    seq = record(session, "441203", "2019-08", items_online=700)
    record(session, "441202", "2019-09", items_online=699)
    tree = window(evaluator, path, f"?month=2019-08&as_of={seq}")
    (link,) = {n["props"]["href"] for n in nodes(tree) if "/rates.csv" in str(n["props"].get("href"))}
    asked = parse_qs(urlsplit(link).query)
    assert (asked["period_to"], asked["as_of"], asked["lang"]) == (["2019-08"], [str(seq)], ["zh"])
    rows = list(csv.DictReader(io.StringIO(evaluator.get(link).content.decode("utf-8-sig"))))
    assert {row["period"] for row in rows} == {"2019-08"}
    online = {row["unit_code"]: row["value"] for row in rows if row["indicator_code"] == "online_rate"}
    assert online["441202"] == "66.00"
    assert ("441203" in online) == (path == PAGE)


def test_a_picture_says_finding_month_knowledge_and_clause(evaluator: TestClient, submissions: WriteSession) -> None:
    seq = view_at(submissions).seq
    found = pictures(window(evaluator, PAGE, f"?month=2019-09&as_of={seq}"))
    assert set(found) == {"course", "ranking", "units"}
    course = found["course"]
    assert course["file"] == f"TG-05A_course_2019-09_as-of-{seq}"
    assert course["title"] == "11个单位中有1个达到网上可办率 ≥ 70 %；9个单位未报"
    assert "评估日2019年9月30日" in course["under"][0]
    assert f"账本序号 {seq}" in course["under"][0]
    assert course["foot"][0].startswith("原文：「2019年9月底前,市县级政务服务事项网上可办率不低于70%」")
    assert "肇府函〔2019〕83号" in course["foot"][-1]


def test_a_picture_of_demonstration_data_says_so(evaluator: TestClient, submissions: WriteSession) -> None:
    submissions.execute(update(User).values(demonstration=True))
    for path in (PAGE, "/units/441202"):
        for picture in pictures(window(evaluator, path, "?month=2019-09&lang=en")).values():
            assert "Synthetic demonstration data" in picture["under"][1]
            assert picture["foot"][0].startswith("Quoted from the Chinese original: 「")
            assert not any("Quoted" in line for line in picture["foot"][1:])


def test_a_target_of_many_units_draws_the_farthest(
    evaluator: TestClient, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.grids.multiples.MOST", 1)
    tree = window(evaluator, PAGE, "?month=2019-09&lang=en")
    assert list(tiles(tree)) == ["Duanzhou District"]
    assert "The 1 unit farthest from the target is shown; the CSV has them all." in said(tree)
    (graph,) = [node["props"]["figure"] for node in nodes(tree) if node["type"] == "Graph"]
    assert {trace.get("meta") for trace in graph["data"]} == {"441202", "441200", None}
    (table,) = [node for node in of_class(tree, "figures") if "Online rate over time" in said(node)]
    assert [name for name in ("Zhaoqing City", "Duanzhou", "Dinghu") if name in said(table)] == [
        "Zhaoqing City",
        "Duanzhou",
    ]


def drawn_courses(tree: Any) -> list[dict[str, Any]]:
    """The traces with markers of every graph of a page."""
    graphs = [node["props"]["figure"] for node in nodes(tree) if node["type"] == "Graph"]
    return [trace for figure in graphs for trace in figure["data"] if "marker" in trace]


def label_of_course(tree: Any) -> str:
    """What the figure says to those who do not see it."""
    (figure,) = of_class(tree, "course")
    return str(figure["props"]["aria-label"])


def test_what_was_corrected_is_marked_with_its_old_value_and_reason_and_the_verdict_that_it_turned(
    evaluator: TestClient, session: WriteSession
) -> None:
    post(session, period="2019-08", items_online=660)
    post(session, items_online=699)
    post(session, items_online=700, reason="漏计一项")
    for path, search, count in (
        (PAGE, "?month=2019-10&unit=441202&lang=en", "1 figure was"),
        ("/units/441202", "?month=2019-10&lang=en", "2 figures were"),  # the rate after exemptions as well
    ):
        tree = window(evaluator, path, search)
        title = f"{count} corrected; the verdict changed for 1 of them"
        (listed,) = [node for node in nodes(tree) if node["type"] == "Section" and title in said(node)]
        assert "69.9070.00" in said(listed)
        assert "漏计一项" in said(listed)
        assert "Behind → " in said(listed)
        assert [n["props"]["href"] for n in nodes(listed) if "#why=441202/TG-05A" in str(n["props"].get("href"))]
        marks = [trace for trace in drawn_courses(tree) if trace["name"] == "revised"]
        assert [mark["x"] for mark in marks] == [["2019-09-30"]] * (1 if path == PAGE else 2)
        assert all("before: 69.90" in mark["customdata"][0] for mark in marks[:1])
    assert "corrected: Sep 2019" in label_of_course(window(evaluator, PAGE, "?month=2019-10&unit=441202&lang=en"))
    answer = evaluator.post(CALLBACKS, json=why_body("#why=441202/TG-05A", search="?month=2019-09&lang=en"))
    explained = said(answer.json()["response"]["why"]["children"])
    assert "before: 69.90 · 漏计一项 · Behind → Met" in explained


def test_the_figure_says_in_words_what_its_lines_do(evaluator: TestClient, submissions: WriteSession) -> None:
    words = label_of_course(window(evaluator, PAGE, "?month=2019-09&unit=441202&lang=en"))
    assert "Duanzhou District: from 62.00 in Jul 2019 to 69.90 in Sep 2019" in words
    assert "What is due: 70.00" in words


def test_the_span_is_kept_in_the_address_and_shown_alike_in_figure_table_and_file(
    evaluator: TestClient, session: WriteSession
) -> None:
    """The plan was issued in February 2019."""
    record(session, "441202", "2018-06", items_online=600)
    record(session, "441202", "2019-09", items_online=600)
    begins = {None: "2018-06", "6m": "2019-04", "1y": "2018-10", "plan": "2019-02", "soon": "2018-06"}
    for span, first in begins.items():
        kept = "" if span is None else f"&span={span}"
        tree = window(evaluator, PAGE, f"?month=2019-09&unit=441202{kept}")
        (course,) = [
            trace for trace in drawn_courses(tree) if (trace.get("meta"), trace["name"]) == ("441202", "端州区")
        ]
        assert course["x"][0][:7] == first, span
        (link,) = {n["props"]["href"] for n in nodes(tree) if "/rates.csv" in str(n["props"].get("href"))}
        assert parse_qs(urlsplit(link).query)["period_from"] == [first]
        table = next(node for node in of_class(tree, "table-view") if "网上可办率走势" in said(node))
        headings = [said(node) for node in nodes(table) if node["type"] == "Th"]
        year, month = first.split("-")
        assert headings[1] == f"{year}年{int(month)}月"
        here = [node for node in nodes(of_class(tree, "spans")) if node["props"].get("aria-current") == "true"]
        assert said(here) == {"6m": "近6个月", "1y": "近1年", "plan": "方案印发以来"}.get(span or "", "全部月份")


def test_the_way_ahead_is_the_one_judged_by_whatever_months_are_shown(
    evaluator: TestClient, session: WriteSession
) -> None:
    """From 60 % in June 2018 to 70 % in September 2019: fourteen of fifteen months later the line stands at 69.33."""
    for month in ("2018-06", "2019-07", "2019-08"):
        record(session, "441202", month, items_online=600)
    for span in ("", "&span=1y", "&span=6m"):
        tree = window(evaluator, PAGE, f"?month=2019-08&unit=441202{span}")
        table = next(node for node in of_class(tree, "table-view") if "网上可办率走势" in said(node))
        (way,) = [said(row) for row in nodes(table) if row["type"] == "Tr" and "2019年9月30日" in said(row)]
        assert way.endswith("69.33"), span


@pytest.mark.parametrize(
    ("month", "due"),
    [("2019-08", []), ("2019-09", [("2019-09-30", 70.0)]), ("2019-10", [("2019-09-30", 70.0)])],
)
def test_what_is_due_is_the_same_line_wherever_a_unit_s_course_is_drawn(
    evaluator: TestClient, submissions: WriteSession, month: str, due: list[tuple[str, float]]
) -> None:
    """In the figure of the target, the small chart of the unit, its sparkline and its trend."""
    record(submissions, "441202", "2019-10", items_online=699)
    target = window(evaluator, PAGE, f"?month={month}&unit=441202")
    unit = window(evaluator, "/units/441202", f"?month={month}")
    (large,), trends = graphs_of(target), graphs_of(unit)
    assert [steps(trace) for trace in large["data"] if trace["name"] == "due"] == ([due] if due else [])
    (online,) = [trace for trace in trends[0]["data"] if trace["name"] == "网上可办率"]
    beside = [trace for trace in trends[0]["data"] if trace["name"] == "due" and trace["xaxis"] == online["xaxis"]]
    assert [steps(trace) for trace in beside] == ([due] if due else [])
    (small,) = [node for node in nodes(tiles(target)["端州区"]) if node["type"] == "Img"]
    (table,) = of_class(unit, "progress")
    (line,) = [row for row in nodes(table) if row["type"] == "Tr" and "441202/TG-05A" in str(row)]
    (spark,) = of_class(line, "sparkline")
    for node, heavy, dashed in ((small, 'stroke-width="2"', "3 2"), (spark, 'stroke-linecap="square"', "2 2")):
        drawn = unquote(node["props"]["src"])
        assert (heavy in drawn) is bool(due)
        assert (f'stroke-dasharray="{dashed}"' in drawn) is not bool(due), "the path to the next stage"
    assert bool([trace for trace in large["data"] if trace["name"] == "way"]) is not bool(due)


def graphs_of(tree: Any) -> list[dict[str, Any]]:
    return [node["props"]["figure"] for node in nodes(tree) if node["type"] == "Graph"]


def steps(trace: dict[str, Any]) -> list[tuple[str, float]]:
    """Where a line rises: its corners without those that go on level."""
    corners = list(zip(trace["x"], trace["y"], strict=True))
    return [corner for place, corner in enumerate(corners) if place == 0 or corner[1] != corners[place - 1][1]]


def test_several_units_are_in_colour_each_with_its_facts_and_more_than_there_are_colours_are_told(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    tree = window(evaluator, PAGE, "?month=2019-09&unit=441202&unit=441203&lang=en")
    courses = {trace["name"]: trace for trace in drawn_courses(tree)}
    assert courses["Duanzhou District"]["opacity"] == courses["Dinghu District"]["opacity"] == 1
    assert courses["Duanzhou District"]["line"]["color"] != courses["Dinghu District"]["line"]["color"]
    assert len(of_class(tree, "pace-facts")) == 2
    assert "Duanzhou District stands at 69.90 %: Behind; beside it Dinghu District" in said(tree)
    hrefs = {str(node["props"].get("href")) for node in nodes(of_class(tree, "ranking"))}
    assert "/targets/TG-05A?month=2019-09&lang=en&unit=441202&unit=441203&unit=441204" in hrefs
    assert "/targets/TG-05A?month=2019-09&lang=en&unit=441203" in hrefs
    six = "".join(f"&unit={code}" for code in ("441202", "441203", "441204", "441223", "441224", "441225"))
    assert "Of the 6 units chosen the first 5 are in colour." in said(window(evaluator, PAGE, f"?lang=en{six}"))
