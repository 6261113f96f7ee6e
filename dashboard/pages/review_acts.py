"""What a reviewer can do with a return in its state: verify it, return it with a reason, open it again."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.forms import asking_form, folded, press, reason_field
from dashboard.locale import _
from metrics.commands.verify_submission import REOPEN, RETURN, VERIFY
from metrics.queries.submissions import SubmissionSummary

Component = Any


def acts_panel(row: SubmissionSummary) -> Component:
    """The forms that the return's state allows. Each names the version on the page, which is what it acts on."""
    seen = {"seen": row.etag.strip('"')}
    forms = []
    if row.state in VERIFY.before:
        forms.append(
            asking_form("return.verify", press(_("Verify revision {n}", n=row.revision), main=True), fields=seen)
        )
    if row.state in RETURN.before:
        forms.append(
            folded(
                _("Return for correction"),
                asking_form(
                    "return.return",
                    *reason_field("return-reason", _("Why it is returned; the clerk reads this"), phrases=phrases()),
                    press(_("Return it")),
                    fields=seen,
                ),
                opened=row.state == "submitted",
            )
        )
    if row.state in REOPEN.before:
        forms.append(
            folded(
                _("Open again"),
                asking_form(
                    "return.reopen",
                    html.P(_reopening(row.state), className="note"),
                    *reason_field("reopen-reason", _("Why it is opened again")),
                    press(_("Open it again")),
                    fields=seen,
                ),
            )
        )
    return html.Section([html.H2(_("Decide")), *forms], className="decide", **{"aria-label": _("Decide")})


def _reopening(state: str) -> str:
    if state == "verified":
        return _("Takes the verification back; the return waits to be verified again.")
    return _("Takes the return for correction back; it waits to be verified as it stands.")


def phrases() -> tuple[str, ...]:
    """What reviewers most often write."""
    return (
        _("Please check the figures that moved much against last month."),
        _("Please say why the denominator shrank."),
        _("The base period's materials should not change; please check."),
        _("Please name the government's approval for the exempt items."),
        _("Please acknowledge the warnings with a reason."),
    )
