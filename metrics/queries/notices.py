"""What a page tells whoever opens it: returns that are due or late. Nothing is stored for it, and nothing is sent."""

from __future__ import annotations

from datetime import datetime

from metrics.database import ReadSession
from metrics.errors import Message
from metrics.principal import Principal, Role
from metrics.queries.due_reminders import ReminderDays, due_reminders
from metrics.reminders.words import Kind, reminder_message


def notices(
    session: ReadSession, *, principal: Principal, now: datetime, days: ReminderDays
) -> tuple[tuple[Kind, Message], ...]:
    """Kind and sentence: for a clerk of the own units' returns, for a reviewer the digest, for others nothing."""
    if principal.role not in (Role.CLERK, Role.REVIEWER):
        return ()
    due = due_reminders(session, now=now, days=days, principal=principal)
    return tuple(
        (one.kind, reminder_message(one.kind, one.period, one.units))
        for one in due
        if (one.unit in principal.units if principal.role is Role.CLERK else not one.unit)
    )
