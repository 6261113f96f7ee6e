"""What a reviewer can do with a submission: verify it, send it back, open it again, record a signature on paper."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, folded, press, reason_field, slots
from dashboard.locale import _
from dashboard.parts import section
from dashboard.window.reading import Reading
from dashboard.words.sign_offs import signed_words
from metrics.principal import Principal, Role, Scope
from metrics.queries.received_submissions import sign_offs
from metrics.queries.submissions import SubmissionSummary
from metrics.submission_states import Action, State, allows

Component = Any


def acts_panel(row: SubmissionSummary) -> Component:
    """The forms that the submission's state allows. Each names the version on the page, which is what it acts on."""
    seen = {"seen": row.etag.strip('"')}
    forms = slots(_verify(row, seen), _send_back(row, seen), _reopen(row, seen))
    return html.Section([html.H2(_("Decide")), *forms], className="decide", **{"aria-label": _("Decide")})


def _verify(row: SubmissionSummary, seen: dict[str, str]) -> Component | None:
    if not allows(row.state, Action.VERIFY):
        return None
    return asking_form("submission.verify", press(_("Verify revision {n}", n=row.revision), main=True), fields=seen)


def _send_back(row: SubmissionSummary, seen: dict[str, str]) -> Component | None:
    if not allows(row.state, Action.SEND_BACK):
        return None
    form = asking_form(
        "submission.send_back",
        *reason_field("submission-reason", _("Why it is sent back; the clerk reads this"), phrases=phrases()),
        press(_("Send it back")),
        fields=seen,
    )
    return folded(_("Send back for correction"), form, opened=row.state is State.SUBMITTED)


def _reopen(row: SubmissionSummary, seen: dict[str, str]) -> Component | None:
    if not allows(row.state, Action.REOPEN):
        return None
    form = asking_form(
        "submission.reopen",
        html.P(_reopening(row.state), className="note"),
        *reason_field("reopen-reason", _("Why it is opened again")),
        press(_("Open it again")),
        fields=seen,
    )
    return folded(_("Open again"), form)


def _reopening(state: State) -> str:
    if state == State.VERIFIED:
        return _("Undoes the verification; the submission waits to be verified again.")
    return _("Undoes sending it back for correction; the submission waits to be verified as it is.")


def phrases() -> tuple[str, ...]:
    """What reviewers most often write."""
    return (
        _("Please check the figures that changed a lot since last month."),
        _("Please say why the denominator shrank."),
        _("The base period's materials should not change; please check."),
        _("Please name the government's approval for the exempt items."),
        _("Please acknowledge the warnings with a reason."),
    )


def sign_off_section(reading: Reading, row: SubmissionSummary, *, principal: Principal) -> Component:
    """The sign-off as it stands; for a reviewer, until this revision is signed off, the form for paper."""
    found = sign_offs(reading.session, [row.id], seq=row.seq).get(row.id)
    told = html.P(signed_words(reading, found, revision=row.revision), className="note")
    signed = found is not None and found.revision == row.revision
    records = principal.role is Role.REVIEWER and principal.may(Scope.SIGN_OFF)
    form = [_paper_form(row)] if records and not signed and row.state != State.SENT_BACK else []
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
        html.Label(_("Where the paper is filed (optional)"), htmlFor="paper-note"),
        note,
        press(_("Record the signature on paper")),
        fields={"seen": row.etag.strip('"')},
    )
    return folded(_("Record a signature on paper"), form)
