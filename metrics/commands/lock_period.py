"""Closing a reporting period to submissions and revisions, and opening it again.

Everything that decides is read under the ledger's lock, which every submission takes as well: a submission is either
before the lock in the ledger or refused.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from metrics.commands.record_period_event import PeriodEventRecorded, as_it_stands, record_period_event
from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, Message, Problem
from metrics.ledger.entry import next_place
from metrics.period_states import PeriodAction
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.period_states import period_state
from metrics.submissions import period_problems, refuse_submission


def lock_period(
    session: WriteSession,
    period: date,
    *,
    plan: Plan,
    principal: Principal,
    reason: str = "",
    now: datetime | None = None,
) -> PeriodEventRecorded:
    """Lock `period`; one that is locked stays as it is, and the answer is the lock that holds.

    Raises Forbidden, Invalid for a period that has not ended or for which no submissions are sent.
    """
    principal.require(Scope.MANAGE_PERIODS)
    problems = period_problems(plan, period, now=now or datetime.now(UTC))
    if problems:
        raise refuse_submission(problems)
    place = next_place(session)
    lock = period_state(session, period).lock
    if lock is not None:
        return as_it_stands(session, lock.seq)
    return record_period_event(
        session, place=place, period=period, action=PeriodAction.LOCK, actor=principal.username, reason=reason
    )


def unlock_period(session: WriteSession, period: date, *, principal: Principal, reason: str) -> PeriodEventRecorded:
    """Open `period` again, which needs a reason. Raises Forbidden, Invalid, Conflict `period_not_locked`."""
    principal.require(Scope.MANAGE_PERIODS)
    require_reason(reason)
    place = next_place(session)
    if period_state(session, period).lock is None:
        raise Conflict(
            code="period_not_locked",
            message=Message(
                f"报告期 {format_period(period)} 没有锁定。", f"The period {format_period(period)} is not locked."
            ),
        )
    return record_period_event(
        session, place=place, period=period, action=PeriodAction.UNLOCK, actor=principal.username, reason=reason
    )


def require_reason(reason: str) -> None:
    """Raise Invalid for a reason that says nothing."""
    if not reason.strip():
        message = Message("请说明原因。", "A reason is needed.")
        raise Invalid("reason_missing", message, [Problem("reason_missing", message, "/reason", given=reason)])
