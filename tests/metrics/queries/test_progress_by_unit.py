"""Verdicts by a target of a unit's own, up to the ranks, and what times a target that was met long ago."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.periods import JudgedMonth, format_period, month_number, periods_between
from metrics.queries import courses
from metrics.queries.leaderboard import leaderboard
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.view import view_at
from metrics.results import Progress, Status, Timing
from metrics.verdicts.rate_table import RateTable
from metrics.verdicts.verdict_figures import VerdictFigures
from tests.beginnings import beginning
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision
from tests.metrics.queries.test_views import post

CODE, DUANZHOU, DINGHU, CITY = "TG-05A", "441202", "441203", "441200"
SEPTEMBER = JudgedMonth.of(date(2019, 9, 1))


def verdict(session: WriteSession, unit: str, month: JudgedMonth = SEPTEMBER, *, as_of: int | None = None) -> Progress:
    view = view_at(session) if as_of is None else view_at(session, as_of=as_of)
    found = progress_by_unit(session, view, month=month).of(unit, CODE)
    assert found is not None
    return found


@beginning
def before(session: WriteSession) -> int:
    """The place in the ledger before 441202 got a target of its own: 60 % by December instead of 70 by September."""
    for unit in (DUANZHOU, DINGHU):
        post(session, unit, "2019-09", items_online=630)
    place = newest_seq(session)
    body = revision(
        for_units=[DUANZHOU], threshold="60", due_on="2019-12-31", effective_from="2019-08-01", citations=[CITATION]
    )
    revise_target(session, CODE, principal=EVALUATOR, body=body)
    return place


def test_a_unit_is_judged_by_its_own_target_the_others_and_the_city_by_the_general_one(
    session: WriteSession, before: int
) -> None:
    own, other, city = (verdict(session, unit) for unit in (DUANZHOU, DINGHU, CITY))
    assert (own.status, own.threshold, own.due_on) == (Status.MET, Fraction(60), date(2019, 12, 31))
    for found in (other, city):
        assert (found.status, found.threshold, found.due_on) == (Status.BEHIND, Fraction(70), date(2019, 9, 30))
    earlier = verdict(session, DUANZHOU, as_of=before)
    assert (earlier.status, earlier.threshold) == (Status.BEHIND, Fraction(70))


def test_an_own_target_counts_in_the_ranks(session: WriteSession, before: int) -> None:
    reached = {row.unit_code: row.attainments for row in leaderboard(session, view_at(session), month=SEPTEMBER)}
    assert (reached[DUANZHOU][CODE], reached[DINGHU][CODE]) == (Fraction(1), Fraction(63, 70))
    assert {code: share for code, share in reached[DUANZHOU].items() if code != CODE} == {
        code: share for code, share in reached[DINGHU].items() if code != CODE
    }


@pytest.mark.parametrize(("when_due", "timing"), [(700, Timing.ON_TIME), (650, Timing.LATE)])
def test_a_target_met_now_is_timed_by_the_month_it_was_due_however_long_ago(
    session: WriteSession, when_due: int, timing: Timing
) -> None:
    """70 % in May, and again since 2021: September 2019 counts, read by itself as in the whole past."""
    online = {date(2019, 5, 1): 701, date(2019, 9, 1): when_due}
    for period in (*online, *periods_between(date(2021, 1, 1), date(2021, 8, 1))):
        post(session, DUANZHOU, format_period(period), items_online=online.get(period, 710))
    month = JudgedMonth.of(date(2021, 8, 1))
    now, whole = verdict(session, DUANZHOU, month), verdict(session, DUANZHOU, month, as_of=newest_seq(session))
    assert (now.status, now.timing) == (Status.MET, timing)
    assert now == whole
    table = progress_by_unit(session, view_at(session), month=month).table
    assert table is not None  # a list of many asks of none when it was met
    unit, due = [one.code for one in table.targets.plan.units].index(DUANZHOU), month_number(date(2019, 9, 1))
    assert due not in months_of(table.known.rates, unit)
    assert due in months_of(table.known.rates_timed(np.array([unit])), unit)


def months_of(rates: RateTable, unit: int) -> set[int]:
    return set(rates.column("month")[rates.column("unit") == unit].tolist())


def test_a_course_taken_in_part_is_part_of_the_whole_and_a_verdict_is_made_once(session: WriteSession) -> None:
    for month in ("2019-06", "2019-08", "2019-09"):
        post(session, DUANZHOU, month, items_online=630)
    judged = progress_by_unit(session, view_at(session), month=SEPTEMBER, units=[DUANZHOU, DINGHU], whole_courses=True)
    again = progress_by_unit(session, view_at(session), month=SEPTEMBER, units=[DUANZHOU, DINGHU], whole_courses=True)
    for pair, course in judged.courses.items():
        whole = list(again.courses[pair])
        assert len(course) == len(whole) == 4
        assert (course[-1], list(course[-2:]), list(course[:1])) == (whole[-1], whole[-2:], whole[:1])
        assert list(course) == whole
    some = judged.of_unit(DINGHU)
    assert some == tuple(verdict for verdict in again.progress if verdict.unit_code == DINGHU)
    assert judged.progress == again.progress
    assert all(one is other for one, other in zip(some, judged.of_unit(DINGHU), strict=True))


def changes(judged: JudgedProgress) -> set[tuple[str, str, Fraction]]:
    assert judged.table is not None
    figures = VerdictFigures(judged.table)
    told = zip(judged.table.codes(), figures.change.fractions(), figures.changed.tolist(), strict=True)
    return {(*verdict, change) for verdict, change, is_known in told if is_known}


def test_what_is_little_is_read_whole_and_says_the_same(
    session: WriteSession, before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in ("2018-03", "2018-11", *(f"2019-{number}" for number in (10, 11, 12)), "2020-01", "2020-02"):
        post(session, DUANZHOU, month, items_online=700 if month < "2019" else 640)
    february = JudgedMonth.of(date(2020, 2, 1))
    parts = progress_by_unit(session, view_at(session), month=february)
    monkeypatch.setattr(courses, "_FEW", 600)
    whole = progress_by_unit(session, view_at(session), month=february)
    assert parts.progress == whole.progress
    assert changes(parts) == changes(whole) != set()
    assert len(parts.courses[DUANZHOU, "online_rate"]) < len(whole.courses[DUANZHOU, "online_rate"]) == 24
