"""Who answers for a submission under review, and a reviewer's record of a signature on paper."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.forms import asking_form, folded, press
from dashboard.locale import _
from dashboard.parts import section
from dashboard.reading import Reading
from dashboard.sign_off_words import signed_words
from metrics.principal import Action, Principal, Role
from metrics.queries.received_returns import sign_offs
from metrics.queries.submissions import SubmissionSummary

Component = Any


def sign_off_section(reading: Reading, row: SubmissionSummary, *, principal: Principal) -> Component:
    """The sign-off as it stands; for a reviewer, until this revision is signed off, the form for paper."""
    found = sign_offs(reading.session, [row.id], seq=row.seq).get(row.id)
    told = html.P(signed_words(reading, found, revision=row.revision), className="note")
    signed = found is not None and found.revision == row.revision
    records = principal.role is Role.REVIEWER and principal.may(Action.SIGN_OFF)
    form = [_paper_form(row)] if records and not signed and row.state != "returned" else []
    return section(_("Sign-off"), told, *form)


def _paper_form(row: SubmissionSummary) -> Component:
    name = dcc.Input(
        id="paper-leader",
        name="leader",
        type="text",
        maxLength=100,
        required=True,
        className="entry",
        autoComplete="off",
    )
    note = html.Textarea(name="note", id="paper-note", maxLength=2000, rows=2, className="entry")
    form = asking_form(
        "submission.sign_on_paper",
        html.P(_("The leader signed revision {n} on paper, and you have seen it.", n=row.revision), className="note"),
        html.Label(_("Name of the leader who signed"), htmlFor="paper-leader"),
        name,
        html.Label(_("Where the paper is kept (optional)"), htmlFor="paper-note"),
        note,
        press(_("Record the signature on paper")),
        fields={"seen": row.etag.strip('"')},
    )
    return folded(_("Record a signature on paper"), form)
