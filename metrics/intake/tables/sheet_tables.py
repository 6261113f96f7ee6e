"""Where the tables of a sheet are: which rows lie under which headings, and what stands above them.

What the columns do not say (unit, period) stands in labelled cells above, in a title, or in the sheet's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from metrics.intake.grid import Cell, CellKind, GridSheet
from metrics.intake.tables.header_rows import ROWS_OF_HEADINGS, Header, find_headers, list_without_headings
from metrics.intake.tables.labels import Label, labels_of
from metrics.intake.vocabulary.headings import HeadingRole
from metrics.intake.vocabulary.months import periods_in_title
from metrics.intake.vocabulary.names import Vocabulary


@dataclass(frozen=True, slots=True)
class Table:
    """One table: rows `first_row` to `last_row`, both included, lie under `header`.

    `labels`: role → labelled cells above; `above`: other texts above, like titles; `own_titles`: those between the
    table before and this one that name a month, where there is a table before.
    """

    sheet: GridSheet
    header: Header
    first_row: int
    last_row: int
    labels: Mapping[HeadingRole, tuple[Label, ...]]
    above: tuple[Cell, ...]
    label_rows: frozenset[int]
    own_titles: tuple[Cell, ...] = ()

    @property
    def is_wide(self) -> bool:
        return bool(self.header.elements)

    def columns(self, *roles: HeadingRole) -> tuple[int, ...]:
        return tuple(column for role in roles for column in self.header.roles.get(role, ()))

    def over(self, after: int) -> Iterator[list[Cell]]:
        """The rows above the headings, below row `after`: titles, labels, corner notes."""
        for row, cells in self.sheet.rows():
            if after < row < self.header.row:
                yield list(cells.values())

    def stands_aside(self, cell: Cell) -> bool:
        """True for a cell above that is the heading of no column: in a row of labels, or beside all columns."""
        return cell.row in self.label_rows or cell.column not in self.header.headings

    def within(self, cells: Mapping[int, Cell]) -> dict[int, Cell]:
        """A row's cells that belong to this table."""
        header = self.header
        return {c: cell for c, cell in cells.items() if header.first_column <= c <= header.last_column}


def find_tables(sheet: GridSheet, vocabulary: Vocabulary) -> list[Table]:
    """The tables of a sheet, from top to bottom. Labels hold for the tables below until others take their place."""
    label_rows = {row: found for row, cells in sheet.cells.items() if (found := labels_of(cells, vocabulary))}
    headers = find_headers(sheet, vocabulary) or list_without_headings(sheet, vocabulary, label_rows.keys())
    tables: list[Table] = []
    labels: dict[HeadingRole, tuple[Label, ...]] = {}
    above: tuple[Cell, ...] = ()
    rows = sorted({header.row for header in headers})
    for place, row in enumerate(rows):
        start = rows[place - 1] if place else 0
        end = rows[place + 1] if place + 1 < len(rows) else max(sheet.cells) + 1
        here = [header for header in headers if header.row == row]
        before = [header for header in headers if place and header.row == start]
        new = [found for at, found in label_rows.items() if start < at < row]
        if not any(HeadingRole.UNIT in found for found in new):
            new += _unlabelled_units(sheet, vocabulary, after=before, start=start, before=row)
        if new or not place:
            labels = labels | {
                role: tuple(label for found in new for label in found.get(role, ())) for role in _said(new)
            }
            above = tuple(c for at, cells in sheet.cells.items() if start < at < row for c in cells.values())
        own = () if not place else tuple(_month_titles(sheet, start, row))
        for header in here:
            _add_groups(sheet, header, label_rows.keys())
            first_row = row if header.is_headless else row + 1
            tables.append(Table(sheet, header, first_row, end - 1, labels, above, frozenset(label_rows), own))
    return tables


def _add_groups(sheet: GridSheet, header: Header, label_rows: Iterable[int]) -> None:
    """The headings above each column of figures, joined cells or the nearest text to the left in the same row."""
    columns = list(header.elements) or [figures.column for figures in header.figures]
    labelled = set(label_rows)
    for column in columns:
        found = []
        for above in range(header.row - 1, max(header.row - 1 - ROWS_OF_HEADINGS, 0), -1):
            cell = None if above in labelled else _nearest(sheet, above, column, first=min(columns))
            if cell is not None and cell.kind is CellKind.TEXT:
                found.append(cell)
        header.groups[column] = tuple(found)


def _nearest(sheet: GridSheet, row: int, column: int, *, first: int) -> Cell | None:
    for left in range(column, first - 1, -1):
        cell = sheet.merged_at(row, left)
        if cell is not None:
            return cell
    return sheet.merged_at(row, column)


def _unlabelled_units(
    sheet: GridSheet, vocabulary: Vocabulary, *, after: list[Header], start: int, before: int
) -> list[dict[HeadingRole, list[Label]]]:
    """A unit's name that stands alone in a row above a table is its label, as in a title `端州区`."""
    own = {column for header in after for column in header.roles.get(HeadingRole.UNIT, ())}
    return [
        {HeadingRole.UNIT: [Label("", cell)]}
        for row, cells in sheet.cells.items()
        for column, cell in cells.items()
        if start < row < before and len(cells) == 1 and column not in own and vocabulary.unit(cell.text, period=None)
    ]


def _month_titles(sheet: GridSheet, start: int, end: int) -> Iterator[Cell]:
    """Texts alone in their rows, between two tables, that name a month."""
    for row, cells in sheet.cells.items():
        cell = next(iter(cells.values()))
        if start < row < end and len(cells) == 1 and cell.kind is CellKind.TEXT and periods_in_title(cell.text):
            yield cell


def _said(new: Iterable[Mapping[HeadingRole, object]]) -> set[HeadingRole]:
    return {role for found in new for role in found}
