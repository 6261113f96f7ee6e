"""The figures of a receipt in two columns, what its revision changed of them, and the lines to sign on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from dash import html

from dashboard.locale import _, count_text, language, ngettext
from dashboard.parts import hidden
from dashboard.words.figures import NOTHING
from metrics.plan.model import Plan
from metrics.queries.submissions import Receipt, SubmissionEventRow

Component = Any
_MOST_LISTED = 10  # changes; more are seen in the table alone, where each has its mark


def changed_figures(sent: SubmissionEventRow) -> dict[str, tuple[str | None, str]]:
    """Element → what it was (None: nothing) and what it became, of a revision; nothing of a first submission."""
    if sent.revision == 1:
        return {}
    return {change["element"]: (change["before"], change["after"]) for change in sent.detail["changed"]}


def revision_part(plan: Plan, sent: SubmissionEventRow) -> Component:
    """Why the revision was sent and what it changed, from what to what; nothing of a first submission."""
    if sent.revision == 1:
        return None
    changed = changed_figures(sent)
    title = ngettext(
        "Revision {revision} changed {n} figure",
        "Revision {revision} changed {n} figures",
        len(changed),
        revision=sent.revision,
    )
    listed = changed.items() if len(changed) <= _MOST_LISTED else ()
    items = [html.Li([html.Span(_name(plan, code)), " ", _from_to(*was)]) for code, was in listed]
    return html.Section(
        [
            html.H2(title),
            html.P(
                [html.B(_("Reason of the revision")), " ", html.Span(sent.reason, lang="zh-CN")], className="long-text"
            ),
            html.Ul(items, className="receipt-changes") if items else None,
        ],
        className="receipt-revision",
    )


def figures_part(plan: Plan, receipt: Receipt, sent: SubmissionEventRow) -> Component:
    """Every figure of the submission as it stands, in the form's order: the first half beside the second."""
    changed = changed_figures(sent)
    codes = [element.code for element in plan.elements if element.code in receipt.values]
    half = (len(codes) + 1) // 2
    parts = [
        _table(plan, part, receipt.values, changed=changed, caption=caption)
        for part, caption in (
            (codes[:half], _("The submission as it stands")),
            (codes[half:], _("The submission as it stands, continued")),
        )
        if part
    ]
    return html.Div(parts, className="receipt-values")


def signature_lines() -> Component:
    """Lines for the clerk, the leader and the seal; on paper only."""
    lines = [_("Filled in by"), _("Head of the unit"), _("Seal of the unit"), _("Date signed")]
    return html.Ul(
        [html.Li([html.Span(line), html.Span(className="line")]) for line in lines],
        className="on-paper signature-lines",
    )


def _table(
    plan: Plan,
    codes: Sequence[str],
    values: Mapping[str, str],
    *,
    changed: Mapping[str, tuple[str | None, str]],
    caption: str,
) -> Component:
    headings = [_("Element"), _("Unit of measure"), _("Value")]
    return html.Table(
        [
            html.Caption(caption),
            html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings])),
            html.Tbody([_row(plan, code, values[code], changed=changed.get(code)) for code in codes]),
        ],
        className="figures",
    )


def _row(plan: Plan, code: str, value: str, *, changed: tuple[str | None, str] | None) -> Component:
    """One figure; one that the revision changed has a sign, says so to those who listen, and what it was before."""
    mark = [html.Span("✎", className="mark-changed", **{"aria-hidden": "true"}), hidden(_("changed by this revision"))]
    return html.Tr(
        [
            html.Th(_name(plan, code), scope="row"),
            html.Td(plan.element_by_code[code].unit_of_measure.in_language(language())),
            html.Td([*mark, _from_to(*changed)] if changed else count_text(Fraction(value))),
        ]
    )


def _name(plan: Plan, code: str) -> str:
    element = plan.element_by_code.get(code)
    return code if element is None else element.name.in_language(language())


def _from_to(before: str | None, after: str) -> Component:
    was = NOTHING if before is None else count_text(Fraction(before))
    return html.Span([was, " → ", html.B(count_text(Fraction(after)))], className="number-line")
