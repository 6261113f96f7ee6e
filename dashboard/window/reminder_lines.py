"""The lines above a page that remind whoever opens it: of what is due, and of what turned that they follow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dash import dcc, html

from dashboard.locale import _, language, ngettext
from dashboard.window.reading import Reading
from metrics.periods import format_period
from metrics.principal import Principal
from metrics.queries.blindness import is_blind
from metrics.queries.due_reminders import DueReminder, OwedForMonth, ReminderDays, ReminderKind, told_reminders
from metrics.queries.follows import unseen_turns
from metrics.reminders.words import reminder_message
from metrics.settings import settings

Component = Any


def reminder_bar(reading: Reading) -> list[Component]:
    """One line a reminder, with the way to what it asks for; nothing in views of the past and of releases."""
    if reading.principal is None or not reading.address.present:
        return []
    configured, now = settings(), datetime.now(UTC)
    days = ReminderDays(configured.reminder_days_before, configured.reminder_days_after)
    told = told_reminders(reading.session, principal=reading.principal, now=now, days=days)
    said = [(due, reminder_message(due.kind, due.period, due.units).in_language(language())) for due in told]
    lines = [
        html.P(
            [html.Span(words), " ", _way(reading, due)],
            className=f"reminder reminder-{due.kind.value}",
            role="note",
        )
        for due, words in said
    ]
    return [*lines, *_turned(reading, reading.principal)]


def _turned(reading: Reading, principal: Principal) -> list[Component]:
    """That statuses turned which the reader follows and has not seen, with the way to them.

    Nothing for an assessor who measures blind, whatever was followed before.
    """
    if is_blind(principal) or not (new := unseen_turns(reading.session, principal)):
        return []
    words = ngettext("{n} status that you follow has changed.", "{n} statuses that you follow have changed.", new)
    link = dcc.Link(_("Changes of status that I follow"), href=reading.address.at_desk("/following"))
    return [html.P([html.Span(words), " ", link], className="reminder reminder-turned", role="note")]


def _way(reading: Reading, due: DueReminder) -> Component:
    """The form that is to be filled in, or the list that says who is missing."""
    submission = any(OwedForMonth.SUBMISSION in unit.owes for unit in due.units)
    if due.kind is ReminderKind.DIGEST:
        return dcc.Link(_("Review"), href=reading.address.to("/review" if submission else "/materials"))
    if not submission:
        href = reading.address.to(f"/materials/{due.unit}/{format_period(due.period)}")
        return dcc.Link(_("Write the material"), href=href)
    return dcc.Link(_("Collect"), href=reading.address.at_desk("/collect"))
