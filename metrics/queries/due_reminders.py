"""Whom to remind now: who owes a submission or material for a month, shortly before it is due and after, and the bureau
of all; and what a page tells of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.ledger.entry import newest_seq
from metrics.models import MaterialRecord
from metrics.period_states import expected_submissions
from metrics.periods import add_months, due_on, period_of
from metrics.plan.model import Text
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.known_figures import known_submissions
from metrics.queries.materials import owing
from metrics.queries.people import in_force, people_recorded
from metrics.queries.period_states import period_state
from metrics.queries.view import View, view_at
from metrics.timeliness import timeliness

# Who asks when nobody does: sees what the bureau sees, and does nothing.
REMINDER = Principal(0, "biaochi remind", "Biaochi", Role.REVIEWER)


class ReminderKind(StrEnum):
    """What a reminder says, and to whom."""

    DUE_SOON = "due_soon"  # to a unit or department, before what it owes is late
    OVERDUE = "overdue"  # to a unit or department, once it is late
    DIGEST = "digest"  # to the bureau, once something is late


class OwedForMonth(StrEnum):
    """What is owed for a month, by the same day."""

    SUBMISSION = "submission"
    MATERIAL = "material"


@dataclass(frozen=True, slots=True)
class UnitReminder:
    """What there is to say of one unit or department: its name, the last day in time, how late it is (0: not yet), and
    what of it has not come.
    """

    unit: str
    name: Text
    due_on: date
    days_late: int
    owes: frozenset[OwedForMonth]


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

    @property
    def is_for_groups(self) -> bool:
        """True for what a group of many offices is told: the digest, and whose submission is missing. Who owes material
        alone, some fifty departments among them, is written to and named in the digest.
        """
        return not self.unit or any(OwedForMonth.SUBMISSION in unit.owes for unit in self.units)


def due_reminders(session: ReadSession, *, now: datetime, days: ReminderDays) -> tuple[DueReminder, ...]:
    """What is due at `now` (aware) for the period before the present month: units in display order, then departments,
    the digest last.

    Nobody is reminded of what came. Of a submission nobody is who is excepted, locked out or need not report; material
    is owed all the same.
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
    """What a page tells whoever opens it: a clerk of what their own units owe, a reviewer the digest, others nothing.

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
    """What is due, to nobody's address: every page asks, so no more is read than what came."""
    plan = plan_at(session)
    today = now.astimezone(ZoneInfo(plan.document.timezone)).date()
    period = add_months(period_of(today), -1)
    kind = reminder_kind(due_on(period, rule=plan.due_rule), today, days)
    if kind is None:  # nearly every day of a month: nothing is looked up
        return ()
    missing = _missing(session, view_at(session), period, now=now)
    found = [DueReminder(kind, unit.unit, period, (unit,)) for unit in missing]
    if kind is ReminderKind.OVERDUE and missing:
        found.append(DueReminder(ReminderKind.DIGEST, "", period, tuple(missing)))
    return tuple(found)


def _missing(session: ReadSession, view: View, period: date, *, now: datetime) -> list[UnitReminder]:
    """Who owes something that has not come and may come: units in display order, then departments."""
    plan = view.plan
    judged = timeliness(now, period=period, rule=plan.due_rule)
    late, due = 0 if judged.on_time else judged.days_late, due_on(period, rule=plan.due_rule)
    submissions = set(_without_submission(session, view, period, now=now))
    came = set(session.scalars(select(MaterialRecord.unit_code).where(MaterialRecord.period == period).distinct()))
    materials = {body.code: body.name for body in owing(plan, period) if body.code not in came}
    names = {unit.code: unit.name for unit in plan.reporting_units} | materials  # units in display order first
    owed = {OwedForMonth.SUBMISSION: submissions, OwedForMonth.MATERIAL: materials.keys()}
    return [
        UnitReminder(code, name, due, late, owes)
        for code, name in names.items()
        if (owes := frozenset(what for what, codes in owed.items() if code in codes))
    ]


def _without_submission(session: ReadSession, view: View, period: date, *, now: datetime) -> list[str]:
    """The units that owe a submission which has not come and may come, in display order."""
    plan, state = view.plan, period_state(session, period, seq=view.seq)
    if state.lock is not None:
        return []
    known = known_submissions(view).c
    came = set(session.scalars(select(known.unit_code).where(known.period == period)))
    return [
        owed.unit
        for owed in expected_submissions(plan, period)
        if owed.required and owed.unit not in came and state.exception_of(owed.unit, at=now) is None
    ]


def reminder_kind(due: date, today: date, days: ReminderDays) -> ReminderKind | None:
    """What is said on `today` of something that is due on the day `due` and has not come; None on other days."""
    if due - timedelta(days=days.before) <= today <= due:
        return ReminderKind.DUE_SOON
    if due < today <= due + timedelta(days=days.after):
        return ReminderKind.OVERDUE
    return None
