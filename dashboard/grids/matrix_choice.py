"""Which rows and columns the matrix shows and in which order: read from the address, applied, and the menus for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dash import dcc, html

from dashboard.grids.chosen_table import ChosenColumn, Filter, Row, column_menu, file_links, filter_links, shown_of
from dashboard.locale import _
from dashboard.parts import hidden, status_mark
from dashboard.window.address import Address
from dashboard.window.reading import Reading
from dashboard.window.shapes import shape_at
from dashboard.words.figures import status_word, target_name, unit_name
from metrics.plan.model import Target, Unit
from metrics.publish.progress import PROGRESS
from metrics.publish.shape import COLUMNS, CellCondition, TableShape, read_shape
from metrics.publish.shaped import ANYTHING, CELLS, KEYS, arranged, heading_of
from metrics.results import Status

Component = Any
TARGET = "target"  # what is across
LIGHT = "override"  # the column of the light that somebody set by hand
MOST_PINNED = 3
_MOST_NAMED = 30  # units in the menu


@dataclass(frozen=True, slots=True)
class MatrixChoice:
    """`targets`: all that there can be a column of, in their order; `shape`: what the address asks of them."""

    targets: Sequence[Target]
    shape: TableShape
    pinned: tuple[str, ...]

    @property
    def shown(self) -> list[Target]:
        """The columns that are there: the pinned ones first, then in the order chosen."""
        by_code = {target.code: target for target in self.targets}
        codes = self.shape.columns or tuple(by_code)
        first = [code for code in self.pinned if code in codes]
        return [by_code[code] for code in (*first, *(code for code in codes if code not in first))]

    @property
    def arranges(self) -> bool:
        """True if rows are left out or sorted."""
        return bool(self.shape.sort or self.shape.where)

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that are shown, in their order."""
        return arranged(rows, self.shape, self.headings)

    @property
    def headings(self) -> Mapping[str, Any]:
        """The columns of the wide table that can be sorted by or asked for."""
        names = [*KEYS, *(f"{target.code}.{cell}" for target in self.targets for cell in CELLS)]
        return {name: heading_of(name, PROGRESS, across=TARGET) for name in names}

    def files(
        self, address: Address, *, units: Sequence[str], on: str | None, by_hand: Collection[str]
    ) -> list[Component]:
        """The rows and columns shown, as files: a row a unit, value and status of each target, and the light set by
        hand where the matrix shows one (`by_hand`: these targets).
        """
        cells = {target.code: (*CELLS, *((LIGHT,) if target.code in by_hand else ())) for target in self.shown}
        columns = (*KEYS, *(f"{code}.{cell}" for code, names in cells.items() for cell in names))
        shape = replace(self.shape, columns=columns)
        named = dict.fromkeys([target.code for target in self.shown] + [_target_of(n) for _by, n in self.shape.named])
        codes = [code for code in named if code in {target.code for target in self.targets}]
        return file_links(address, "progress", shape, unit=list(units), target=codes, **({"on": on} if on else {}))


def _target_of(column: str) -> str:
    return column.rpartition(".")[0] or column


def matrix_choice(reading: Reading, targets: Sequence[Target]) -> MatrixChoice:
    """What the address asks of a matrix of these targets."""
    codes = {target.code for target in targets}
    shape = shape_at(reading, PROGRESS, names=codes, across=TARGET)
    if not _is_about(shape, codes):  # sorted or chosen by a column of another set of columns
        shape = replace(
            shape,
            sort=tuple(one for one in shape.sort if _is_about(TableShape(sort=(one,)), codes)),
            where=tuple(one for one in shape.where if _is_about(TableShape(where=(one,)), codes)),
        )
    return MatrixChoice(targets, shape, pinned_at(reading.address, codes))


def means_targets(parameter: str, value: str, codes: Collection[str]) -> bool:
    """True if what the address says of order or conditions is about these targets or the units."""
    return parameter == COLUMNS or _is_about(read_shape({parameter: value}), codes)


def _is_about(shape: TableShape, codes: Collection[str]) -> bool:
    """True if it sorts by nothing and asks for nothing but value and status of these targets, and the units."""
    known = {*KEYS, *(f"{code}.{cell}" for code in codes for cell in CELLS)}
    return all(name in known for by, name in shape.named if by != COLUMNS)


def pinned_at(address: Address, codes: Collection[str]) -> tuple[str, ...]:
    """The columns that stay in sight."""
    named = dict.fromkeys((address.keeps("pinned") or "").split(","))
    return tuple(code for code in named if code in codes)[:MOST_PINNED]


def choice_line(reading: Reading, choice: MatrixChoice, *, shown: int, of: int) -> Component:
    """What is chosen, said above the matrix, with the way back to all; nothing where all is shown."""
    if not choice.shape.where:
        return None
    clear = dcc.Link(_("Show all"), href=reading.address.without("page").keeping(where=None))
    return html.P(
        [choice_said(reading, choice, shown=shown, of=of), " ", clear], className="chosen-line", role="status"
    )


def choice_said(reading: Reading, choice: MatrixChoice, *, shown: int, of: int) -> str:
    """How many rows of how many are shown, and by which conditions; empty where all are."""
    if not choice.shape.where:
        return ""
    conditions = [_condition_said(reading, choice, one) for one in choice.shape.where]
    return shown_of(shown, of=of) + _(": ") + _("; ").join(conditions)


def _condition_said(reading: Reading, choice: MatrixChoice, condition: CellCondition) -> str:
    if condition.column == KEYS[0]:
        units = reading.plan.unit_by_code
        return _(", ").join(unit_name(units[code]) if code in units else code for code in condition.cells)
    code, _dot, cell = condition.column.rpartition(".")
    cells = [_("any") if one == ANYTHING else one for one in condition.cells]
    names = {target.code: target_name(target) for target in choice.targets}
    words = [status_word(Status(one)) if cell == "status" and one in set(Status) else one or "—" for one in cells]
    return names.get(code, code) + _(": ") + condition.way + _(", ").join(words)


def menus(reading: Reading, choice: MatrixChoice, rows: Sequence[Row], units: Sequence[Unit]) -> list[Component]:
    """The menus that leave out rows and that hide and pin columns. `rows`: all of the wide table but the top's."""
    return [_filter_menu(reading, choice, rows, units), _columns(reading.address, choice)]


def _filter_menu(reading: Reading, choice: MatrixChoice, rows: Sequence[Row], units: Sequence[Unit]) -> Component:
    words = {status.value: status_mark(status) for status in Status}
    lines = [
        filter_links(
            reading.address,
            choice.shape,
            Filter(f"{target.code}.status", target_name(target), words),
            rows,
            choice.headings,
        )
        for target in choice.shown
    ]
    return html.Details(
        [
            html.Summary([_("Filter"), " ", html.Span("▾", className="caret", **{"aria-hidden": "true"})]),
            html.Div([*lines, _unit_links(reading.address, choice, units)], className="menu-panel"),
        ],
        className="menu filter-menu",
    )


def _unit_links(address: Address, choice: MatrixChoice, units: Sequence[Unit]) -> Component:
    """Units to be shown alone: each a link that adds it to them, or takes it from them."""
    if len(units) > _MOST_NAMED:
        return None
    key = KEYS[0]
    others = tuple(one for one in choice.shape.where if one.column != key)
    now = next((one.cells for one in choice.shape.where if one.column == key), ())
    links = []
    for unit in units:
        chosen = unit.code in now
        cells = tuple(code for code in now if code != unit.code) if chosen else (*now, unit.code)
        where = (*others, *([CellCondition(key, cells)] if cells else []))
        href = address.without("page").keeping(where=";".join(one.written for one in where) or None)
        current = {"aria-current": "true"} if chosen else {}
        links.append(html.Span(dcc.Link(unit_name(unit), href=href, className="chosen" if chosen else ""), **current))
    title = _("Only these units")
    inside = [html.Span(title, className="filter-title"), *links]
    return html.Nav(inside, className="counted-links", **{"aria-label": title})


def _columns(address: Address, choice: MatrixChoice) -> Component:
    """The menu of columns, and beside each that is shown the link that pins it."""
    columns = [ChosenColumn("", "", lambda _row: None, ())]
    columns += [ChosenColumn(target.code, target_name(target), lambda _row: None, ()) for target in choice.targets]
    shape = replace(choice.shape, columns=tuple(target.code for target in choice.shown) if choice.shape.columns else ())
    beside = {target.code: _pin(address, choice, target) for target in choice.shown}
    return column_menu(address, shape, columns, beside=beside)


def _pin(address: Address, choice: MatrixChoice, target: Target) -> Component:
    here = target.code in choice.pinned
    left = tuple(code for code in choice.pinned if code != target.code)
    if not here and len(choice.pinned) == MOST_PINNED:
        return None
    pinned = ",".join(left if here else (*choice.pinned, target.code)) or None
    word = _("Unpin") if here else _("Pin")
    link = dcc.Link([word, hidden(_(": ") + target_name(target))], href=address.keeping(pinned=pinned))
    return html.Span([" ", link], className="pin")
