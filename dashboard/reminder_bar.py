"""The quiet bar under the top bar: returns that are due soon or late, said to those who can do something about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dash import dcc, html

from dashboard.locale import _, language
from dashboard.reading import Reading
from metrics.queries.due_reminders import ReminderDays
from metrics.queries.notices import notices
from metrics.reminders.words import Kind
from metrics.settings import settings

Component = Any


def reminder_bar(reading: Reading) -> list[Component]:
    """One line a reminder, with the way to what it asks for; nothing in views of the past and of releases."""
    if reading.principal is None or not reading.place.present:
        return []
    configured, now = settings(), datetime.now(UTC)
    days = ReminderDays(configured.reminder_days_before, configured.reminder_days_after)
    found = notices(reading.session, principal=reading.principal, now=now, days=days)
    return [
        html.P(
            [html.Span(message.as_dict()[language()]), " ", _way(reading, kind)],
            className=f"reminder reminder-{kind.value}",
            role="note",
        )
        for kind, message in found
    ]


def _way(reading: Reading, kind: Kind) -> Component:
    """The form that is to be filled in, or the queue that says who is missing."""
    if kind is Kind.DIGEST:
        return dcc.Link(_("Review"), href=reading.place.to("/review"))
    return dcc.Link(_("Collect"), href=reading.place.at_desk("/collect"))
