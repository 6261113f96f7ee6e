"""Whom to remind now: units that owe a submission, shortly before it is due and after, and the bureau of all;
and what a page tells of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.ledger.entry import newest_seq
from metrics.period_states import expected_submissions
from metrics.periods import add_months, due_on, period_of
from metrics.plan.model import Text
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.known_figures import known_submissions
from metrics.queries.people import in_force, people_recorded
from metrics.queries.period_states import period_state
from metrics.queries.view import View, view_at
from metrics.timeliness import timeliness

# Who asks when nobody does: sees what the bureau sees, and does nothing.
REMINDER = Principal(0, "biaochi remind", "Biaochi", Role.REVIEWER)


class ReminderKind(StrEnum):
    """What a reminder says, and to whom."""

    DUE_SOON = "due_soon"  # to a unit, before its submission is late
    OVERDUE = "overdue"  # to a unit, once it is late
    DIGEST = "digest"  # to the bureau, once submissions are late


@dataclass(frozen=True, slots=True)
class UnitReminder:
    """What there is to say of one unit: its name, the last day in time, and how late it is (0: not yet)."""

    unit: str
    name: Text
    due_on: date
    days_late: int


@dataclass(frozen=True, slots=True)
class ReminderDays:
    """Units are reminded once from `before` days before the due day, and once within `after` days after it."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One reminder that is due. `unit` is empty for the bureau's digest; `units` are those it tells of.

    `email` is the liaison's, None without one.
    """

    kind: ReminderKind
    unit: str
    period: date
    units: tuple[UnitReminder, ...]
    email: str | None = None


def due_reminders(session: ReadSession, *, now: datetime, days: ReminderDays) -> tuple[DueReminder, ...]:
    """What is due at `now` (aware) for the period before the present month, units in display order, the digest last.

    A unit whose submission came is not reminded, nor is one that is excepted or need not report.
    """
    found = _due(session, now=now, days=days)
    if not found:
        return ()
    today = now.astimezone(ZoneInfo(plan_at(session).document.timezone)).date()
    people = in_force(people_recorded(session, principal=REMINDER, seq=newest_seq(session)), on=today)
    liaisons = {unit: person.email for (unit, duty), person in people.items() if duty == "liaison"}
    return tuple(replace(due, email=liaisons.get(due.unit)) for due in found)


def told_reminders(
    session: ReadSession, *, principal: Principal, now: datetime, days: ReminderDays
) -> tuple[DueReminder, ...]:
    """What a page tells whoever opens it: a clerk of its own units' submissions, a reviewer the digest, others nothing.

    Nothing is stored for it, and nothing is sent; whom a message would go to is left out.
    """
    if principal.role not in (Role.CLERK, Role.REVIEWER):
        return ()
    return tuple(
        due
        for due in _due(session, now=now, days=days)
        if (due.unit in principal.units if principal.role is Role.CLERK else not due.unit)
    )


def _due(session: ReadSession, *, now: datetime, days: ReminderDays) -> tuple[DueReminder, ...]:
    """What is due, to nobody's address: every page asks, so no more is read than which submissions came."""
    plan = plan_at(session)
    today = now.astimezone(ZoneInfo(plan.document.timezone)).date()
    period = add_months(period_of(today), -1)
    kind = _kind(due_on(period, rule=plan.due_rule), today, days)
    if kind is None:  # nearly every day of a month: nothing is looked up
        return ()
    missing = _missing(session, view_at(session), period, now=now)
    found = [DueReminder(kind, unit.unit, period, (unit,)) for unit in missing]
    if kind is ReminderKind.OVERDUE and missing:
        found.append(DueReminder(ReminderKind.DIGEST, "", period, tuple(missing)))
    return tuple(found)


def _missing(session: ReadSession, view: View, period: date, *, now: datetime) -> list[UnitReminder]:
    """The units that owe a submission which has not come and may come, in display order."""
    plan, state = view.plan, period_state(session, period, seq=view.seq)
    if state.lock is not None:
        return []
    known = known_submissions(view).c
    came = set(session.scalars(select(known.unit_code).where(known.period == period)))
    judged = timeliness(now, period=period, rule=plan.due_rule)
    late, due = 0 if judged.on_time else judged.days_late, due_on(period, rule=plan.due_rule)
    return [
        UnitReminder(owed.unit, plan.unit_by_code[owed.unit].name, due, late)
        for owed in expected_submissions(plan, period)
        if owed.required and owed.unit not in came and state.exception_of(owed.unit, at=now) is None
    ]


def _kind(due: date, today: date, days: ReminderDays) -> ReminderKind | None:
    if due - timedelta(days=days.before) <= today <= due:
        return ReminderKind.DUE_SOON
    if due < today <= due + timedelta(days=days.after):
        return ReminderKind.OVERDUE
    return None
