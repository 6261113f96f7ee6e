"""What differs between two releases: every changed value and verdict, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from metrics.database import WriteSession
from metrics.publish.dataset import Pull
from metrics.publish.differences import (
    COLUMNS,
    Record,
    Side,
    differences,
    differences_dataset,
    first_rows,
    preview_release,
    released_side,
)
from metrics.queries.view import view_at
from metrics.results import Basis
from tests.metrics.commands.test_create_release import published
from tests.metrics.queries.test_views import post
from tests.plan_folders import SEED, plan_in

NAMES = [column.name for column in COLUMNS]


def compared(session: WriteSession, *sides: Any) -> list[dict[str, Any]]:
    dataset = differences_dataset(*(released_side(session, side) for side in sides))
    return [dict(zip(NAMES, row, strict=True)) for row in dataset.rows(session, view_at(session), Pull())]


def test_equal_releases_do_not_differ(session: WriteSession) -> None:
    post(session)
    assert compared(session, published(session), published(session)) == []


def test_a_corrected_count_shows_in_every_rate_and_verdict_it_moves(session: WriteSession) -> None:
    post(session, items_online=694)
    before = published(session)
    post(session, items_online=701)
    found = compared(session, before, published(session))
    own = {row["indicator_code"]: row for row in found if row["kind"] == "rate" and row["unit_code"] == "441202"}
    made_of_it = {indicator.code for indicator in plan_in(SEED).indicators if "items_online" in indicator.elements}
    assert set(own) == made_of_it >= {"online_rate", "online_rate_after_exemptions"}
    assert own["online_rate"] == {
        "kind": "rate",
        "unit_code": "441202",
        "unit_name": "端州区",
        "period": "2019-09",
        "indicator_code": "online_rate",
        "target_code": None,
        "before": "69.40",
        "after": "70.10",
        "change": "0.70",
        "numerator_before": "694",
        "denominator_before": "1000",
        "numerator_after": "701",
        "denominator_after": "1000",
    }
    verdicts = {(row["unit_code"], row["target_code"]): row for row in found if row["kind"] == "verdict"}
    assert verdicts["441202", "TG-05A"]["after"] == "met"
    assert {row["unit_code"] for row in found} == {"441202", "441200"}


def test_a_new_month_is_all_new(session: WriteSession) -> None:
    post(session, period="2019-08")
    before = published(session)
    post(session, period="2019-09")
    rates = [row for row in compared(session, before, published(session)) if row["kind"] == "rate"]
    assert {row["period"] for row in rates} == {"2019-09"}
    assert {(row["before"], row["change"], row["numerator_before"]) for row in rates} == {(None, None, None)}


def record(**fields: str) -> Record:
    return {
        "unit_code": "1",
        "unit_name": "一",
        "period": "2019-09",
        "indicator_code": "i",
        "target_code": "t",
        "value": "1.00",
        "numerator": "1",
        "denominator": "100",
        "status": "met",
    } | fields


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([record()], [], [("2019-09", "1.00", None)]),
        ([], [record()], [("2019-09", None, "1.00")]),
        ([record()], [record(period="2019-10")], [("2019-09", "1.00", None), ("2019-10", None, "1.00")]),
        ([record(period="2019-10")], [record()], [("2019-09", None, "1.00"), ("2019-10", "1.00", None)]),
        ([record(), record(unit_code="2")], [record(unit_code="2"), record()], []),
        ([record()], [record(value="", numerator="", denominator="")], [("2019-09", "1.00", None)]),
        ([record()], [record(value="1.00", numerator="2", denominator="200")], [("2019-09", "1.00", "1.00")]),
    ],
)
def test_rows_come_and_go(before: list[Record], after: list[Record], expected: list[tuple[str, Any, Any]]) -> None:
    rows = differences(Side(iter(before), iter([])), Side(iter(after), iter([])))
    assert [(row.said["period"], row.before, row.after) for row in rows] == expected


def test_verdicts_that_go_are_named(session: WriteSession) -> None:
    rows = list(differences(Side(iter([]), iter([record()])), Side(iter([]), iter([record(target_code="u")]))))
    assert [(row.target, row.before, row.after) for row in rows] == [("u", None, "met"), ("t", "met", None)]
    assert first_rows(iter(rows), 1) == (rows[:1], 2)


def test_a_preview_is_what_the_release_then_changes(session: WriteSession) -> None:
    post(session)
    assert preview_release(session, basis=Basis.SUBMITTED, most=5).since is None
    before = published(session)
    newest = post(session, items_online=600)
    preview = preview_release(session, basis=Basis.SUBMITTED, most=10_000)
    assert (preview.seq, preview.since) == (newest, 1)
    sides = [released_side(session, side) for side in (before, published(session))]
    assert list(preview.rows) == list(differences(*sides))
