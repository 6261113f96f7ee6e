"""The matrix: units down, targets across, in each cell a light's sign, the value, and the word for those who listen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.locale import _, date_text
from dashboard.parts import hand_mark, hidden, unit_link, verdict_icon, verdict_tint, why_href
from dashboard.place import Place
from dashboard.wording import (
    NOTHING,
    change_between,
    indicator_name,
    measure,
    measure_of_change,
    signed,
    status_word,
    target_name,
    threshold_text,
    value_text,
    with_measure,
)
from metrics.plan.model import Plan, Target, Unit
from metrics.results import Progress, Rate, State, Status

Component = Any


@dataclass(frozen=True, slots=True)
class Matrix:
    """What a matrix shows. `verdicts`: (unit, target) → verdict."""

    plan: Plan
    place: Place
    units: Sequence[Unit]
    targets: Sequence[Target]
    verdicts: dict[tuple[str, str], Progress]
    courses: dict[tuple[str, str], list[Rate]]


def matrix(shown: Matrix, *, caption: str) -> Component:
    """The matrix as a table; the city's row first, set apart."""
    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="hidden-text"),
                html.Thead(html.Tr([html.Th(_("Unit"), scope="col"), *[_heading(shown, t) for t in shown.targets]])),
                html.Tbody([_row(shown, unit) for unit in shown.units]),
            ],
            className="matrix",
        ),
        className="scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": caption},
    )


def _heading(shown: Matrix, target: Target) -> Component:
    indicator = shown.plan.indicator_by_code[str(target.indicator)]
    rule = threshold_text(target.comparator, Fraction(target.threshold or 0))
    due = _("no date printed") if target.due_on is None else date_text(target.due_on)
    return html.Th(
        dcc.Link(
            [
                html.Span(target_name(target), className="heading-name"),
                html.Span(
                    [html.Span(with_measure(rule, measure(indicator))), " ", html.Span(due, className="heading-due")],
                    className="heading-rule",
                ),
            ],
            href=shown.place.to(f"/targets/{target.code}"),
            title=f"{target.code} {target_name(target)} · {indicator_name(indicator)}",
        ),
        scope="col",
    )


def _row(shown: Matrix, unit: Unit) -> Component:
    rolled_up = unit.code in shown.plan.children
    cells = [
        _cell(shown, verdict) if (verdict := shown.verdicts.get((unit.code, target.code))) else html.Td(NOTHING)
        for target in shown.targets
    ]
    return html.Tr(
        [html.Th(unit_link(unit, shown.place), scope="row"), *cells], className="city-row" if rolled_up else ""
    )


def _cell(shown: Matrix, verdict: Progress) -> Component:
    word = status_word(verdict.status)
    indicator = shown.plan.indicator_by_code[verdict.indicator_code]
    if verdict.status is Status.NO_DATA:
        written = word
    elif verdict.value is None:
        written = NOTHING
    else:
        written = value_text(shown.plan, indicator, verdict.value)
    change = change_between(shown.courses.get((verdict.unit_code, verdict.indicator_code), ()))
    title = word if change is None else f"{word} · {signed(change)} {measure_of_change(indicator)}"
    marks = []
    if verdict.regressed:
        marks.append(html.Span("↓", className="mark", title=_("Was met earlier and is not now")))
    if verdict.denominator_watch:
        marks.append(html.Span("⌄", className="mark", title=_("Rose only because the denominator shrank")))
    if verdict.rate is not None and verdict.rate.state is State.RETURNED:
        marks.append(html.Span("↩", className="mark", title=_("Returned for correction")))
    if verdict.override is not None:
        marks.append(hand_mark(verdict))
    return html.Td(
        html.A(
            [
                verdict_icon(verdict),
                html.Span([*marks, written], className="cell-value"),
                hidden(f" {word}" if written != word else ""),
            ],
            href=why_href(verdict),
            title=title,
        ),
        className=f"cell {verdict_tint(verdict)}",
    )
