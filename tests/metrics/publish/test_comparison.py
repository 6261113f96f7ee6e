"""Units beside each other: the dataset against the single verdicts, and what a page counts from them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from metrics.commands.revise_target import create_target, revise_target
from metrics.database import WriteSession
from metrics.errors import BadRequest
from metrics.publish.comparison import COMPARISON
from metrics.publish.dataset import Pull
from metrics.publish.pull import parse_pull
from metrics.publish.rendering import render
from metrics.queries.comparison import best_counts, compared_targets
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from metrics.rounding import shown_distance
from tests.dashboard.conftest import record
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, new_target, revision

UNITS = ("441202", "441203", "441204", "441223", "441224", "441225")


def _rows(session: WriteSession, *units: str) -> list[dict[str, str]]:
    view = view_at(session)
    with render(COMPARISON, session=session, view=view, pull=Pull(units=units), form="csv").file as file:
        return list(csv.DictReader(io.StringIO(file.read().decode())))


def _as_on_the_page(session: WriteSession, *asked: str) -> list[dict[str, str]]:
    """The dataset's rows, which are those of the page, its differences included."""
    rows = _rows(session, *asked)
    judged = progress_by_unit(session, view_at(session), units=asked)
    expected = [
        (one.code, verdict.unit_code, verdict.status.value, "" if apart is None else shown_distance(apart))
        for one in compared_targets(judged, asked)
        for place, verdict in enumerate(one.verdicts)
        if verdict is not None
        for apart in [one.difference(place)]
    ]
    assert [(r["target_code"], r["unit_code"], r["status"], r["difference"]) for r in rows] == expected
    return rows


def test_units_stand_in_the_order_asked_for_and_are_held_against_the_first(session: WriteSession) -> None:
    for unit, reached in (("441202", 699), ("441203", 850), ("441204", 850)):
        record(session, unit, "2019-09", items_online=reached)
    rows = _as_on_the_page(session, "441203", "441202", "441204")
    online = [row for row in rows if row["target_code"] == "TG-05A"]
    assert [row["difference"] for row in online] == ["", "-15.10", "0.00"]


def test_where_the_first_unit_is_not_judged_nobody_is_held_against_another(session: WriteSession) -> None:
    """A target that only two units have yet: nothing to subtract from, though there is a first row of it."""
    target = create_target(session, principal=EVALUATOR, body=new_target(effective_from="2019-12-01")).target
    of = ["441203", "441204"]
    own = revision(for_units=of, threshold="60", effective_from="2019-08-01", citations=[CITATION])
    revise_target(session, target.code, principal=EVALUATOR, body=own)
    for unit, reached in (("441202", 699), ("441203", 850), ("441204", 860)):
        record(session, unit, "2019-09", items_online=reached)
    rows = [row for row in _as_on_the_page(session, "441202", "441203", "441204") if row["target_code"] == target.code]
    assert [(row["unit_code"], row["difference"]) for row in rows] == [("441203", ""), ("441204", "")]
    rows = [row for row in _as_on_the_page(session, "441204", "441203") if row["target_code"] == target.code]
    assert [row["difference"] for row in rows] == ["", "-1.00"]


def test_without_units_all_are_held_against_the_first_of_the_plan(session: WriteSession) -> None:
    record(session, "441202", "2019-09", items_online=699)
    record(session, "441203", "2019-09", items_online=850)
    rows = [row for row in _rows(session) if row["target_code"] == "TG-05A" and row["value"]]
    city = Decimal(rows[0]["value"])
    assert rows[0]["difference"] == ""
    assert [Decimal(row["difference"]) for row in rows[1:]] == [Decimal(row["value"]) - city for row in rows[1:]]


def test_who_is_alone_best_and_who_is_level_is_counted(session: WriteSession) -> None:
    record(session, "441202", "2019-09", items_online=699)
    record(session, "441203", "2019-09", items_online=850)
    units = ("441202", "441203")
    view = view_at(session)
    compared = compared_targets(progress_by_unit(session, view, units=units), units)
    alone, level, of = best_counts(view.plan, compared)
    assert alone[1] > 0
    assert alone[0] == 0
    assert alone.total() + level == of
    for one in compared:
        values = [None if v is None else v.value for v in one.verdicts]
        if None not in values and values[0] == values[1]:
            assert one.best(view.plan) == (0, 1)


@pytest.mark.parametrize(("units", "number"), [(UNITS[:1], 1), (UNITS[:1] * 3, 1), (UNITS, 6), ((*UNITS, *UNITS), 6)])
def test_one_unit_and_six_are_refused_in_words(units: tuple[str, ...], number: int) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_pull(COMPARISON, {"unit": units}, timezone=lambda: "Asia/Shanghai")
    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == ("parameter_invalid", "?unit")
    assert f"现为{number}个" in problem.message.zh
    assert f"2 to 5 different values, or left out for all; there are {number}" in problem.message.en


@pytest.mark.parametrize("number", [0, 2, 5])
def test_two_to_five_units_or_all_are_compared(number: int) -> None:
    given = {"unit": UNITS[:number]} if number else {}
    assert parse_pull(COMPARISON, given, timezone=lambda: "Asia/Shanghai").units == UNITS[:number]
