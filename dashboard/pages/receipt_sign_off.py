"""The part of a receipt by which the clerk has the leader asked to sign. The clerk never sees the link."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dash import html

from dashboard.acts.forms import asking_form, press
from dashboard.locale import _, instant_text
from dashboard.window.reading import Reading
from metrics.principal import Principal
from metrics.queries.confirmations import RequestedSignOff, requested_sign_off
from metrics.queries.people import Person, leader_of
from metrics.queries.submissions import Receipt, SubmissionDetail
from metrics.reminders.sign_off_link import can_send_links
from metrics.settings import settings
from metrics.submission_states import State

Component = Any


def ask_to_sign(reading: Reading, detail: SubmissionDetail, receipt: Receipt, principal: Principal) -> list[Component]:
    """For those who may report for the unit, while this revision is neither signed off nor sent back."""
    signed = receipt.sign_off is not None and receipt.sign_off.revision == receipt.revision
    if signed or detail.summary.state == State.SENT_BACK or not principal.may_post_for(receipt.unit):
        return []
    now = datetime.now(UTC)
    leader = leader_of(reading.session, receipt.unit, principal=principal, timezone=reading.timezone, now=now)
    asked = requested_sign_off(reading.session, detail.summary, sign_off=receipt.sign_off, leader=leader, now=now)
    hindered = _hindered(leader)
    if hindered is not None:
        return [html.P(hindered, className="note screen-only", role="note")]
    open_now = asked is not None and asked.open and asked.sent_at is not None
    form = asking_form(
        "submission.ask_sign_off",
        press(_("Send it again") if open_now else _("Ask the leader to sign"), main=not open_now),
        html.P(_told(asked, open_now=open_now, timezone=reading.timezone), className="note"),
        fields={"seen": detail.summary.etag.strip('"')},
        about=str(0 if asked is None else asked.expires_at.timestamp()),
    )
    return [html.Div(form, className="screen-only ask-to-sign")]


def _hindered(leader: Person | None) -> str | None:
    """What keeps a link from being sent, and what can be done instead; None if nothing does."""
    if leader is None:
        return _("No current leader is recorded for the unit; the bureau records one first.")
    if not can_send_links(settings()):
        return _(
            "E-mail is not set up: the leader signs with their own account, or a reviewer records a signature on paper."
        )
    if not leader.email:
        return _(
            "No e-mail address is recorded for the leader: the bureau records one, the leader signs with their "
            "own account, or a reviewer records a signature on paper."
        )
    return None


def _told(asked: RequestedSignOff | None, *, open_now: bool, timezone: str) -> str:
    if asked is not None and open_now and asked.sent_at is not None:
        return _(
            "Sent to the leader's own address on {moment}; the link is valid until {until}.",
            moment=instant_text(asked.sent_at, timezone=timezone),
            until=instant_text(asked.expires_at, timezone=timezone),
        )
    return _("A link is sent to the leader's own address; nobody else sees it.")
