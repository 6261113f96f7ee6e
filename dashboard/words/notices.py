"""Late, locked, excepted, loaded: states of a unit's submission for a period, each with sign, word and message."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.locale import _, language, ngettext
from dashboard.words.figures import NOTHING
from metrics.period_states import end_text
from metrics.queries.period_status import UnitStatus

Component = Any


def mark(sign: str, word: str, *, title: str = "") -> Component:
    """A sign and its word; `title` says more."""
    inside = [html.Span(className=f"sign {sign}", **{"aria-hidden": "true"}), html.Span(word)]
    return html.Span(inside, className="status", title=title or word)


def timeliness_cell(row: UnitStatus, *, timezone: str) -> Component:
    """When it came against when it was due, and every notice that applies to the unit now."""
    words = {
        "late": _late(row),
        "locked": _("locked"),
        "excepted": "" if row.exception is None else _until(row, timezone=timezone),
    }
    marks = [
        mark(f"submission-{notice.code}", words[notice.code], title=notice.message.in_language(language()))
        for notice in row.notices
        if notice.code in words
    ]
    loaded = [notice.message.in_language(language()) for notice in row.notices if notice.code == "loaded"]
    marks += [html.Span(_("loaded history"), title=message) for message in loaded]
    if row.received and row.on_time:
        marks.insert(0, html.Span(_("on time")))
    return html.Span(marks or NOTHING, className="notices")


def _late(row: UnitStatus) -> str:
    days = row.days_late or 0
    if row.received:
        return ngettext("{n} day late", "{n} days late", days)
    return ngettext("overdue by {n} day", "overdue by {n} days", days)


def _until(row: UnitStatus, *, timezone: str) -> str:
    assert row.exception is not None  # noqa: S101  asked for exceptions only
    return _("exception until {moment}", moment=end_text(row.exception.until, timezone=timezone))
