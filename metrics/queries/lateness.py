"""A unit's lateness, month by month: when its submission first came, when it was last revised, its exceptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.models import PeriodEvent, Submission
from metrics.models.turns import SUBMISSION_TURNS
from metrics.period_states import expected_submissions
from metrics.periods import due_on, periods_between
from metrics.principal import Principal
from metrics.queries.received_submissions import received_submissions
from metrics.queries.view import View
from metrics.submission_states import State
from metrics.timeliness import reception
from metrics.value_types import Month, Withheld


@dataclass(frozen=True, slots=True)
class ExceptionSpan:
    """An exception; `ended_at`: ended early or replaced. `by` and `reason` are kept from another unit's clerk."""

    granted_at: datetime
    until: datetime
    ended_at: datetime | None
    by: Withheld
    reason: Withheld


@dataclass(frozen=True, slots=True)
class Lateness:
    """One month. Of a submission that has not come, `on_time` and `days_late` are unknown until it is late.

    It is `not_reported`, revision 0, without instants. `loaded`: history that was loaded; where it does not say when
    the submission had come, `first_submitted_at`, `on_time` and `days_late` are unknown for ever.
    """

    period: Month
    due_on: date
    expected: bool
    first_submitted_at: datetime | None
    loaded: bool
    last_revised_at: datetime | None
    revision: int
    state: State
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
    came = {row.period: row for row in received_submissions(session, view, units=[unit])}
    excepted = _exceptions(session, view, unit, shown=principal.may_see_submissions_of(unit))
    rule = view.plan.due_rule
    found = []
    for period in _periods(session, view):
        owed = next((row for row in expected_submissions(view.plan, period) if row.unit == unit), None)
        row = came.get(period)
        if owed is None and row is None:
            continue
        required = owed is not None and owed.required
        judged = reception(now if row is None else row.first_submitted_at, period=period, rule=rule)
        is_judged = row is not None or (required and not judged.on_time)
        found.append(
            Lateness(
                period=period,
                due_on=due_on(period, rule=rule),
                expected=required,
                first_submitted_at=None if row is None else row.first_submitted_at,
                loaded=row is not None and row.is_loaded,
                last_revised_at=None if row is None else row.last_revised_at,
                revision=0 if row is None else row.revision,
                state=State.NOT_REPORTED if row is None else row.state,
                on_time=judged.on_time if is_judged else None,
                days_late=judged.days_late if is_judged else None,
                exceptions=excepted.get(period, ()),
            )
        )
    return tuple(found)


def _periods(session: ReadSession, view: View) -> Iterable[date]:
    ends: Any = session.execute(
        select(func.min(Submission.period), func.max(Submission.period))
        .join(SUBMISSION_TURNS, SUBMISSION_TURNS.c.submission_id == Submission.id)
        .where(SUBMISSION_TURNS.c.seq <= view.seq)
    ).one()
    first, last = ends  # nothing before the first submission
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
