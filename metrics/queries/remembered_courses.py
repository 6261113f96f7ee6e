"""What this process remembers of the past of every course, so that a verdict need not read it again.

Months long gone hardly ever change, and a verdict turns on few of them (:mod:`metrics.queries.turning_points`). They
are read once and then followed: sequence numbers come in commit order and without gaps, so whatever changed since
the remembered place is found by the submissions' events after it, and only the units and months they name are read
again. The hash of the remembered place tells whether the database is still the one that was read.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Message, Unavailable
from metrics.ledger.entry import newest_seq
from metrics.models import LedgerEntry, Submission, SubmissionEvent
from metrics.periods import add_months, periods_between
from metrics.plan.model import Plan, Unit
from metrics.queries.known_figures import STATE_AFTER
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.reported_sums import Span
from metrics.queries.rolled_up_rates import RolledUp, rolled_up_rates
from metrics.queries.turning_points import Turning, judged_indicators, thresholds, turning_points
from metrics.queries.view import View, view_at
from metrics.results import Basis, Rate

_MOST_REMEMBERED = 8
_PATIENCE = 4.0  # seconds
Changed = Collection[tuple[str, date]]


@dataclass(slots=True)
class Remembered:
    """The past of every course as known at `seq`: the turning points of reporting units, all rates of rolled-up ones.

    `leaf_hash` is that of the ledger's entry at `seq`. What is handed out is not changed any more.
    """

    plan: Plan
    basis: Basis
    seq: int
    leaf_hash: bytes
    turning: Turning = field(default_factory=dict)
    rolled_up: RolledUp = field(default_factory=dict)

    def course_of(self, unit: str, indicator: str, *, span: Span) -> list[Rate]:
        """The rates of a rolled-up unit in the months of `span` in which it exists, oldest first."""
        begins, ends = self.plan.unit_by_code[unit].periods
        months = periods_between(max(begins, span.first), min(ends, span.last))
        return [self.rolled_up[unit, period, indicator] for period in months]


_remembered: list[Remembered] = []
_reading = threading.Lock()


def remembered_courses(session: ReadSession, view: View, *, ends: tuple[date, date]) -> Remembered:
    """The past as known in `view`, which must be of now; `ends`: the first and the newest known period.

    Raises Unavailable while another reader takes long over it.
    """
    with _alone():
        usable = [one for one in _remembered if one.seq <= view.seq and one.basis is view.basis]
        ordered = sorted(usable, key=lambda one: one.seq, reverse=True)
        found = next((one for one in ordered if _still_holds(session, one, view.plan)), None)
        if found is not None and found.seq == view.seq:
            return found
        following = _followed(session, view, found, span=Span(*ends))
        if newest_seq(session) == view.seq:  # else what was read may be newer than the place
            _remembered.append(following)
            del _remembered[:-_MOST_REMEMBERED]
        return following


@contextmanager
def _alone() -> Iterator[None]:
    """One reader reads the past, the others wait a moment for what it finds.

    They hold a connection each: if it takes long, as the first time for a country, they are told to come back.
    """
    if not _reading.acquire(timeout=_PATIENCE):
        raise Unavailable(
            code="courses_being_read",
            message=Message("正在读取往期数据,请稍候重试。", "Earlier months are being read; try again in a moment."),
        )
    try:
        yield
    finally:
        _reading.release()


def remember_courses(session: ReadSession) -> None:
    """Remember the past as it is known now, so that the first reader need not wait for it."""
    view = view_at(session)
    ends = known_periods(session, view)
    if ends is not None:
        remembered_courses(session, view, ends=ends)


def _still_holds(session: ReadSession, one: Remembered, plan: Plan) -> bool:
    """True if `one` is of the past of this database and `plan` asks for nothing else."""
    return _asks_for(one.plan, plan) and one.leaf_hash == _leaf_hash(session, one.seq)


def _asks_for(one: Plan, other: Plan) -> bool:
    """True if both plans ask for the same past."""
    return one is other or (
        one.units == other.units
        and one.elements == other.elements
        and one.indicators == other.indicators
        and one.document.carry_months == other.document.carry_months
        and thresholds(one) == thresholds(other)
    )


def _leaf_hash(session: ReadSession, seq: int) -> bytes | None:
    return session.scalar(select(LedgerEntry.leaf_hash).where(LedgerEntry.seq == seq))


def _followed(session: ReadSession, view: View, before: Remembered | None, *, span: Span) -> Remembered:
    """What is known now: of `before` all that did not change since, the rest read."""
    plan = view.plan
    leaf_hash = _leaf_hash(session, view.seq) or b""
    following = Remembered(plan, view.basis, view.seq, leaf_hash)
    reporting: Collection[Unit] = plan.reporting_units
    again: Span | None = span
    if before is not None:
        changed = _changed(session, since=before.seq)
        units = {unit for unit, _ in changed}
        reporting = [unit for unit in reporting if unit.code in units]
        following.turning = {key: known for key, known in before.turning.items() if key[0] not in units}
        following.rolled_up = before.rolled_up
        again = _to_roll_up(before.rolled_up, changed, span=span, carry=plan.document.carry_months)
    following.turning |= turning_points(session, view, units=reporting, span=span)
    if again is not None:
        units_above = [unit for unit in plan.units if unit.code in plan.children]
        following.rolled_up = following.rolled_up | rolled_up_rates(
            session, view, units=units_above, indicators=judged_indicators(plan), span=again
        )
    return following


def _changed(session: ReadSession, *, since: int) -> Changed:
    """The returns, as (unit, period), whose figures or state changed after the place `since`."""
    rows = session.execute(
        select(Submission.unit_code, Submission.period)
        .join(SubmissionEvent, SubmissionEvent.submission_id == Submission.id)
        .where(SubmissionEvent.seq > since, SubmissionEvent.action.in_(STATE_AFTER))
        .distinct()
    )
    return [(row.unit_code, row.period) for row in rows]


def _to_roll_up(known: RolledUp, changed: Changed, *, span: Span, carry: int) -> Span | None:
    """The months whose rolled-up rates may differ: those that changed, those carried from them, and new ones."""
    have = {period for _, period, _ in known}
    months = {period for period in periods_between(span.first, span.last) if period not in have}
    for _, period in changed:
        months |= {add_months(period, ahead) for ahead in range(carry + 1)}
    months = {period for period in months if span.first <= period <= span.last}
    return Span(min(months), max(months)) if months else None
