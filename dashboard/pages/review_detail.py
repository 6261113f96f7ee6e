"""One submission as a reviewer looks at it: its figures beside last month and an earlier revision, checks, history."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.grids.differences import Comparison, differences_table
from dashboard.locale import _, instant_text, month_text, ngettext
from dashboard.pages.refusals import not_for_you, not_now
from dashboard.pages.review_acts import acts_panel, sign_off_section
from dashboard.pages.review_facts import checks_section, history_section, rates_section
from dashboard.parts import choice, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import unit_name
from dashboard.words.submissions import first_submitted_text, queue_mark, queue_word, timeliness_mark
from metrics.principal import Principal, Scope
from metrics.queries.checks_of_submissions import SubmissionChecks, checks_of_submissions
from metrics.queries.submission_differences import (
    Against,
    SubmissionDifferences,
    Verification,
    differences_of,
    last_verification,
)
from metrics.queries.submissions import SubmissionDetail, submission, submissions
from metrics.submission_states import State

Component = Any


def review_detail_page(reading: Reading, submission_id: str) -> Content:
    """The page at `/review/{submission_id}`."""
    principal = reading.principal
    if principal is None or not principal.may_look_at_review:
        return not_for_you(reading)
    if not reading.address.present:
        return not_now(reading)
    plan = reading.plan
    found = submission(reading.session, int(submission_id), plan=plan, principal=principal)
    summary, verification = found.summary, last_verification(found.events)
    checks = checks_of_submissions(reading.session, plan, period=summary.period, events={summary.unit: found.events})[
        summary.unit
    ]
    what = f"{unit_name(plan.unit_by_code[summary.unit])} {month_text(summary.period)}"
    title = what + _(": ") + queue_word(summary.state)
    warned = {told.warning.element for told in checks.warnings if told.warning.element is not None}
    body = html.Div(
        [
            html.Div(
                [html.Div([html.H1(title), _facts(reading, found)]), _ways(reading, found, principal)],
                className="page-head",
            ),
            *_voided(reading, found, verification),
            html.Div(
                [
                    html.Div([_figures(reading, found, verification, warned=warned), rates_section(reading, found)]),
                    _side(reading, found, principal, checks=checks),
                ],
                className="review-columns",
            ),
        ],
        className="review",
    )
    return Content(title=title, body=body)


def _side(reading: Reading, found: SubmissionDetail, principal: Principal, *, checks: SubmissionChecks) -> Component:
    summary = found.summary
    inside = [
        *([acts_panel(summary)] if principal.may(Scope.VERIFY) else []),
        sign_off_section(reading, summary, principal=principal),
        checks_section(reading, checks),
        history_section(reading, found.events),
    ]
    return html.Div(inside, className="review-side")


def _facts(reading: Reading, found: SubmissionDetail) -> Component:
    row = found.summary
    line = html.P(
        [
            queue_mark(row.state),
            html.Span(_("revision {n}", n=row.revision)),
            html.Span(first_submitted_text(row, timezone=reading.timezone)),
            html.Span(timeliness_mark(row)),
        ],
        className="facts-line note",
    )
    if not row.revision_reason:
        return line
    return html.Div([line, html.P([html.B(_("Reason of the revision")), " ", html.Q(row.revision_reason)])])


def _ways(reading: Reading, found: SubmissionDetail, principal: Principal) -> Component:
    """Back to the queue, and on to the next submission of the month that waits."""
    address, row = reading.address, found.summary
    waiting = submissions(
        reading.session, reading.plan, principal=principal, periods=[row.period], states=[State.SUBMITTED]
    )
    order = [unit.code for unit in reading.plan.reporting_units]
    later = [other for other in waiting if other.id != row.id]
    after = [other for other in later if order.index(other.unit) > order.index(row.unit)]
    links = [dcc.Link(_("Back to the queue"), href=address.to("/review"))]
    for following in (after or later)[:1]:
        name = unit_name(reading.plan.unit_by_code[following.unit])
        links.append(dcc.Link(_("Next to verify: {unit}", unit=name), href=address.to(f"/review/{following.id}")))
    return html.P(links, className="ways note")


def _voided(reading: Reading, found: SubmissionDetail, verification: Verification | None) -> list[Component]:
    """A verification that no longer stands: who gave it, what ended it, where the difference is."""
    if verification is None or verification.undone is None:
        return []
    verified, undone = verification.verified, verification.undone
    names = reading.names({verified.actor, undone.actor})
    told = {
        "who": names[verified.actor],
        "moment": instant_text(verified.recorded_at, timezone=reading.timezone),
        "revision": verified.revision,
    }
    who = names[undone.actor]
    ended = {
        "submit": _("Revision {n} by {who} changed it, which voided the verification.", n=undone.revision, who=who),
        "return": _("{who} sent it back since.", who=who),
        "reopen": _("{who} opened it again since.", who=who),
    }[undone.action]
    href = reading.address.to(f"/review/{found.summary.id}", base="verified", show="differences")
    sign = html.Span(className="sign submission-voided", **{"aria-hidden": "true"})
    text = _("{who} verified revision {revision} on {moment}.", **told)
    link = dcc.Link(_("Show what differs from what was verified"), href=href)
    return [html.P([sign, html.Span([text, " ", ended]), link], className="voided", role="note")]


def _base(reading: Reading, found: SubmissionDetail, verification: Verification | None) -> tuple[str, Against | int]:
    """What the figures are held against beside last month, as the address says or as the case suggests."""
    asked = reading.address.keeps("base")
    if asked == "verified" and verification is not None:
        return "verified", Against.VERIFIED
    if asked is not None and asked.isascii() and asked.isdigit() and 0 < int(asked) < found.summary.revision:
        return asked, int(asked)
    if asked is None and verification is not None and not verification.stands:
        return "verified", Against.VERIFIED
    return "previous", Against.PREVIOUS


def _figures(
    reading: Reading, found: SubmissionDetail, verification: Verification | None, *, warned: set[str]
) -> Component:
    session, plan, address = reading.session, reading.plan, reading.address
    month = differences_of(session, plan, found, against=Against.LAST_MONTH)
    name, against = _base(reading, found, verification)
    columns = [Comparison(_("Last month"), month)]
    earlier = differences_of(session, plan, found, against=against)
    if earlier.base is not None:
        heading = _("Verified, revision {n}") if name == "verified" else _("Revision {n}")
        columns.append(Comparison(heading.format(n=earlier.base.revision), earlier))
    only = address.keeps("show") == "differences"
    title = _figures_title(earlier)
    notes = (
        []
        if month.base is not None
        else [html.P(_("The unit sent no submission for the month before."), className="note")]
    )
    if only and not any(column.held.differing for column in columns):
        table: Component = html.P(_("There are no differences."), className="note")
    else:
        table = differences_table(plan, columns, warned=warned, only_differing=only, caption=title)
    return section(title, _choices(reading, found, verification, base=name, only=only), *notes, table)


def _figures_title(earlier: SubmissionDifferences) -> str:
    if earlier.base is None:
        return _("Figures")
    return ngettext(
        "{n} figure differs from revision {base}",
        "{n} figures differ from revision {base}",
        len(earlier.differing),
        base=earlier.base.revision,
    )


def _choices(
    reading: Reading, found: SubmissionDetail, verification: Verification | None, *, base: str, only: bool
) -> Component:
    """Which revision to hold the figures against, and whether to leave out what is the same."""
    address, newest = reading.address, found.summary.revision
    bases = [("previous", _("Revision before"))] if newest > 1 else []
    bases += [("verified", _("What was verified"))] if verification is not None and not verification.stands else []
    bases += [(str(n), _("Revision {n}", n=n)) for n in range(1, newest - 1)]
    items = [choice(word, address.keeping(base=key), here=key == base) for key, word in bases]
    items += [
        choice(_("All figures"), address.keeping(show=None), here=not only),
        choice(_("Only what differs"), address.keeping(show="differences"), here=only),
    ]
    return html.Ul(items, className="filters", **{"aria-label": _("Compared with")})
