"""Whom to remind of a supervision slip now: the unit near its day and after it, then its leader and the bureau."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from metrics.database import ReadSession
from metrics.periods import period_of
from metrics.plan.model import Text
from metrics.queries.due_reminders import REMINDER, ReminderDays
from metrics.queries.people import in_force, people_recorded
from metrics.queries.slips import SlipRow, slips
from metrics.queries.view import view_at
from metrics.supervision.slips import WITH_THE_UNIT


class SlipReminderKind(StrEnum):
    """What a reminder of a slip says, and to whom."""

    DUE_SOON = "slip_due_soon"  # to the unit's liaison, before the slip is late
    OVERDUE = "slip_overdue"  # to the unit's liaison, once it is late
    ESCALATED = "slip_escalated"  # to the unit's leader and the bureau, when that did not help


@dataclass(frozen=True, slots=True)
class SlipReminder:
    """One reminder that is due. `period`: the month of the due day; `subject`: slip and due day, by which it is known.

    `email`: the liaison's, of an escalated one the leader's; None without one.
    """

    kind: SlipReminderKind
    unit: str
    period: date
    subject: str
    written: str
    number: str
    title: str
    name: Text
    due_on: date
    days_late: int
    email: str | None = None

    @property
    def is_for_groups(self) -> bool:
        """A group of many offices is told of every slip."""
        return True


def due_slip_reminders(session: ReadSession, *, now: datetime, days: ReminderDays) -> tuple[SlipReminder, ...]:
    """What is due at `now` (aware), in the order of issue. Once an answer is there nobody is reminded; an extension or
    a new day after a slip was sent back begins anew. Escalated as many days again after the reminders of the unit end.
    """
    view = view_at(session)
    today = now.astimezone(ZoneInfo(view.plan.document.timezone)).date()
    waiting = [row for row in slips(session, view) if row.stands.state in WITH_THE_UNIT]
    due = [(kind, row) for row in waiting if (kind := _kind(row.stands.due_on, today, days)) is not None]
    if not due:
        return ()
    people = in_force(people_recorded(session, principal=REMINDER, seq=view.seq), on=today)
    reached = {key: person.email for key, person in people.items()}
    return tuple(
        _reminder(row, kind, today, name=view.plan.unit_by_code[row.unit].name, reached=reached) for kind, row in due
    )


def _reminder(
    row: SlipRow, kind: SlipReminderKind, today: date, *, name: Text, reached: dict[tuple[str, str], str | None]
) -> SlipReminder:
    duty = "leader" if kind is SlipReminderKind.ESCALATED else "liaison"
    return SlipReminder(
        kind=kind,
        unit=row.unit,
        period=period_of(row.stands.due_on),
        subject=f"{row.number} {row.stands.due_on.isoformat()}",
        written=row.written,
        number=row.number,
        title=row.title,
        name=name,
        due_on=row.stands.due_on,
        days_late=row.stands.days_late(today),
        email=reached.get((row.unit, duty)),
    )


def _kind(due: date, today: date, days: ReminderDays) -> SlipReminderKind | None:
    after = timedelta(days=days.after)
    if due - timedelta(days=days.before) <= today <= due:
        return SlipReminderKind.DUE_SOON
    if due < today <= due + after:
        return SlipReminderKind.OVERDUE
    return SlipReminderKind.ESCALATED if due + after < today <= due + 2 * after else None
