"""What of a worksheet's look is known only when all of it has been read: rules, colours, and numbers that do not fit.

Programs show #### for a number that is wider than its column.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from metrics.intake import limits
from metrics.intake.grid import Cell, CellKind, Merge
from metrics.intake.workbook.cell_styles import CellStyle
from metrics.intake.workbook.colours import PAPER, UNKNOWN, UNSAID, Colours
from metrics.intake.workbook.conditional_formatting import Rule, hide_by_colour, may_hide
from metrics.intake.workbook.number_format import number_text

LEAST_WIDTH = 0.3  # characters; nothing can be read in less
_NARROW = "####"
Cells = dict[int, dict[int, Cell]]


class SheetLooks:
    """Collects what is known of the looks of one sheet's cells, in their order, and then puts it on them."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.papered = False  # a picture or the style of a table lies behind cells that have no fill
        self.default_width: float | None = None
        self._widths: dict[int, float] = {}
        self._colours: list[Colours] = []
        self._known: dict[Colours, Colours] = {}  # each kept once
        self._narrow: list[tuple[int, int]] = []

    def widen(self, columns: range, width: float | None) -> None:
        """Columns that are written of, with their width if they have one of their own."""
        if width is not None:
            self._widths.update(dict.fromkeys(columns, width))

    def hidden_columns(self) -> set[int]:
        """The columns that are too narrow for anything."""
        narrow = {column for column, width in self._widths.items() if width < LEAST_WIDTH}
        if self.default_width is not None and self.default_width < LEAST_WIDTH:
            narrow |= set(range(1, limits.MOST_COLUMNS + 1)) - self._widths.keys()
        return narrow

    def add(self, cell: Cell, style: CellStyle, colours: Colours) -> None:
        """Take in the next cell."""
        self._colours.append(self._known.setdefault(colours, colours))
        width = self._widths.get(cell.column, self.default_width)
        if width is None or width < LEAST_WIDTH or cell.kind is not CellKind.NUMBER or style.turned:
            return
        if cell.shown is None and len(cell.text) <= 400:
            text = number_text(Decimal(cell.text), style.number_format)
            if text is not None and _width(text) * style.size > width:
                self._narrow.append((cell.row, cell.column))

    def apply(self, cells: Cells, merges: Sequence[Merge]) -> None:
        """Put all that was collected on the cells."""
        self._apply_rules(cells)
        self._apply_colours(cells)
        wide = {(merge.first_row, merge.first_column) for merge in merges if merge.first_column < merge.last_column}
        for row, column in self._narrow:
            cell = cells[row][column]
            if (row, column) not in wide and cell.shown is None:
                cells[row][column] = replace(cell, shown=_NARROW)

    def _apply_rules(self, cells: Cells) -> None:
        rules = [rule for rule in self.rules if rule.matters]
        at = _finder(cells)
        for number, ruled in _by_row(rules, cells).items():
            row = cells[number]
            for column in row:
                for rule in ruled:
                    row[column] = rule.applied(row[column], at)

    def _apply_colours(self, cells: Cells) -> None:
        rules = [rule for rule in self.rules if rule.colours != Colours(UNSAID, UNSAID)]
        known = [self._seen(colours) for colours in self._known]
        hiding = may_hide(rules, {colours.ink for colours in known}, {colours.behind for colours in known})
        if not hiding and not any(colours.hides for colours in known):
            return
        at = _finder(cells)
        by_row, hiding_by_row = _by_row(rules, cells), _by_row(hiding, cells)
        left = iter(self._colours)
        for number, row in cells.items():
            for column, cell in row.items():
                colours = self._seen(next(left))
                if colours.hides or any(rule.may_hold(cell, at) for rule in hiding_by_row.get(number, ())):
                    row[column] = hide_by_colour(cell, colours, by_row.get(number, ()), at)

    def _seen(self, colours: Colours) -> Colours:
        return colours._replace(behind=UNKNOWN) if self.papered and colours.behind == PAPER else colours


def _by_row(rules: Sequence[Rule], cells: Cells) -> dict[int, list[Rule]]:
    """The rules for some cell of each row: a sheet that was often copied into has thousands, each for a few cells."""
    rows = list(cells)
    found: dict[int, list[Rule]] = {}
    for rule in rules:
        for top, _, bottom, _ in rule.areas:
            for row in rows[bisect_left(rows, top) : bisect_right(rows, bottom)]:
                ruled = found.setdefault(row, [])
                if not ruled or ruled[-1] is not rule:
                    ruled.append(rule)
    return found


def _finder(cells: Mapping[int, Mapping[int, Cell]]) -> Callable[[int, int], Cell | None]:
    return lambda row, column: cells.get(row, {}).get(column)


def _width(text: str) -> float:
    """How wide a text is at least, in digits: a comma or a point takes half of one, a Chinese character two."""
    return sum(1 if digit.isdigit() else 2 if ord(digit) > 0x2E7F else 0 if digit.isspace() else 0.5 for digit in text)
