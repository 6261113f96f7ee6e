"""The record of revisions as it is read: from the first report to the newest, for whom and in which months."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from metrics.database import WriteSession
from metrics.publish.dataset import Pull
from metrics.publish.revisions import REVISIONS
from metrics.queries.revision_records import revision_records
from metrics.queries.view import view_at
from tests.metrics.queries.test_views import post


def test_a_month_revised_twice_goes_from_its_first_value_to_its_newest(session: WriteSession) -> None:
    for online in (640, 650, 630):
        post(session, items_online=online)
    before = view_at(session).seq
    post(session, "441203", items_online=850)
    view = view_at(session)
    one, other = revision_records(session, view, indicators=["online_rate"])
    (month,) = one.revised
    assert (one.unit_code, one.months, one.revisions) == ("441202", 1, 2)
    assert (month.period, month.first, month.newest) == (date(2019, 9, 1), Fraction(64), Fraction(63))
    assert month.late == 2  # September 2019 was due in October 2019
    assert (other.unit_code, other.months, other.revised) == ("441203", 1, ())
    (alone,) = revision_records(session, view_at(session, as_of=before), indicators=["online_rate"])
    assert alone == one
    assert revision_records(session, view, period_to=date(2019, 8, 1)) == []
    names = [column.name for column in REVISIONS.columns]
    rows = [dict(zip(names, row, strict=True)) for row in REVISIONS.rows(session, view, Pull(language="zh"))]
    (row,) = [row for row in rows if (row["unit_code"], row["indicator_code"]) == ("441202", "online_rate")]
    assert (row["first_value"], row["newest_value"], row["mean_change"]) == ("64.00", "63.00", "-1.00")
    assert (row["furthest_period"], row["late_percent"], row["months_revised"]) == ("2019-09", "100.00", 1)
