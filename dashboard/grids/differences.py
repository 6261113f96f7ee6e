"""A submission's figures beside last month's and beside an earlier revision's, differences with their sign."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dash import html

from dashboard.locale import _, count_text, language, month_text, ngettext
from dashboard.parts import hidden, plain_table, scrolled
from dashboard.words.figures import MINUS, NOTHING
from metrics.plan.model import Plan
from metrics.queries.submission_differences import Difference, SubmissionDifferences

Component = Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the figures are held against, under the name of it."""

    heading: str
    held: SubmissionDifferences


def figure_text(value: Decimal | None) -> str:
    return NOTHING if value is None else count_text(Fraction(value))


def before_text(figure: Difference) -> str:
    """What it was before, with its month where that is not the one in the heading: 1,000 (Mar 2024)."""
    written = figure_text(figure.before)
    if figure.month is None:
        return written
    return _("{figure} ({month})", figure=written, month=month_text(figure.month))


def change_text(figure: Difference) -> str:
    """+12, −3, nothing where nothing differs; a word where one side has no value."""
    if not figure.differs:
        return ""
    if figure.before is None:
        return _("new")
    if figure.now is None:
        return _("gone")
    size = count_text(Fraction(abs(figure.now - figure.before)))
    return f"+{size}" if figure.now > figure.before else f"{MINUS}{size}"


def differences_table(
    plan: Plan, columns: list[Comparison], *, warned: Collection[str], only_differing: bool, caption: str
) -> Component:
    """The form's blocks with a row an element; what differs carries its sign, what a check warns of its mark."""
    by_element = [{figure.element: figure for figure in column.held.figures} for column in columns]
    differing = {figure.element for column in columns for figure in column.held.differing}
    codes = [figure.element for figure in columns[0].held.figures]
    rows: list[Component] = []
    block = None
    for code in codes:
        figures = [found.get(code) for found in by_element]
        if only_differing and code not in differing:
            continue
        element = plan.element_by_code.get(code)
        if element is not None and element.block != block:
            block = element.block
            rows.append(_block_row(plan, block, width=2 + 2 * len(columns)))
        rows.append(_row(plan, code, figures, columns=columns, warned=code in warned))
    head = [_("Figure"), _("This submission")]
    headings = [html.Th(heading, scope="col") for heading in head]
    for column in columns:
        headings += [html.Th(column.heading, scope="col"), html.Th(_("Difference"), scope="col")]
    table = html.Table(
        [html.Caption(caption, className="hidden-text"), html.Thead(html.Tr(headings)), html.Tbody(rows)],
        className="figures differences",
    )
    return scrolled(table)


def _block_row(plan: Plan, code: str, *, width: int) -> Component:
    name = next(block.name.in_language(language()) for block in plan.blocks if block.code == code)
    return html.Tr(html.Th(name, colSpan=width, scope="colgroup"), className="block-row")


def _row(
    plan: Plan, code: str, figures: list[Difference | None], *, columns: list[Comparison], warned: bool
) -> Component:
    element = plan.element_by_code.get(code)
    name = code if element is None else element.name.in_language(language())
    unit = "" if element is None else element.unit_of_measure.in_language(language())
    mark = [
        html.Span(className="sign sign-behind", title=_("A check gave a warning")),
        hidden(_("A check gave a warning")),
    ]
    now = next((figure.now for figure in figures if figure is not None), None)
    cells = [
        html.Th([*(mark if warned else []), name, html.Span(unit, className="unit")], scope="row"),
        html.Td(figure_text(now), className="now"),
    ]
    for column, figure in zip(columns, figures, strict=True):
        change = "" if figure is None or column.held.base is None else change_text(figure)
        cells += [
            html.Td(NOTHING if figure is None else before_text(figure)),
            html.Td(change, className="differs" if change else ""),
        ]
    return html.Tr(cells)


def short_differences(plan: Plan, held: SubmissionDifferences, *, since: int) -> Component:
    """What changed since the revision somebody looked at, as a small table; a sentence if no figure did."""
    differing = held.differing
    if not differing:
        return html.P(_("No figure changed since you looked."), className="note")
    rows = []
    for figure in differing:
        element = plan.element_by_code.get(figure.element)
        name = figure.element if element is None else element.name.in_language(language())
        rows.append([name, figure_text(figure.before), figure_text(figure.now), change_text(figure)])
    caption = ngettext(
        "{n} figure changed since revision {since}",
        "{n} figures changed since revision {since}",
        len(rows),
        since=since,
    )
    headings = [_("Figure"), _("You saw"), _("Now"), _("Difference")]
    return scrolled(plain_table(caption, headings, rows, says_caption=True))
