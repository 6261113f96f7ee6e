"""The page at `/collect/receipt/{id}`: proof of what was sent, to print and keep."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.grids.receipt_figures import figures_part, revision_part, signature_lines
from dashboard.locale import _, language, month_text, ngettext
from dashboard.pages.receipt_sign_off import ask_to_sign
from dashboard.parts import plain_table, scrolled
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import unit_name
from dashboard.words.sign_offs import signed_words
from dashboard.words.submissions import reception_text
from metrics.ledger.printed_head import grouped_hash, printed_head
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.queries.cosignatures import checkpoint_over
from metrics.queries.submissions import (
    Receipt,
    SubmissionEventRow,
    submission,
    submission_receipt,
    submission_unknown,
)
from metrics.submission_states import Action

Component = Any
_MOST_ON_PAPER = 4  # names of what a check found besides the first


def receipt_page(reading: Reading, number: str) -> Content:
    """The receipt for the newest revision of a submission. Raises NotFound for one that the reader may not see."""
    principal = reading.principal
    plan = plan_at(reading.session)
    if principal is None:
        raise submission_unknown(int(number))
    detail = submission(reading.session, int(number), plan=plan, principal=principal)
    receipt = submission_receipt(reading.session, int(number), plan=plan, principal=principal)
    sent = next(event for event in reversed(detail.events) if event.action == Action.SUBMIT)
    unit = plan.unit_by_code[receipt.unit]
    title = _("Receipt: {unit}, {month}", unit=unit_name(unit), month=month_text(receipt.period))
    body = html.Article(
        [
            html.Div([html.H1(title), _ways_on(reading, receipt)], className="page-head"),
            _facts(reading, receipt),
            *ask_to_sign(reading, detail, receipt, principal),
            revision_part(plan, sent),
            _acknowledged(plan, sent),
            figures_part(plan, receipt, sent),
            signature_lines(),
        ],
        className="receipt",
    )
    return Content(title=title, body=body, desk=True)


def _ways_on(reading: Reading, receipt: Receipt) -> Component:
    form = reading.address.at_desk("/collect", unit=receipt.unit, period=format_period(receipt.period))
    press = html.Button(_("Print"), type="button", className="button button-main", **{"data-does": "print"})
    back = dcc.Link(_("Back to the form"), href=form, className="button")
    return html.Div([press, back], className="ways-on screen-only")


def _facts(reading: Reading, receipt: Receipt) -> Component:
    plan, names = reading.plan, reading.names([receipt.actor])
    signed = signed_words(reading, receipt.sign_off, revision=receipt.revision)
    local = receipt.recorded_at.astimezone(ZoneInfo(plan.document.timezone))
    facts = [
        (_("Unit"), f"{unit_name(plan.unit_by_code[receipt.unit])} ({receipt.unit})"),
        (_("Month"), month_text(receipt.period)),
        (_("Revision"), str(receipt.revision)),
        (_("Sent by"), names[receipt.actor]),
        (_("Received"), f"{local:%Y-%m-%d %H:%M:%S} ({plan.document.timezone})"),
        (_("Timeliness"), reception_text(receipt.days_late)),
        (_("Sequence number"), str(receipt.seq)),
        (_("Signed off"), signed),
    ]
    wide = [
        (_("Leaf hash"), html.Code(grouped_hash(receipt.leaf_hash), className="leaf-hash")),
        (_("Checkpoint"), _checkpoint(reading, receipt.seq)),
    ]
    narrow = [part for term, said in facts for part in (html.Dt(term), html.Dd(said))]
    return html.Dl([*narrow, *(part for term, said in wide for part in _whole_line(term, said))], className="facts")


def _whole_line(term: str, said: Component) -> tuple[Component, Component]:
    return html.Dt(term), html.Dd(said, className="whole-line")


def _checkpoint(reading: Reading, seq: int) -> Component:
    """The first signed checkpoint over what was received, by which the paper can be held against the ledger later."""
    found = checkpoint_over(reading.session, seq)
    if found is None:
        return _("Not signed yet; it will be within ten minutes. Print it again then.")
    head = printed_head(found)
    about = _("{origin}, {size} entries, key {key}; root:", origin=head.origin, size=head.size, key=head.key)
    return [about, " ", html.Code(head.root, className="leaf-hash")]


def _acknowledged(plan: Plan, sent: SubmissionEventRow) -> Component:
    """The warnings that went with the newest revision, each with its sender's reason."""
    warnings = sent.detail.get("warnings", [])
    if not warnings:
        return None
    rows = [
        [
            html.Div(_found(plan, found), className="long-text"),
            html.Div(found[0]["acknowledged"] or _("no reason given"), className="long-text"),
        ]
        for found in _by_check(warnings).values()
    ]
    table = plain_table(_("Warnings that went with it"), [_("Warning"), _("Reason given")], rows, says_caption=True)
    return scrolled(table, name="texts receipt-warnings")


def _by_check(warnings: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """One reason was given for all that a check found."""
    found: dict[str, list[dict[str, Any]]] = {}
    for warning in warnings:
        found.setdefault(warning["code"], []).append(warning)
    return found


def _found(plan: Plan, found: list[dict[str, Any]]) -> list[Component]:
    """What a check found: the first in its own words, the others by name; on paper, of many others, how many."""
    first = f"{found[0]['message'][language()]} ({found[0]['given']})"
    others = [f"{_name(plan, warning)} ({warning['given']})" for warning in found[1:]]
    if not others:
        return [first]
    named = " ".join(["", _("Likewise:"), _(", ").join(others)])
    if len(others) <= _MOST_ON_PAPER:
        return [first, named]
    counted = ngettext("Likewise: {n} more", "Likewise: {n} more", len(others))
    return [first, html.Span(named, className="screen-only"), html.Span(f" {counted}", className="on-paper")]


def _name(plan: Plan, warning: dict[str, Any]) -> str:
    part = plan.element_by_code.get(warning["element"]) or plan.indicator_by_code.get(warning["indicator"])
    return warning["code"] if part is None else part.name.in_language(language())
