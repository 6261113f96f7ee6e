"""How the states of returns are said: icon and word, and when a return came."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.locale import _, ngettext
from metrics.queries.submissions import SubmissionEventRow, SubmissionSummary

Component = Any

STATES = ("submitted", "returned", "verified", "missing")  # as a reviewer works through them


def return_state_word(state: str) -> str:
    """The state of a return in a queue, short."""
    return {
        "submitted": _("To verify"),
        "returned": _("Returned"),
        "verified": _("Verified"),
        "missing": _("Not reported"),
    }[state]


def return_state_mark(state: str) -> Component:
    """Icon and word."""
    return html.Span(
        [html.Span(className=f"sign return-{state}", **{"aria-hidden": "true"}), return_state_word(state)],
        className="status",
    )


def timeliness_text(row: SubmissionSummary) -> str:
    return _("on time") if row.on_time else ngettext("{n} day late", "{n} days late", row.days_late)


def timeliness_mark(row: SubmissionSummary) -> Component:
    """On time, or how late with an icon."""
    if row.on_time:
        return timeliness_text(row)
    sign = html.Span(className="sign return-late", **{"aria-hidden": "true"})
    return html.Span([sign, timeliness_text(row)], className="status")


def event_word(event: SubmissionEventRow) -> str:
    """What happened to a return."""
    return {
        "submit": _("Revised") if event.revision > 1 else _("Submitted"),
        "verify": _("Verified"),
        "return": _("Returned for correction"),
        "reopen": _("Opened again"),
        "sign_off": _("Signed off"),
    }[event.action]
