"""Whom to remind now: units that owe a return, shortly before it is due and after, and the bureau of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from metrics.database import ReadSession
from metrics.periods import add_months, due_on, period_of
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.period_status import UnitStatus, period_status
from metrics.queries.view import view_at
from metrics.reminders.words import Kind, UnitReminder

# Who asks when nobody does: sees what the bureau sees, and does nothing.
REMINDER = Principal(0, "biaochi remind", "Biaochi", Role.REVIEWER)


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

    kind: Kind
    unit: str
    period: date
    units: tuple[UnitReminder, ...]
    email: str | None = None


def due_reminders(
    session: ReadSession, *, now: datetime, days: ReminderDays, principal: Principal = REMINDER
) -> tuple[DueReminder, ...]:
    """What is due at `now` (aware) for the period before the present month, units in display order, the digest last.

    A unit whose return came is not reminded, nor is one that is excepted or need not report.
    """
    plan = plan_at(session)
    today = now.astimezone(ZoneInfo(plan.document.timezone)).date()
    period = add_months(period_of(today), -1)
    kind = _kind(due_on(period, rule=plan.due_rule), today, days)
    if kind is None:  # nearly every day of a month: nothing is looked up
        return ()
    view = view_at(session)
    status = period_status(session, view, period, principal=principal, now=now)
    names = view.plan.unit_by_code
    told = {
        unit.unit: UnitReminder(unit.unit, names[unit.unit].name, status.due_on, unit.days_late or 0)
        for unit in status.owing
        if not unit.received and unit.exception is None and not unit.locked
    }
    found = [
        DueReminder(kind, unit.unit, period, (told[unit.unit],), email=_email(unit))
        for unit in status.owing
        if unit.unit in told
    ]
    if kind is Kind.OVERDUE and told:
        found.append(DueReminder(Kind.DIGEST, "", period, tuple(told.values())))
    return tuple(found)


def _kind(due: date, today: date, days: ReminderDays) -> Kind | None:
    if due - timedelta(days=days.before) <= today <= due:
        return Kind.DUE_SOON
    if due < today <= due + timedelta(days=days.after):
        return Kind.OVERDUE
    return None


def _email(unit: UnitStatus) -> str | None:
    return None if unit.liaison is None else unit.liaison.email
