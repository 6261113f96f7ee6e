"""The matrix: units down, targets across, in each cell a light's sign, the value, and the word for those who listen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.levels import lights_cell, unit_way
from dashboard.locale import _, date_text
from dashboard.parts import hand_mark, hidden, icon, own_mark, verdict_tint, why_href
from dashboard.window.address import Address
from dashboard.words.figures import (
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
from metrics.plan.level import Level
from metrics.plan.model import Plan, Target, Unit
from metrics.results import Progress, Rate, Status
from metrics.submission_states import State
from metrics.tally import Tally

Component = Any


@dataclass(frozen=True, slots=True)
class Matrix:
    """What a matrix shows. `units`: the level's top, then the page of what is below it.

    `verdicts`: (unit, target) → verdict; `counted`: how the units below the rows stand, None where no row adds up
    others but the level's top.
    """

    plan: Plan
    address: Address
    level: Level
    units: Sequence[Unit]
    targets: Sequence[Target]
    verdicts: dict[tuple[str, str], Progress]
    newest: Mapping[tuple[str, str], Sequence[Rate]]
    counted: Tally | None = None


def matrix(shown: Matrix, *, caption: str) -> Component:
    """The matrix as a table; the row of the level's top first, set apart."""
    below = [] if shown.counted is None else [html.Th(_("Units below"), scope="col", className="below")]
    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="hidden-text"),
                html.Thead(
                    html.Tr([html.Th(_("Unit"), scope="col"), *below, *[_heading(shown, t) for t in shown.targets]])
                ),
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
            href=shown.address.to(f"/targets/{target.code}"),
            title=f"{target.code} {target_name(target)} · {indicator_name(indicator)}",
        ),
        scope="col",
    )


def _row(shown: Matrix, unit: Unit) -> Component:
    top = unit.code == shown.level.under.code
    below = []
    if shown.counted is not None:
        below.append(html.Td(lights_cell(shown.counted, unit, level=shown.level), className="below"))
    cells = [
        _cell(shown, verdict) if (verdict := shown.verdicts.get((unit.code, target.code))) else html.Td(NOTHING)
        for target in shown.targets
    ]
    name = unit_way(shown.plan, shown.address, unit, level=shown.level)
    return html.Tr([html.Th(name, scope="row"), *below, *cells], className="city-row" if top else "")


def _cell(shown: Matrix, verdict: Progress) -> Component:
    word = status_word(verdict.status)
    indicator = shown.plan.indicator_by_code[verdict.indicator_code]
    if verdict.status is Status.NO_DATA:
        written = word
    elif verdict.value is None:
        written = NOTHING
    else:
        written = value_text(shown.plan, indicator, verdict.value)
    change = change_between(shown.newest.get((verdict.unit_code, verdict.indicator_code), ()))
    title = word if change is None else f"{word} · {signed(change)} {measure_of_change(indicator)}"
    marks = []
    if verdict.regressed:
        marks.append(html.Span("↓", className="mark", title=_("Was met earlier and is not now")))
    if verdict.denominator_watch:
        marks.append(html.Span("⌄", className="mark", title=_("Rose only because the denominator shrank")))
    if verdict.rate is not None and verdict.rate.state is State.SENT_BACK:
        marks.append(html.Span("↩", className="mark", title=_("Sent back for correction")))
    if verdict.override is not None:
        marks.append(hand_mark(verdict))
    marks.append(own_mark(shown.plan, verdict))
    return html.Td(
        html.A(
            [
                icon(verdict.status),
                html.Span([*marks, written], className="cell-value"),
                hidden(f" {word}" if written != word else ""),
            ],
            href=why_href(verdict),
            title=title,
        ),
        className=f"cell {verdict_tint(verdict)}",
    )
