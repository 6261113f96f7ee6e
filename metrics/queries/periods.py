"""The periods there are: from the first that anything is owed or known for to the newest that has ended;
and everything that happened to one: locks, unlocks, exceptions granted and ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.models import PeriodEvent, Submission
from metrics.period_states import PeriodAction, PeriodLock, expected_submissions
from metrics.periods import due_instant, due_on, newest_ended_period, periods_between
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.judged_month import judged_month
from metrics.queries.period_states import period_states
from metrics.queries.view import view_at
from metrics.value_types import Month


@dataclass(frozen=True, slots=True)
class PeriodSummary:
    """One period. `due_on`: the last day in time; `late_from`: the first instant that is late.

    `expected` and `received` count units that owe a submission. `judged`: it is the one judged by default; newer ones
    are being collected, or late.
    """

    period: Month
    due_on: date
    late_from: datetime
    lock: Annotated[PeriodLock | None, Field(serialization_alias="locked")]
    expected: int
    received: int
    judged: bool


def periods(session: ReadSession, plan: Plan, *, now: datetime) -> tuple[PeriodSummary, ...]:
    """Every period up to the newest that has ended at `now` (aware, local time of the plan), oldest first."""
    newest = newest_ended_period(now.astimezone(ZoneInfo(plan.document.timezone)).date())
    first = plan.document.first_period or session.scalar(select(func.min(Submission.period))) or newest
    came: dict[date, set[str]] = {}
    for period, units in session.execute(
        select(Submission.period, func.array_agg(Submission.unit_code))
        .where(Submission.revision > 0)
        .group_by(Submission.period)
    ):
        came[period] = set(units)
    states, judged = period_states(session), judged_month(session, view_at(session))
    found = []
    for period in periods_between(first, newest):
        owing = {row.unit for row in expected_submissions(plan, period) if row.required}
        state = states.get(period)
        found.append(
            PeriodSummary(
                period=period,
                due_on=due_on(period, rule=plan.due_rule),
                late_from=due_instant(period, rule=plan.due_rule),
                lock=None if state is None else state.lock,
                expected=len(owing),
                received=len(owing & came.get(period, set())),
                judged=judged is not None and period == judged.period,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PeriodEventRow:
    """One thing that happened to a period. Of another unit's exception a clerk is not told."""

    seq: int
    action: PeriodAction
    unit: str | None
    until: datetime | None
    actor: str
    reason: str
    recorded_at: datetime


def period_history(session: ReadSession, period: date, *, principal: Principal) -> tuple[PeriodEventRow, ...]:
    """The events of `period`, oldest first; a clerk is told of their own units' exceptions only."""
    principal.require(Scope.READ)
    events = session.scalars(select(PeriodEvent).where(PeriodEvent.period == period).order_by(PeriodEvent.seq))
    return tuple(
        PeriodEventRow(
            seq=event.seq,
            action=PeriodAction(event.action),
            unit=event.unit_code,
            until=event.until,
            actor=event.actor,
            reason=event.reason,
            recorded_at=event.recorded_at,
        )
        for event in events
        if event.unit_code is None or principal.may_see_submissions_of(event.unit_code)
    )
