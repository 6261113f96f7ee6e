"""The matrix: units down, targets across, in each cell a light's sign, the value, and the word for those who listen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from dash import dcc, html

from dashboard.grids.chosen_table import sort_link, sorted_now
from dashboard.grids.chosen_units import choosable
from dashboard.levels import lights_cell, unit_way
from dashboard.locale import _, date_text
from dashboard.parts import css_name, flip_mark, hand_mark, hidden, icon, own_target_mark
from dashboard.window.address import Address
from dashboard.words.figures import (
    MINUS,
    NOTHING,
    indicator_name,
    measure,
    measure_of_change,
    signed_text,
    status_word,
    target_name,
    threshold_text,
    with_measure,
)
from metrics.periods import format_period, period_numbered
from metrics.plan.level import Level
from metrics.plan.model import Indicator, Plan, Target, Unit
from metrics.publish.shape import WHOLE, TableShape
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Progress, Status
from metrics.submission_states import State
from metrics.tally import Tally
from metrics.verdicts.rounded_columns import shown_distances, shown_values
from metrics.verdicts.verdict_figures import VerdictFigures
from metrics.verdicts.verdict_table import STATUSES, VerdictTable

Component = Any
_Column = tuple[tuple[str, str], int, int, str | None, tuple[str | None, str | None, bool], tuple[bool, bool, bool]]


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What a cell says of the verdict on a unit by a revision of a target.

    `value`: as it is written, None where there is none; `change`: since the month before, as it is written, None where
    one of both has no value. `last`: month and value reported last, of what is not reported for the month judged.
    `too_slow`: on track, and yet slower than it must be. `by_hand`: the verdict whole, where somebody set its light.
    """

    unit: str
    target: Target
    indicator: Indicator
    status: Status
    value: str | None
    change: str | None
    last: str | None
    too_slow: bool
    regressed: bool
    denominator_watch: bool
    sent_back: bool
    by_hand: Progress | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """What a matrix shows. `units`: the level's top, then the page of what is below it.

    `cells`: by unit and target; `counted`: how the units below the rows stand, None where no row adds up others but
    the level's top. `shape`: how the rows are sorted; `pinned`: the first columns that stay in sight.
    `flips`: what is said of verdicts that a correction turned, by unit and target.
    """

    plan: Plan
    address: Address
    level: Level
    units: Sequence[Unit]
    targets: Sequence[Target]
    cells: Mapping[tuple[str, str], MatrixCell]
    counted: Tally | None = None
    shape: TableShape = WHOLE
    pinned: tuple[str, ...] = ()
    flips: Mapping[tuple[str, str], str] = field(default_factory=dict)


def matrix_cells(judged: JudgedProgress, units: Collection[str]) -> dict[tuple[str, str], MatrixCell]:
    """The cells of the verdicts on `units`, by unit and target: written in whole columns, for there are hundreds."""
    if judged.table is None:
        return {}
    places = [place for place, unit in enumerate(judged.table.targets.plan.units) if unit.code in units]
    rows = np.flatnonzero(np.isin(judged.table.unit, places))
    table = judged.table.only(rows)
    by_hand = {row: judged.some(rows[[row]])[0] for row in table.by_hand}
    targets, indicators = table.targets.targets, table.targets.indicators
    return {
        (unit, code): MatrixCell(
            unit,
            targets[target],
            indicators[target],
            STATUSES[status],
            None if value is None else value.replace("-", MINUS),
            change,
            last,
            too_slow,
            regressed,
            watch,
            sent_back,
            by_hand.get(row),
        )
        for row, ((unit, code), target, status, value, (change, last, too_slow), (regressed, watch, sent_back)) in (
            enumerate(_columns(table))
        )
    }


def _columns(table: VerdictTable) -> Iterator[_Column]:
    """What the cells say, row by row."""
    figures = VerdictFigures(table)
    return zip(
        table.codes(),
        table.target.tolist(),
        table.status.tolist(),
        shown_values(table.targets.plan, table.indicator, table.value, known=table.valued),
        zip(_changes(figures), _last(figures), figures.too_slow.tolist(), strict=True),
        zip(table.regressed.tolist(), table.denominator_watch.tolist(), _sent_back(table), strict=True),
        strict=True,
    )


def _changes(figures: VerdictFigures) -> list[str | None]:
    """How much each value has changed since the month before, with its sign; None where that is not known."""
    written = shown_distances(figures.change, known=figures.changed)
    above = (figures.change.above > 0).tolist()
    return [None if text is None else signed_text(text, more=more) for text, more in zip(written, above, strict=True)]


def _last(figures: VerdictFigures) -> list[str | None]:
    """2020-10: 97.20: what was reported last of what is not reported; None elsewhere, and where nothing ever was."""
    table, there = figures.table, figures.last >= 0
    written = shown_values(table.targets.plan, table.indicator, figures.last_value, known=there)
    months = table.known.rates.column("month")[figures.last].tolist() if there.any() else [0] * len(table)
    return [
        None if value is None else f"{format_period(period_numbered(month))}: {value.replace('-', MINUS)}"
        for value, month in zip(written, months, strict=True)
    ]


def _sent_back(table: VerdictTable) -> list[bool]:
    """Where the rate judged is of a submission that was sent back."""
    found = table.rate >= 0
    found[found] = table.known.rates.column("state")[table.rate[found]] == list(State).index(State.SENT_BACK)
    sent_back: list[bool] = found.tolist()
    return sent_back


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
    sorts = f"{target.code}.value"
    link = dcc.Link(
        [
            html.Span(target_name(target), className="heading-name"),
            html.Span(
                [html.Span(with_measure(rule, measure(indicator))), " ", html.Span(due, className="heading-due")],
                className="heading-rule",
            ),
        ],
        href=shown.address.to(f"/targets/{target.code}"),
        title=f"{target.code} {target_name(target)} · {indicator_name(indicator)}",
    )
    by_value = sort_link(shown.address, shown.shape, sorts, hidden(_("{name}: by value", name=target_name(target))))
    return html.Th(
        [link, by_value],
        scope="col",
        className=_pin_class(shown, target),
        **sorted_now(shown.shape, sorts),
    )


def _pin_class(shown: Matrix, target: Target) -> str:
    """The class of a column that stays in sight, by its place among those."""
    return f"pinned pinned-{shown.pinned.index(target.code) + 1}" if target.code in shown.pinned else ""


def _row(shown: Matrix, unit: Unit) -> Component:
    top = unit.code == shown.level.under.code
    below = []
    if shown.counted is not None:
        below.append(html.Td(lights_cell(shown.counted, unit, level=shown.level), className="below"))
    cells = [
        _cell(shown, cell)
        if (cell := shown.cells.get((unit.code, target.code)))
        else html.Td(NOTHING, className=_pin_class(shown, target))
        for target in shown.targets
    ]
    name = unit_way(shown.plan, shown.address, unit, level=shown.level)
    head = html.Th(choosable(unit, name, address=shown.address), scope="row")
    return html.Tr([head, *below, *cells], className="city-row" if top else "")


def _cell(shown: Matrix, cell: MatrixCell) -> Component:
    word = status_word(cell.status)
    written = word if cell.status is Status.NO_DATA else cell.value or NOTHING
    before = cell.last is not None and cell.status is Status.NO_DATA  # then the word is for listeners: one line a row
    change = None if cell.change is None else f"{cell.change} {measure_of_change(cell.indicator)}"
    last = None if cell.last is None else _("last {value}", value=cell.last)
    slow = _("needs more than it makes") if cell.too_slow else None
    title = " · ".join(filter(None, (word, change, slow, last)))
    marks = []
    if cell.regressed:
        marks.append(html.Span("↓", className="mark", title=_("Met earlier, but not now")))
    if cell.denominator_watch:
        marks.append(html.Span("⌄", className="mark", title=_("Rose only because the denominator shrank")))
    if cell.sent_back:
        marks.append(html.Span("↩", className="mark", title=_("Sent back for correction")))
    if (cell.unit, cell.target.code) in shown.flips:
        marks.append(flip_mark(shown.flips[cell.unit, cell.target.code]))
    if cell.by_hand is not None:
        marks.append(hand_mark(cell.by_hand))
    if cell.target.for_units:
        marks.append(own_target_mark(shown.plan, cell.target))
    return html.Td(
        html.A(
            [
                icon(cell.status),
                html.Span(
                    [*marks, hidden(word) if before else written, _last_known(cell.last)], className="cell-value"
                ),
                hidden(f" {word}" if written != word else ""),
            ],
            href=f"#why={cell.unit}/{cell.target.code}",
            title=title,
        ),
        className=f"cell tint-{css_name(cell.status)} {_pin_class(shown, cell.target)}".strip(),
    )


def _last_known(said: str | None) -> Component:
    """What was reported last, in the place of a value: it is not judged."""
    return None if said is None else html.Small(said, className="last-known")
