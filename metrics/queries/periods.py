"""The periods there are: from the first that anything is owed or known for to the newest that has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.expected_returns import expected_returns
from metrics.models import Submission
from metrics.period_states import PeriodLock
from metrics.periods import due_instant, due_on, newest_ended_period, periods_between
from metrics.plan.model import Plan
from metrics.queries.period_states import period_states


@dataclass(frozen=True, slots=True)
class PeriodSummary:
    """One period. `expected` and `received` count units that owe a return; `late_from` is the first late instant."""

    period: date
    due_on: date
    late_from: datetime
    lock: PeriodLock | None
    expected: int
    received: int


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
    states = period_states(session)
    found = []
    for period in periods_between(first, newest):
        owing = {row.unit for row in expected_returns(plan, period) if row.required}
        state = states.get(period)
        found.append(
            PeriodSummary(
                period=period,
                due_on=due_on(period, rule=plan.due_rule),
                late_from=due_instant(period, rule=plan.due_rule),
                lock=None if state is None else state.lock,
                expected=len(owing),
                received=len(owing & came.get(period, set())),
            )
        )
    return tuple(found)
