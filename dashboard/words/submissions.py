"""Submissions in words and signs: how they stand, what happened to them, and when they came.

Signs come from the table of states (:mod:`metrics.submission_states`); what a state is called depends on whom it is
said to: a reviewer has it to verify, a clerk has sent it, a reader of figures hears how far they were checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.locale import _, instant_text, ngettext, pgettext
from metrics.queries.submissions import SubmissionEventRow, SubmissionSummary
from metrics.submission_states import FACTS, Action, State

Component = Any

# The parts of the reviewer's queue, as a reviewer works through them: value in the address → state.
QUEUE_PARTS: Mapping[str, State] = {
    State.SUBMITTED.value: State.SUBMITTED,
    State.SENT_BACK.value: State.SENT_BACK,
    State.VERIFIED.value: State.VERIFIED,
    "missing": State.NOT_REPORTED,
}


def queue_word(state: State) -> str:
    """What a reviewer calls a submission in this state."""
    return {
        State.NOT_REPORTED: _("Not reported"),
        State.SENT_BACK: pgettext("the bureau's list", "Sent back"),
        State.SUBMITTED: _("To verify"),
        State.VERIFIED: _("Verified"),
    }[state]


def clerk_word(state: State) -> str:
    """What a clerk calls a month whose submission is in this state."""
    return {
        State.NOT_REPORTED: _("Not reported"),
        State.SENT_BACK: _("Sent back"),
        State.SUBMITTED: _("Sent"),
        State.VERIFIED: _("Verified"),
    }[state]


def figure_word(state: State) -> str:
    """How far a figure has been checked."""
    return {
        State.NOT_REPORTED: _("Not reported"),
        State.SENT_BACK: _("Sent back for correction"),
        State.SUBMITTED: _("Submitted, not yet verified"),
        State.VERIFIED: _("Verified"),
    }[state]


def event_word(event: SubmissionEventRow) -> str:
    """What happened to a submission."""
    return {
        Action.SUBMIT: _("Revised") if event.revision > 1 else _("Submitted"),
        Action.VERIFY: _("Verified"),
        Action.SEND_BACK: _("Sent back for correction"),
        Action.REOPEN: _("Opened again"),
        Action.SIGN_OFF: _("Signed off"),
    }[event.action]


def queue_mark(state: State) -> Component:
    """Sign and reviewer's word."""
    return _mark(FACTS[state].sign, queue_word(state))


def timeliness_text(row: SubmissionSummary) -> str:
    return reception_text(row.days_late)


def reception_text(days_late: int | None) -> str:
    """On time, or how late; None: of loaded history nobody knows."""
    if days_late is None:
        return _("loaded history")
    return ngettext("{n} day late", "{n} days late", days_late) if days_late else _("on time")


def first_submitted_text(row: SubmissionSummary, *, timezone: str) -> str:
    """When it first came; of loaded history that does not say, when it was loaded."""
    if row.first_received_at is None:
        return _("loaded {moment}", moment=instant_text(row.first_recorded_at, timezone=timezone))
    return _("first submitted {moment}", moment=instant_text(row.first_received_at, timezone=timezone))


def timeliness_mark(row: SubmissionSummary) -> Component:
    """On time, loaded, or how late with a sign."""
    return timeliness_text(row) if not row.days_late else _mark("submission-late", timeliness_text(row))


def _mark(sign: str, word: str) -> Component:
    return html.Span([html.Span(className=f"sign {sign}", **{"aria-hidden": "true"}), word], className="status")
