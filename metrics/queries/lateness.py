"""A unit's lateness, month by month: when its return first came, when it was last revised, its exceptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.expected_returns import expected_returns
from metrics.models import PeriodEvent, Submission, SubmissionEvent
from metrics.periods import due_on, periods_between
from metrics.principal import Principal
from metrics.queries.received_returns import received_returns
from metrics.queries.view import View
from metrics.timeliness import timeliness


@dataclass(frozen=True, slots=True)
class ExceptionSpan:
    """An exception as it was granted; `ended_at`: ended early, or replaced by a newer one. Blank texts: not shown."""

    granted_at: datetime
    until: datetime
    ended_at: datetime | None
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Lateness:
    """One month of one unit. A return that has not come is `not_reported`, revision 0, without instants.

    `on_time` and `days_late` as in :class:`metrics.queries.period_status.UnitStatus`.
    """

    period: date
    due_on: date
    expected: bool
    first_submitted_at: datetime | None
    last_revised_at: datetime | None
    revision: int
    state: str
    on_time: bool | None
    days_late: int | None
    exceptions: tuple[ExceptionSpan, ...]


def lateness(
    session: ReadSession, view: View, unit: str, *, principal: Principal, now: datetime
) -> tuple[Lateness, ...]:
    """Every month of `unit` as known in `view`, oldest first, judged at the moment `now` (aware).

    From the plan's first period, or the first for which any unit reported, to the newest for which any did; months in
    which the unit did not exist are left out.
    """
    came = {row.period: row for row in received_returns(session, view, units=[unit])}
    excepted = _exceptions(session, view, unit, shown=principal.may_see_returns_of(unit))
    rule = view.plan.due_rule
    found = []
    for period in _periods(session, view):
        owed = next((row for row in expected_returns(view.plan, period) if row.unit == unit), None)
        row = came.get(period)
        if owed is None and row is None:
            continue
        required = owed is not None and owed.required
        judged = timeliness(now if row is None else row.first_submitted_at, period=period, rule=rule)
        is_judged = row is not None or (required and not judged.on_time)
        found.append(
            Lateness(
                period=period,
                due_on=due_on(period, rule=rule),
                expected=required,
                first_submitted_at=None if row is None else row.first_submitted_at,
                last_revised_at=None if row is None else row.last_revised_at,
                revision=0 if row is None else row.revision,
                state="not_reported" if row is None else row.state,
                on_time=judged.on_time if is_judged else None,
                days_late=judged.days_late if is_judged else None,
                exceptions=excepted.get(period, ()),
            )
        )
    return tuple(found)


def _periods(session: ReadSession, view: View) -> Iterable[date]:
    ends: Any = session.execute(
        select(func.min(Submission.period), func.max(Submission.period))
        .join(SubmissionEvent, SubmissionEvent.submission_id == Submission.id)
        .where(SubmissionEvent.seq <= view.seq)
    ).one()
    first, last = ends  # nothing before the first return
    return () if first is None else periods_between(view.plan.document.first_period or first, last)


def _exceptions(session: ReadSession, view: View, unit: str, *, shown: bool) -> dict[date, tuple[ExceptionSpan, ...]]:
    events = session.scalars(
        select(PeriodEvent)
        .where(PeriodEvent.unit_code == unit, PeriodEvent.seq <= view.seq)
        .order_by(PeriodEvent.period, PeriodEvent.seq)
    ).all()
    found: dict[date, tuple[ExceptionSpan, ...]] = {}
    for place, event in enumerate(events):
        if event.until is None:
            continue
        after = events[place + 1] if place + 1 < len(events) else None
        replaced = after is not None and after.period == event.period and after.recorded_at < event.until
        span = ExceptionSpan(
            granted_at=event.recorded_at,
            until=event.until,
            ended_at=after.recorded_at if after is not None and replaced else None,
            by=event.actor if shown else "",
            reason=event.reason if shown else "",
        )
        found[event.period] = (*found.get(event.period, ()), span)
    return found
