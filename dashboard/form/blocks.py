"""The monthly form as clerks know it on paper: blocks with headings, one row an element, last month beside the cell.

A plain table with text fields: it is read row by row by those who listen, and needs no grid's keyboard of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.form.findings import sum_checks, sum_sides
from dashboard.locale import _, count_text, language, month_text, ngettext
from dashboard.words.figures import MINUS, NOTHING
from metrics.forms import plain
from metrics.periods import add_months
from metrics.plan.model import Block, ComparisonCheck, Element, Nature, Plan
from metrics.queries.present_submission import PresentSubmission
from metrics.shown_blocks import left_out_words, month_before, shown_blocks

Component = Any
CELL = "cell-"


def submission_form(plan: Plan, standing: PresentSubmission, *, values: Mapping[str, str], locked: bool) -> Component:
    """The form with `values` (element code → text) in it; `locked`: to be read only.

    Blocks that are not owed this month are left out unless something of them is there, and a line says so.
    """
    shown = shown_blocks(plan, standing.period, there={*values, *standing.known})
    left_out = left_out_words(plan, shown)
    return html.Div(
        [
            *(_block(plan, block, standing, values=values, locked=locked) for block in shown),
            *([] if left_out is None else [html.P(left_out.in_language(language()), className="note")]),
        ],
        className="submission-form",
    )


def _block(
    plan: Plan, block: Block, standing: PresentSubmission, *, values: Mapping[str, str], locked: bool
) -> Component:
    elements = [element for element in plan.elements if element.block == block.code]
    headings = _headings(month_before(plan, block.code, standing.period), standing.period)
    rows = []
    for element in elements:
        text = values.get(element.code, "")
        rows.append(_row(element, standing, text=text, before=headings["form-before"], locked=locked))
        rows += [_sum_row(plan, check) for check in sum_checks(plan) if _stands_after(plan, check) == element.code]
    name = block.name.in_language(language())
    return html.Table(
        [
            html.Caption([html.Span(name, className="block-name"), html.Span(className="block-state")]),
            html.Colgroup([html.Col(className=kind) for kind in _COLUMNS]),
            html.Thead(html.Tr([html.Th(word, scope="col", className=kind) for kind, word in headings.items()])),
            html.Tbody(rows),
        ],
        className="block",
        **{"data-block": block.code},
    )


_COLUMNS = ("form-element", "form-measure", "form-entry", "form-before", "form-change")


def _headings(before: date, period: date) -> dict[str, str]:
    """`before`: the month whose figures stand beside those of `period`."""
    then = _("Last month") if before == add_months(period, -1) else month_text(before)
    words = (_("Element"), _("Unit of measure"), _("This month"), then, _("Difference"))
    return dict(zip(_COLUMNS, words, strict=True))


def _row(element: Element, standing: PresentSubmission, *, text: str, before: str, locked: bool) -> Component:
    """`before`: how the month is called whose figure stands beside this one's."""
    code = element.code
    name = element.name.in_language(language())
    note = None if element.note is None else element.note.in_language(language())
    figure = standing.before.get(code)
    return html.Tr(
        [
            html.Th(
                [
                    html.Label(name, htmlFor=f"{CELL}{code}", title=note),
                    *([html.Span(_("within the month"), className="tag")] if element.nature is Nature.FLOW else []),
                    html.Div(id=f"said-{code}", className="said"),
                ],
                scope="row",
                className="form-element",
            ),
            html.Td(element.unit_of_measure.in_language(language()), className="form-measure"),
            html.Td([_field(element, text, locked=locked), html.Span(className="converted")], className="form-entry"),
            html.Td(
                NOTHING if figure is None else count_text(Fraction(figure)),
                className="form-before",
                **{"data-label": before},
            ),
            html.Td(NOTHING, className="form-change", **{"data-label": _("Difference")}),
        ],
        className="cell-row",
        **{
            "data-code": code,
            "data-names": "|".join((element.name.zh, element.name.en)),
            "data-measure": "|".join((element.unit_of_measure.zh, element.unit_of_measure.en)),
            "data-before": "" if figure is None else plain(figure),
            "data-known": plain(standing.known[code]) if code in standing.known else "",
        },
    )


def _field(element: Element, text: str, *, locked: bool) -> Component:
    """The cell. A phone shows the keypad that its numbers need: one without a decimal point cannot write half a day."""
    return dcc.Input(
        id=f"{CELL}{element.code}",
        type="text",
        inputMode="decimal" if element.decimals else "numeric",
        value=text,
        disabled=locked,
        spellCheck=False,
        maxLength=100,
        className="cell-input",
    )


def _sum_row(plan: Plan, check: ComparisonCheck) -> Component:
    """What several elements come to, beside the one they must be equal to; it is filled in as they are typed."""
    return html.Tr(
        [
            html.Th(_sum_label(plan, check), scope="row", className="form-element"),
            html.Td(className="form-measure"),
            html.Td([html.Span(NOTHING, className="sum"), html.Span(className="sum-mark")], className="form-entry"),
            html.Td(className="form-before"),
            html.Td(className="form-change"),
        ],
        className="sum-row",
        **{"data-check": check.code},
    )


def _sum_label(plan: Plan, check: ComparisonCheck) -> str:
    several, single = sum_sides(check)
    wanted = plan.element_by_code[single.elements[0]].name.in_language(language())
    if all(term.times == 1 for term in several.terms):
        return ngettext(
            "Sum of {n}; must equal “{wanted}”", "Sum of {n}; must equal “{wanted}”", len(several.terms), wanted=wanted
        )
    names = [plan.element_by_code[term.element].name.in_language(language()) for term in several.terms]
    signs = [
        "" if place == 0 and term.times > 0 else f" {MINUS if term.times < 0 else '+'} "
        for place, term in enumerate(several.terms)
    ]
    written = "".join(sign + name for sign, name in zip(signs, names, strict=True)).strip()
    return _("{expression}; must equal “{wanted}”", expression=written, wanted=wanted)


def _stands_after(plan: Plan, check: ComparisonCheck) -> str:
    """The element whose row the sum follows: the last summed one of its block, else the one to equal."""
    several, single = sum_sides(check)
    blocks = {plan.element_by_code[code].block for code in several.elements}
    within = [element.code for element in plan.elements if element.code in several.elements]
    return within[-1] if len(blocks) == 1 else single.elements[0]
