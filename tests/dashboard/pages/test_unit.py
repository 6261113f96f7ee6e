"""The unit page's rows and what a third party measured beside them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from metrics.assessments import Method
from metrics.commands.record_assessment import AssessmentGiven, record_assessment
from metrics.database import WriteSession
from metrics.principal import Role
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, signed_in, use_secret, window
from tests.dashboard.pages.test_releases import public_read
from tests.metrics.commands.test_create_release import published
from tests.metrics.queries.test_views import post
from tests.people import person

__all__ = ["public_read"]  # the fixture

PAGE = "/units/441202"


def row(tree: Any, target: str) -> dict[str, str]:
    """One target's row: heading → what stands in the cell."""
    (table,) = of_class(tree, "progress")
    headings = [said(node) for node in nodes(table) if node["type"] == "Th" and node["props"].get("scope") == "col"]
    for found in nodes(table):
        cells = found["props"].get("children") if found["type"] == "Tr" else None
        if cells and any(target in str(node["props"].get("href")) for node in nodes(cells[0])):
            return dict(zip(headings, [said(cell) for cell in cells], strict=True))
    raise AssertionError(target)


def assess(session: WriteSession, month: str = "2019-09", **changes: Any) -> None:
    principal = person(session, f"third{month}", role=Role.ASSESSOR)
    figures: dict[str, Any] = {"numerator": Decimal(132), "denominator": Decimal(200), "sample_size": 200, **changes}
    measured = AssessmentGiven(
        unit="441202", period=month, indicator="online_rate", method=Method.FIELD_VISIT, **figures
    )
    record_assessment(session, principal=principal, measured=measured)


def test_a_row_has_both_paces_and_leads_to_its_explanation(evaluator: TestClient, submissions: WriteSession) -> None:
    tree = window(evaluator, PAGE, "?month=2019-09&lang=en")
    shown = row(tree, "TG-05A")
    assert shown["Value"] == "69.90%"
    assert shown["Present pace per month (pp)"] == "+3.95"
    assert shown["Change (pp)"] == "+3.90"
    value = next(n for n in nodes(of_class(tree, "value")) if n["props"].get("href") == "#why=441202/TG-05A")
    assert said(value) == "69.90%"


def test_too_few_months_are_counted_in_the_row(evaluator: TestClient, session: WriteSession) -> None:
    record(session, "441202", "2019-08", items_online=660)
    shown = row(window(evaluator, PAGE, "?month=2019-08&lang=en"), "TG-05A")
    assert (shown["Present pace per month (pp)"], shown["Reached at this pace on"]) == (
        "1 of 3 months",
        "not enough points",
    )


def test_the_sparkline_has_what_is_due_and_the_way_to_what_is_ahead(
    evaluator: TestClient, session: WriteSession
) -> None:
    """In October 2019 70 is due, of both stages' measures; 100 is ahead, of the second stage's alone."""
    for month in ("2019-08", "2019-09", "2019-10"):
        record(session, "441202", month, items_online=699)
    table = window(evaluator, PAGE, "?month=2019-10")
    lines = {}
    for line in of_class(table, "progress")[0]["props"]["children"][2]["props"]["children"]:
        (link,) = [node for node in nodes(line) if "#why" in str(node["props"].get("href"))][:1]
        drawn = "".join(node["props"]["src"] for node in of_class(line, "sparkline"))
        lines[link["props"]["href"].rpartition("/")[2]] = (drawn.count("linecap"), drawn.count("dasharray"))
    assert (lines["TG-05A"], lines["TG-05B"]) == ((1, 0), (1, 1))


def test_the_assessed_value_stands_beside_the_reported_one(evaluator: TestClient, submissions: WriteSession) -> None:
    assess(submissions)
    assess(submissions, "2019-07", numerator=None, denominator=None, sample_size=None, value=Decimal("60.5"))
    assess(submissions, "2020-03")
    tree = window(evaluator, PAGE, "?month=2019-09&lang=en")
    assert row(tree, "TG-05A")["Value"] == "69.90%assessed 66.00 % (−3.90)"
    (beside,) = of_class(tree, "beside")
    text = said(beside)
    for part in ("Sep 2019", "66.00 %", "−3.90 pp", "59.19 – 72.21 %", "Jul 2019", "60.50 %", "Field visit"):
        assert part in text, part
    assert "Mar 2020" not in text, "measured after the month judged"
    whys = [node["props"]["href"] for node in nodes(beside) if "#why=" in str(node["props"].get("href"))]
    assert whys == [f"/units/441202?month={month}&lang=en#why=441202/TG-05A" for month in ("2019-07", "2019-09")]
    (link,) = {n["props"]["href"] for n in nodes(tree) if "/assessments.csv" in str(n["props"].get("href"))}
    assert parse_qs(urlsplit(link).query)["unit"] == ["441202"]
    assert evaluator.get(link).text.count("441202") == 2


def test_a_target_shows_what_was_assessed_of_its_indicator(evaluator: TestClient, submissions: WriteSession) -> None:
    assess(submissions)
    assert "66.00 %" in said(of_class(window(evaluator, "/targets/TG-05A", "?month=2019-09"), "beside"))
    assert of_class(window(evaluator, "/targets/TG-05B", "?month=2019-09"), "beside") == []


def test_an_earlier_view_does_not_know_a_later_assessment(evaluator: TestClient, submissions: WriteSession) -> None:
    seq = record(submissions, "441204", "2019-09")
    assess(submissions)
    assert of_class(window(evaluator, PAGE, f"?month=2019-09&as_of={seq}"), "beside") == []


@pytest.mark.usefixtures("public_read")
def test_strangers_see_what_was_corrected_and_not_why(client: TestClient, session: WriteSession) -> None:
    post(session, items_online=699)
    post(session, items_online=700, reason="漏计一项")
    published(session)
    for path in (PAGE, "/targets/TG-05A"):
        shown = said(window(client, path, "?month=2019-09"))
        assert "经过更正" in shown
        assert "漏计一项" not in shown


@pytest.mark.usefixtures("public_read")
def test_nothing_assessed_is_open_to_strangers(client: TestClient, submissions: WriteSession) -> None:
    """Released figures are open, assessments are not released."""
    assess(submissions)
    published(submissions)
    for path in (PAGE, "/targets/TG-05A"):
        tree = window(client, path, "?month=2019-09")
        assert "69.90" in said(tree)
        assert "评估 66.00" not in said(tree)
        assert of_class(tree, "beside") == []


def test_a_clerk_sees_what_was_measured_of_the_own_unit(client: TestClient, submissions: WriteSession) -> None:
    assess(submissions)
    person(submissions, "chen")
    use_secret(client, signed_in(submissions))
    assert "66.00 %" in said(of_class(window(client, PAGE, "?month=2019-09"), "beside"))


def test_months_that_a_unit_owes_since_its_newest_submission_are_listed_and_counted(
    evaluator: TestClient, session: WriteSession
) -> None:
    record(session, "441202", "2019-07")
    record(session, "441203", "2019-09")
    (table,) = of_class(window(evaluator, PAGE, "?month=2019-09&lang=en"), "submissions")
    assert "3 months, 1 late, 2 not reported" in said(table)
    assert "overdue by" in said(table)


def test_a_unit_s_correction_is_marked_on_the_city_s_own_figures(evaluator: TestClient, session: WriteSession) -> None:
    """With what the city's figure was before, when, by whom and why; on its sparkline and on its course."""
    post(session, period="2019-08", items_online=660)
    post(session, items_online=699)
    post(session, "441203", items_online=850)
    post(session, items_online=701, reason="漏计两项")
    city = window(evaluator, "/units/441200", "?month=2019-09&lang=en")
    sparks = [node["props"] for node in nodes(city) if node["props"].get("className") == "sparkline"]
    assert "corrected: Sep 2019" in {props["alt"] for props in sparks}
    shown = said(city)
    assert "Duanzhou District: 漏计两项" in shown
    course = window(evaluator, "/targets/TG-05A", "?month=2019-09&lang=en")
    (figure,) = [node["props"]["figure"] for node in nodes(course) if node["type"] == "Graph"]
    words = [
        trace["customdata"] for trace in figure["data"] if (trace["name"], trace.get("meta")) == ("revised", "441200")
    ]
    assert len(words) == 1
    assert "before: 77.45 · Duanzhou District · 漏计两项" in words[0][0]
