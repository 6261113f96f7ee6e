"""A leader's pages: what awaits signature (`/sign-off`), and one submission with every figure (`/sign-off/17`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, press
from dashboard.grids.differences import Comparison, differences_table
from dashboard.locale import _, month_text, ngettext
from dashboard.pages.review_facts import checks_section
from dashboard.pages.slip_links import waiting_slips
from dashboard.parts import empty, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import unit_name
from dashboard.words.sign_offs import signed_words
from dashboard.words.submissions import first_submitted_text, queue_mark, timeliness_mark
from metrics.principal import Principal, Role, Scope
from metrics.queries.sign_off_sheet import SignOffSheet, ToSign, sign_off_sheet, to_sign
from metrics.queries.submissions import submission_unknown
from metrics.submission_states import State

Component = Any


def sign_off_page(reading: Reading) -> Content:
    """The page at `/sign-off`: a leader's own units' submissions, those that await signature first."""
    principal = reading.principal
    if not _signs(principal) or principal is None:
        return _not_a_leader(reading)
    found = to_sign(reading.session, reading.plan, principal=principal)
    awaiting = [row for row in found if row.awaits]
    others = [row for row in found if not row.awaits]
    title = (
        ngettext("{n} submission awaits your signature", "{n} submissions await your signature", len(awaiting))
        if awaiting
        else _("Nothing awaits your signature")
    )
    none = empty(title, _("A submission appears here as soon as your unit has sent it."))
    body = html.Div(
        [
            html.Div(html.H1(title), className="page-head"),
            waiting_slips(reading),
            _table(reading, awaiting, caption=_("Awaiting signature")) if awaiting else none,
            *(
                [section(_("Signed off or sent back"), _table(reading, others, caption=_("Signed off or sent back")))]
                if others
                else []
            ),
        ],
        className="review",
    )
    return Content(title=title, body=body, desk=True)


def sign_off_sheet_page(reading: Reading, submission_id: str) -> Content:
    """The page at `/sign-off/{submission_id}`. Raises NotFound for a submission that is not of the reader's units."""
    principal = reading.principal
    if principal is None:
        raise submission_unknown(int(submission_id))
    if not _signs(principal):
        return _not_a_leader(reading)
    sheet = sign_off_sheet(
        reading.session, int(submission_id), plan=reading.plan, principal=principal, now=datetime.now(UTC)
    )
    what = f"{unit_name(reading.plan.unit_by_code[sheet.summary.unit])} {month_text(sheet.summary.period)}"
    title = what + _(": ") + (_("signed off") if sheet.signed else _("awaits your signature"))
    back = dcc.Link(_("Back to the list"), href=reading.address.to("/sign-off"))
    side = [_decide(reading, sheet), *_said(sheet), checks_section(reading, sheet.checks)]
    body = html.Div(
        [
            html.Div(
                [html.Div([html.H1(title), _facts(reading, sheet)]), html.P(back, className="ways note")],
                className="page-head",
            ),
            html.Div(
                [_figures(reading, sheet), html.Div(side, className="review-side")],
                className="review-columns",
            ),
        ],
        className="review",
    )
    return Content(title=title, body=body, desk=True)


def _figures(reading: Reading, sheet: SignOffSheet) -> Component:
    title = _("Every figure next to last month's")
    column = Comparison(_("Last month"), sheet.figures)
    warned = {told.warning.element for told in sheet.checks.warnings if told.warning.element is not None}
    table = differences_table(reading.plan, [column], warned=warned, only_differing=False, caption=title)
    return section(title, *_no_month_before(sheet), table)


def _signs(principal: Principal | None) -> bool:
    return principal is not None and principal.role is Role.LEADER and principal.may(Scope.SIGN_OFF)


def _table(reading: Reading, rows: list[ToSign], *, caption: str) -> Component:
    lines = [
        [
            dcc.Link(month_text(row.summary.period), href=reading.address.to(f"/sign-off/{row.summary.id}")),
            signed_words(reading, row.sign_off, revision=row.summary.revision),
            queue_mark(row.summary.state),
            unit_name(reading.plan.unit_by_code[row.summary.unit]),
            html.Span(timeliness_mark(row.summary)),
            str(row.summary.revision),
        ]
        for row in rows
    ]
    headings = [_("Month"), _("Sign-off"), _("State"), _("Unit"), _("Timeliness"), _("Revision")]
    return scrolled(plain_table(caption, headings, lines), name="texts")


def _facts(reading: Reading, sheet: SignOffSheet) -> Component:
    row = sheet.summary
    return html.P(
        [
            queue_mark(row.state),
            html.Span(_("revision {n}", n=row.revision)),
            html.Span(_("sent by {who}", who=sheet.sent_by)),
            html.Span(first_submitted_text(row, timezone=reading.timezone)),
            html.Span(timeliness_mark(row)),
        ],
        className="facts-line note",
    )


def _decide(reading: Reading, sheet: SignOffSheet) -> Component:
    """The one button, or why there is none."""
    row = sheet.summary
    inside: list[Component] = [html.P(signed_words(reading, sheet.sign_off, revision=row.revision), className="note")]
    if not sheet.signed and row.state == State.SENT_BACK:
        inside = [html.P(_("The submission was sent back; it can be signed once the unit has corrected it."))]
    elif not sheet.signed:
        inside.append(
            asking_form(
                "submission.sign_off",
                press(_("Sign revision {n}", n=row.revision), main=True),
                html.P(
                    _("You sign every figure on this page. A later revision needs your signature again."),
                    className="note",
                ),
                fields={"seen": row.etag.strip('"')},
            )
        )
    return html.Section([html.H2(_("Sign-off")), *inside], className="decide", **{"aria-label": _("Sign-off")})


def _said(sheet: SignOffSheet) -> list[Component]:
    """The clerk's reason for the revision, and the note that went with it."""
    lines = [(_("Reason of the revision"), sheet.reason), (_("Note"), sheet.note)]
    return [html.P([html.B(term), " ", html.Q(text)]) for term, text in lines if text]


def _no_month_before(sheet: SignOffSheet) -> list[Component]:
    if sheet.figures.base is not None:
        return []
    return [html.P(_("The unit sent no submission for the month before."), className="note")]


def _not_a_leader(reading: Reading) -> Content:
    title = _("Unit leaders sign here")
    body = html.Div(
        [
            html.Span(className="failed-rod", **{"aria-hidden": "true"}),
            html.H1(title),
            html.P(
                _(
                    "Clerks ask for the leader's signature from the receipt; "
                    "reviewers record signatures on paper during the review."
                )
            ),
            html.P(dcc.Link(_("Overview"), href=reading.address.to("/"))),
        ],
        className="failed",
    )
    return Content(title=title, body=body, found=False)
