"""Where the tables of a sheet are, and what their columns mean.

A long table has a column of elements and one of values: the tidy file, and the form itself. A wide table has a column
for each element. What the columns do not say (unit, period) stands in labelled cells above, or in the sheet's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from metrics.intake import limits
from metrics.intake.grid import Cell, Kind, Sheet
from metrics.intake.refusals import refuse_file
from metrics.intake.vocabulary import Role, Vocabulary, is_bare_unit, is_code_heading, role_of

_LABELLED = re.compile(r"\s*([^:：]{1,40})[:：]\s*(.*)", re.DOTALL)
_ROWS_OF_HEADINGS = 3  # a heading may stand so many rows above the row that names the elements


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled cell above a table: `cell` holds the content; with `填报单位:端州区` it is cut to what follows."""

    label: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Table:
    """One table. Rows `first_row` to `last_row`, both included, lie under its headings.

    `roles`: role → columns, left to right; `elements`: column → code, of wide tables; `unknown`: headings we do not
    know; `twice`: headings that say what another one says already; `labels`: role → labelled cells above;
    `above`: other texts above, like titles.
    """

    sheet: Sheet
    header_row: int
    first_row: int
    last_row: int
    roles: Mapping[Role, tuple[int, ...]]
    elements: Mapping[int, str]
    unknown: Mapping[int, Cell]
    twice: tuple[Cell, ...]
    labels: Mapping[Role, tuple[Label, ...]]
    above: tuple[Cell, ...]
    label_rows: frozenset[int]

    @property
    def is_wide(self) -> bool:
        return bool(self.elements)


@dataclass(slots=True)
class _Header:
    row: int
    roles: dict[Role, list[int]] = field(default_factory=dict)
    elements: dict[int, str] = field(default_factory=dict)
    unknown: dict[int, Cell] = field(default_factory=dict)
    twice: list[Cell] = field(default_factory=list)


def find_tables(sheet: Sheet, vocabulary: Vocabulary) -> list[Table]:
    """The tables of a sheet, from top to bottom. Labels hold for the tables below until others take their place."""
    headers: list[_Header] = []
    for row in sheet.cells:
        header = _header(sheet, row, vocabulary, under=headers[-1] if headers else None)
        if header is not None:
            headers.append(header)
            if len(headers) > limits.MOST_TABLES:
                raise refuse_file("file_too_long")
    tables: list[Table] = []
    labels: dict[Role, tuple[Label, ...]] = {}
    above: tuple[Cell, ...] = ()
    label_rows = {row: found for row, cells in sheet.cells.items() if (found := _labels(cells, vocabulary))}
    for place, header in enumerate(headers):
        start = headers[place - 1].row if place else 0
        end = headers[place + 1].row if place + 1 < len(headers) else max(sheet.cells) + 1
        new = [found for row, found in label_rows.items() if start < row < header.row]
        if not any(Role.UNIT in found for found in new):
            new += _unlabelled_units(sheet, vocabulary, after=headers[place - 1] if place else None, before=header.row)
        if new or not place:
            labels = labels | {
                role: tuple(label for found in new for label in found.get(role, ())) for role in _said(new)
            }
            above = tuple(c for row, cells in sheet.cells.items() if start < row < header.row for c in cells.values())
        tables.append(
            Table(
                sheet=sheet,
                header_row=header.row,
                first_row=header.row + 1,
                last_row=end - 1,
                roles={role: tuple(columns) for role, columns in header.roles.items()},
                elements=header.elements,
                unknown=header.unknown,
                twice=tuple(header.twice),
                labels=labels,
                above=above,
                label_rows=frozenset(label_rows),
            )
        )
    return tables


def _header(sheet: Sheet, row: int, vocabulary: Vocabulary, *, under: _Header | None) -> _Header | None:
    """The row as a row of headings, None if it is none. `under`: the headings that hold so far.

    Names in the columns of elements of a long table are its rows, also where name and code name different elements.
    """
    texts = {column: cell for column, cell in sheet.cells[row].items() if cell.kind is Kind.TEXT}
    roles = {role_of(cell.text) for cell in texts.values()}
    if {Role.ELEMENT, Role.VALUE} <= roles:
        return _long_header(sheet, row, vocabulary)
    rows_own = set() if under is None else set(under.roles.get(Role.ELEMENT, ()))
    named = {
        code for column, cell in texts.items() if column not in rows_own and (code := vocabulary.element(cell.text))
    }
    if any(cell.kind is not Kind.TEXT or cell.text.isdigit() for cell in sheet.cells[row].values()):
        return None
    if len(named) >= 2 or (named and roles & {Role.UNIT, Role.PERIOD}):
        return _wide_header(sheet, row, vocabulary)
    return None


def _long_header(sheet: Sheet, row: int, vocabulary: Vocabulary) -> _Header:
    header = _Header(row)
    for column, cell in sheet.cells[row].items():
        role = role_of(cell.text)
        if role is Role.UNIT and is_bare_unit(cell.text) and _holds_measures(sheet, row, column, vocabulary):
            role = Role.IGNORED
        if role is None:
            header.unknown[column] = cell
        elif role is Role.VALUE and role in header.roles:
            header.twice.append(cell)
        else:
            header.roles.setdefault(role, []).append(column)
    return header


def _wide_header(sheet: Sheet, row: int, vocabulary: Vocabulary) -> _Header:
    header = _Header(row)
    last = max(max(cells) for cells in sheet.cells.values())
    for column in range(1, last + 1):
        cell = _heading(sheet, row, column)
        if cell is None:
            continue
        element = vocabulary.element(cell.text) if cell.row == row and cell.column == column else None
        role = Role.UNIT if is_code_heading(cell.text) else role_of(cell.text)
        if element is not None and element in header.elements.values():
            header.twice.append(cell)
        elif element is not None:
            header.elements[column] = element
        elif role in (Role.UNIT, Role.PERIOD, Role.IGNORED):
            header.roles.setdefault(role, []).append(column)
        elif vocabulary.is_indicator(cell.text):
            header.roles.setdefault(Role.IGNORED, []).append(column)
        elif cell.row == row:
            header.unknown[column] = cell
    return header


def _unlabelled_units(
    sheet: Sheet, vocabulary: Vocabulary, *, after: _Header | None, before: int
) -> list[dict[Role, list[Label]]]:
    """A unit's name that stands alone in a row above a table is its label, as in a title `端州区`."""
    start, own = (0, []) if after is None else (after.row, after.roles.get(Role.UNIT, []))
    return [
        {Role.UNIT: [Label("", cell)]}
        for row, cells in sheet.cells.items()
        for column, cell in cells.items()
        if start < row < before and len(cells) == 1 and column not in own and vocabulary.unit(cell.text, period=None)
    ]


def _said(new: Iterable[Mapping[Role, object]]) -> set[Role]:
    return {role for found in new for role in found}


def _heading(sheet: Sheet, row: int, column: int) -> Cell | None:
    """The heading of a column: in the row of headings, joined to it, or above it where that one is empty."""
    for above in range(row, max(row - _ROWS_OF_HEADINGS, 0), -1):
        cell = sheet.merged_at(above, column)
        if cell is not None and (above == row or role_of(cell.text) is not None):
            return cell
    return None


def _holds_measures(sheet: Sheet, row: int, column: int, vocabulary: Vocabulary) -> bool:
    """True if the column below a bare 单位 holds units of measure."""
    below = [cells[column].text for at, cells in sheet.cells.items() if at > row and column in cells]
    return bool(below) and vocabulary.is_measure(below[0])


def _labels(cells: Mapping[int, Cell], vocabulary: Vocabulary) -> dict[Role, list[Label]]:
    """The labelled cells of one row: `报告期:2019年9月`, or the label in one cell and the content in the next."""
    found: dict[Role, list[Label]] = {}
    ordered = list(cells.values())
    if sum(role_of(cell.text) is not None for cell in ordered) > sum(role_of(cell.text) is None for cell in ordered):
        return {}  # headings
    for place, cell in enumerate(ordered):
        match = _LABELLED.fullmatch(cell.text)
        label, content = (match[1], match[2].strip()) if match else (cell.text, "")
        role = role_of(label)
        if role not in (Role.UNIT, Role.PERIOD, Role.REASON):
            continue
        if content:
            named = Cell(cell.row, cell.column, Kind.TEXT, content)
        elif place + 1 < len(ordered) and role_of(ordered[place + 1].text) is None:
            named = ordered[place + 1]
        else:
            continue
        if is_bare_unit(label) and vocabulary.unit(named.text, period=None) is None:
            continue  # 单位:项 says what is counted
        found.setdefault(role, []).append(Label(label, named))
    return found
