"""Exceptions (例外): one unit may send and revise its submission for a locked period, until a moment, for a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime

from metrics.commands.lock_period import require_reason
from metrics.commands.record_period_event import PeriodEventRecorded, as_it_stands, record_period_event
from metrics.database import WriteSession
from metrics.errors import Conflict, Message, Problem
from metrics.forms import as_given
from metrics.ledger.entry import next_place
from metrics.moments import WRITTEN, read_moment
from metrics.period_states import PeriodAction
from metrics.periods import FIRST_YEAR, LAST_YEAR, format_period
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.period_states import period_state
from metrics.submissions import period_problems, refuse_submission, unit_problems


def grant_exception(
    session: WriteSession,
    period: date,
    *,
    plan: Plan,
    principal: Principal,
    unit: str,
    until: str,
    reason: str,
    now: datetime | None = None,
) -> PeriodEventRecorded:
    """Grant `unit` an exception; a newer one takes the place of an older one, the same one again changes nothing.

    `until`: a day, that day included, or a moment (:mod:`metrics.moments`). The period need not be locked yet.

    Raises Forbidden, Invalid with every problem found.
    """
    principal.require(Scope.MANAGE_PERIODS)
    now = now or datetime.now(UTC)
    found = _until(until, timezone=plan.document.timezone, now=now)
    problems = [*unit_problems(plan, unit, period=period), *period_problems(plan, period, now=now)]
    if isinstance(found, Problem):
        problems.append(found)
    if not reason.strip():
        problems.append(
            Problem("reason_missing", Message("请说明原因。", "A reason is needed."), "/reason", given=reason)
        )
    if problems or isinstance(found, Problem):
        raise refuse_submission(problems)
    place = next_place(session)
    standing = period_state(session, period).exceptions.get(unit)
    if standing is not None and (standing.until, standing.reason) == (found, reason):
        return as_it_stands(session, standing.seq)
    return record_period_event(
        session,
        place=place,
        period=period,
        action=PeriodAction.EXCEPT,
        actor=principal.username,
        reason=reason,
        unit=unit,
        until=found,
    )


def end_exception(
    session: WriteSession, period: date, *, principal: Principal, unit: str, reason: str
) -> PeriodEventRecorded:
    """End the exception of `unit` before its time. Raises Forbidden, Invalid, Conflict `exception_not_in_force`."""
    principal.require(Scope.MANAGE_PERIODS)
    require_reason(reason)
    place = next_place(session)
    if period_state(session, period).exception_of(unit, at=place.recorded_at) is None:
        shown = as_given(unit)
        raise Conflict(
            code="exception_not_in_force",
            message=Message(
                f"“{shown}”在 {format_period(period)} 没有生效的例外。",
                f"{shown!r} has no exception in force for {format_period(period)}.",
            ),
        )
    return record_period_event(
        session,
        place=place,
        period=period,
        action=PeriodAction.END_EXCEPTION,
        actor=principal.username,
        reason=reason,
        unit=unit,
    )


def _until(written: str, *, timezone: str, now: datetime) -> datetime | Problem:
    """The first instant at which an exception no longer holds, in UTC, or what is wrong with it."""
    moment = read_moment(written, timezone=lambda: timezone, over=True)
    if moment is None:
        message = Message(
            f"截止须写作 {WRITTEN.zh},{FIRST_YEAR} 至 {LAST_YEAR} 年之间。",
            f"An end is written {WRITTEN.en}, in the years {FIRST_YEAR} to {LAST_YEAR}.",
        )
        return Problem("until_odd", message, "/until", given=as_given(written))
    if moment <= now:
        return Problem("until_past", Message("截止时间已过。", "This end is past."), "/until", given=as_given(written))
    return moment
