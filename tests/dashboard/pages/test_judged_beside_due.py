"""What a verdict is held against is drawn, said and tabled also where the line of what is due has left it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from dashboard.charts.course import course_figure
from dashboard.charts.multiple import small_course
from dashboard.charts.trends import TrendPanel, trends_figure
from dashboard.theme import Theme
from metrics.database import WriteSession
from tests.dashboard.charts.test_charts import LIGHT, chart, ground, traces
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, window


def test_what_is_judged_by_beside_what_is_due_is_thin_and_labelled_at_its_end() -> None:
    judged = (date(2020, 6, 30), Fraction(70))
    drawn = chart(judged_label="judged by 70")
    lead = replace(drawn.courses[0], due=((date(2019, 9, 30), Fraction(70)), (date(2020, 6, 30), None)), judged=judged)
    figure = course_figure(replace(drawn, courses=(lead, drawn.courses[1])), theme=Theme.LIGHT)
    line = traces(figure)["judged"]
    assert list(zip(line["x"], line["y"], strict=True)) == [("2020-06-30", 70), ("2020-07-12", 70)]
    assert (line["line"], traces(figure)["due"]["x"][-1]) == ({"color": LIGHT.ink, "width": 1}, "2020-06-30")
    assert "judged by 70" in [note["text"] for note in figure["layout"]["annotations"]]
    small = small_course(ground(), lead, colour="#0B7A5E", palette=LIGHT)
    assert small.count(f'stroke="{LIGHT.ink}" stroke-width="1"') == 1
    panel = TrendPanel(
        "端州区", tuple((p.on, p.value, p.words) for p in lead.points), judged=(date(2019, 9, 30), judged[1])
    )
    assert traces(trends_figure([panel], span="", theme=Theme.LIGHT))["judged"]["y"] == [70, 70]


@pytest.mark.parametrize(
    "page", ["/targets/TG-05A?unit=441202&", "/units/441202?", "/compare?unit=441202&unit=441203&"]
)
def test_what_a_verdict_is_held_against_is_drawn_after_more_fell_due_in_another_measure(
    evaluator: TestClient, session: WriteSession, page: str
) -> None:
    """From June 2020 on TG-05A still asks for 70 of the plain rate, of which nothing more is due."""
    for unit in ("441202", "441203"):
        for month in ("2020-05", "2020-06", "2020-07"):
            record(session, unit, month, items_online=600)
    path, _, search = page.partition("?")
    tree = window(evaluator, path, f"?{search}month=2020-07&lang=en")
    table = next(node for node in nodes(tree) if node["type"] == "Table" and said(node).startswith("Online rate"))
    rows = {said(cells[0]): [said(cell) for cell in cells[1:]] for cells in cells_of(table)}
    assert rows["What it is judged by"] == ["—", "70.00", "70.00"]
    assert rows["What is due"] == ["70.00", "—", "—"]
    assert "what it is judged by since more fell due" in said(of_class(tree, "line-legend"))
    before = window(evaluator, path, f"?{search}month=2020-05&lang=en")
    assert "judged by since" not in said(before)


def cells_of(table: Any) -> list[list[Any]]:
    """The cells of every row of a table."""
    rows = [node for node in nodes(table) if node["type"] == "Tr"]
    return [[one for one in nodes(row) if one["type"] in ("Th", "Td")] for row in rows]


def test_a_sparkline_of_that_unit_has_the_thin_line(evaluator: TestClient, session: WriteSession) -> None:
    for month in ("2020-05", "2020-06", "2020-07"):
        record(session, "441202", month, items_online=600)
    thin = {}
    for month in ("2020-05", "2020-06", "2020-07"):
        (table,) = of_class(window(evaluator, "/units/441202", f"?month={month}"), "progress")
        (row,) = (one for one in nodes(table) if one["type"] == "Tr" and "441202/TG-05A" in str(one))
        drawn = [unquote(spark["props"]["src"]) for spark in of_class(row, "sparkline")]
        thin[month] = sum(one.count('stroke-width="1"/>') for one in drawn)
    assert thin == {"2020-05": 0, "2020-06": 0, "2020-07": 1}
