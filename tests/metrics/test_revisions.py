"""The record of revisions, by hand: how often, how far, how late; and as the dataset writes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from metrics.revisions import RevisedMonth, RevisionRecord

SENT = datetime(2019, 10, 3, tzinfo=UTC)
DUE = datetime(2019, 10, 5, 16, tzinfo=UTC)


def month(number: int, first: int | None, newest: int | None, *days: float) -> RevisedMonth:
    before, after = (None if value is None else Fraction(value) for value in (first, newest))
    moments = tuple(SENT + timedelta(days=day) for day in days)
    return RevisedMonth(date(2019, number, 1), before, after, SENT, moments, DUE)


def test_changes_are_of_months_that_have_both_values_and_days_of_every_revision() -> None:
    record = RevisionRecord(
        "441202", "online_rate", 9, (month(7, 60, 64, 1, 40), month(8, 70, 68, 2), month(9, None, 5, 90))
    )
    assert (record.revisions, len(record.revised)) == (4, 3)
    assert [record.mean_change, record.mean_absolute_change] == [1, 3]
    assert record.relative_change == Fraction(600, 132)
    assert record.furthest is not None
    assert [record.furthest.period.month, record.furthest.change] == [7, 4]
    assert record.median_days == 21
    assert record.late_percent == 50  # days 40 and 90; the deadline is 2 days and 16 hours after the report


def test_a_figure_at_the_instant_of_the_deadline_is_late() -> None:
    assert month(9, 1, 2, 2 + 16 / 24).late == 1
    assert month(9, 1, 2, 2.5).late == 0


def test_the_newest_of_equal_changes_is_the_furthest() -> None:
    record = RevisionRecord("441202", "online_rate", 2, (month(7, 60, 64, 1), month(8, 70, 66, 1)))
    assert record.furthest is not None
    assert [record.furthest.period.month, record.mean_change] == [8, 0]


def test_nothing_revised_has_no_figures() -> None:
    record = RevisionRecord("441202", "online_rate", 2, ())
    figures = (record.mean_change, record.mean_absolute_change, record.relative_change, record.furthest)
    assert (*figures, record.median_days, record.late_percent) == (None,) * 6
    assert RevisionRecord("441202", "online_rate", 1, (month(7, 5, 0, 1),)).relative_change is None
