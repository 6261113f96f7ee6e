"""A reviewer's acts on a reporting period: lock it, open it again, except a unit, end an exception."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from dashboard.locale import _, month_text
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from dashboard.words.figures import unit_name
from metrics.authority import authority_of
from metrics.commands.except_unit import end_exception, grant_exception
from metrics.commands.lock_period import lock_period, unlock_period
from metrics.commands.record_period_event import PeriodEventRecorded
from metrics.database import WriteSession, write_session
from metrics.errors import BadRequest
from metrics.forms import as_given
from metrics.period_states import PeriodAction, end_text
from metrics.periods import parse_period, period_problem
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal

Command = Callable[[WriteSession, Plan, date], PeriodEventRecorded]


def lock(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    reason = asked.field("reason").strip()
    return _act(
        asked,
        principal,
        lambda session, plan, period: lock_period(session, period, plan=plan, principal=principal, reason=reason),
    )


def unlock(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    reason = asked.field("reason").strip()
    return _act(
        asked,
        principal,
        lambda session, _plan, period: unlock_period(session, period, principal=principal, reason=reason),
    )


def except_unit(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    def grant(session: WriteSession, plan: Plan, period: date) -> PeriodEventRecorded:
        return grant_exception(
            session,
            period,
            plan=plan,
            principal=principal,
            unit=_unit_named(plan, asked.field("unit").strip()),
            until=asked.field("until").strip(),
            reason=asked.field("reason").strip(),
        )

    return _act(asked, principal, grant)


def _unit_named(plan: Plan, text: str) -> str:
    """The code of the one unit with that code or name; the text itself where there is none or more than one."""
    names = {text.casefold()}
    found = [unit.code for unit in plan.reporting_units if names & {unit.name.zh, unit.name.en.casefold()}]
    return found[0] if text not in plan.unit_by_code and len(found) == 1 else text


def end(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    unit, reason = asked.field("unit"), asked.field("reason").strip()
    return _act(
        asked,
        principal,
        lambda session, _plan, period: end_exception(session, period, principal=principal, unit=unit, reason=reason),
    )


def _act(asked: Ask, principal: Principal, command: Command) -> Sequence[Outcome]:
    """Run `command` on the period asked about in a transaction of its own."""
    period = _period(asked.field("period"))
    with write_session(authority_of(principal)) as session:
        plan = plan_at(session)
        recorded = command(session, plan, period)
    return [Outcome(True, _done(plan, recorded))]


def _period(text: str) -> date:
    period = parse_period(text)
    if period is None:
        problem = period_problem(as_given(text))
        raise BadRequest(problem.code, problem.message, [problem])
    return period


def _done(plan: Plan, recorded: PeriodEventRecorded) -> str:
    unit = plan.unit_by_code.get(recorded.unit or "")
    until = "" if recorded.until is None else end_text(recorded.until, timezone=plan.document.timezone)
    told = {"month": month_text(recorded.period), "seq": recorded.seq, "unit": "" if unit is None else unit_name(unit)}
    return {
        PeriodAction.LOCK: _("{month} is locked (no. {seq})", **told),
        PeriodAction.UNLOCK: _("{month} is open again (no. {seq})", **told),
        PeriodAction.EXCEPT: _("{unit} has an exception for {month} until {until} (no. {seq})", until=until, **told),
        PeriodAction.END_EXCEPTION: _("The exception of {unit} for {month} is over (no. {seq})", **told),
    }[recorded.action]
