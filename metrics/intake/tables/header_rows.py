"""Rows of headings: where they are, and what their columns mean. A long table has a column of elements and one or more
of figures; a wide one a column for each element.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from metrics.intake import limits
from metrics.intake.grid import Cell, CellKind, GridSheet
from metrics.intake.refusals import refuse_file
from metrics.intake.vocabulary.headings import (
    HeadingRole,
    column_role,
    is_bare_unit,
    is_code_heading,
    long_role,
    role_of,
)
from metrics.intake.vocabulary.months import Mention, month_alone, written_period
from metrics.intake.vocabulary.names import Vocabulary
from metrics.plan.model import Unit

ROWS_OF_HEADINGS = 3  # a heading may stand so many rows above the row that names the elements


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A long table's column of figures. `unit`, `month`: what its heading names instead of 本期数, if it does."""

    column: int
    heading: Cell
    unit: Unit | None = None
    month: Mention | None = None


@dataclass(slots=True)
class Header:
    """A row of headings. `first_column` to `last_column`: 双栏表 has two headers in one row.

    `roles`: role → columns, left to right; `figures`: of long tables; `elements`: column → code, of wide ones;
    `headings`: column → cell, of all of them; `unknown`: those we do not know; `twice`: those that say what another
    one says already; `groups`: column of figures → headings above its own; `spanned`: column → the element's heading
    that reaches over it from the left; `is_headless`: `row` is the first of the figures.
    """

    row: int
    first_column: int = 1
    last_column: int = limits.MOST_COLUMNS
    is_headless: bool = False
    roles: dict[HeadingRole, list[int]] = field(default_factory=dict)
    figures: list[FigureColumn] = field(default_factory=list)
    elements: dict[int, str] = field(default_factory=dict)
    headings: dict[int, Cell] = field(default_factory=dict)
    unknown: dict[int, Cell] = field(default_factory=dict)
    twice: list[Cell] = field(default_factory=list)
    groups: dict[int, tuple[Cell, ...]] = field(default_factory=dict)
    spanned: dict[int, Cell] = field(default_factory=dict)


def find_headers(sheet: GridSheet, vocabulary: Vocabulary) -> list[Header]:
    headers: list[Header] = []
    reaching = _headings_reaching_down(sheet)
    for row, cells in sheet.cells.items():
        last = headers[-1].row if headers else 0
        heads = dict(sorted((dict(cells) | reaching.get(row, {})).items()))
        under = [header for header in headers if header.row == last]
        headers += _headers_in(sheet, row, heads, vocabulary, under=under)
        if len(headers) > limits.MOST_TABLES:
            raise refuse_file("file_too_long")
    return headers


def _headers_in(
    sheet: GridSheet, row: int, heads: Mapping[int, Cell], vocabulary: Vocabulary, *, under: list[Header]
) -> list[Header]:
    """The row as rows of headings, empty if it is none. `heads`: its cells, and headings that reach down into it;
    `under`: the headings that hold so far.

    Names in the columns of elements of a long table are its rows, also where name and code name different elements.
    """
    texts = {column: cell for column, cell in heads.items() if cell.kind is CellKind.TEXT}
    roles = {long_role(cell.text) for cell in texts.values()}
    if {HeadingRole.ELEMENT, HeadingRole.VALUE} <= roles:
        return _long_headers(sheet, row, heads, vocabulary)
    rows_own = {column for header in under if header.figures for column in header.roles.get(HeadingRole.ELEMENT, ())}
    named = {
        code for column, cell in texts.items() if column not in rows_own and (code := vocabulary.element(cell.text))
    }
    if HeadingRole.ELEMENT in roles and not named and _figure_headings(heads, vocabulary):
        return _long_headers(sheet, row, heads, vocabulary)
    if any(cell.kind is not CellKind.TEXT or cell.text.isdigit() for cell in sheet.cells[row].values()):
        return []
    if len(named) >= 2 or (named and roles & {HeadingRole.UNIT, HeadingRole.PERIOD}):
        return [_wide_header(sheet, row, vocabulary)]
    return []


def _headings_reaching_down(sheet: GridSheet) -> dict[int, dict[int, Cell]]:
    """Row → column → the heading that is joined from above down into it."""
    found: dict[int, dict[int, Cell]] = {}
    for merge in sheet.merges:
        cell = sheet.at(merge.first_row, merge.first_column)
        if merge.last_row > merge.first_row and cell is not None and column_role(cell.text) is not None:
            for row in range(merge.first_row + 1, min(merge.last_row, merge.first_row + ROWS_OF_HEADINGS) + 1):
                found.setdefault(row, {})[merge.first_column] = cell
    return found


def _figure_headings(heads: Mapping[int, Cell], vocabulary: Vocabulary) -> dict[int, FigureColumn]:
    """Headings that are a unit's name or a month: below them stand that unit's or that month's figures."""
    found = {}
    for column, cell in heads.items():
        unit = vocabulary.unit(cell.text, period=None) if cell.kind is CellKind.TEXT else None
        period = written_period(cell)
        month = Mention(period.year, period.month) if period is not None else month_alone(cell.text)
        if unit is not None and unit.unit.code not in vocabulary.plan.children:
            found[column] = FigureColumn(column, cell, unit=unit.unit)
        elif unit is None and month is not None:
            found[column] = FigureColumn(column, cell, month=month)
    return found


def _long_headers(sheet: GridSheet, row: int, heads: Mapping[int, Cell], vocabulary: Vocabulary) -> list[Header]:
    """One header, or one for each pair of 填报项 and 本期数 that stand side by side."""
    roles: dict[int, HeadingRole | None] = {
        column: _long_role(sheet, row, column, cell, vocabulary) for column, cell in heads.items()
    }
    starts = [1]
    valued = named = False
    for column, role in roles.items():
        rest = {other for at, other in roles.items() if at >= column}
        if (
            named
            and valued
            and role in (HeadingRole.ELEMENT, HeadingRole.NUMBER)
            and {HeadingRole.ELEMENT, HeadingRole.VALUE} <= rest
        ):
            starts.append(column)
            valued = named = False
        valued, named = valued or role is HeadingRole.VALUE, named or role is HeadingRole.ELEMENT
    ends = [start - 1 for start in starts[1:]] + [limits.MOST_COLUMNS]
    headers = []
    for start, end in zip(starts, ends, strict=True):
        header = Header(row, start, end)
        for column, cell in heads.items():
            role = roles[column]
            if start <= column <= end:
                _add_long(header, column, cell, role)
            elif column < start and (role is HeadingRole.UNIT or role is HeadingRole.PERIOD):
                header.roles.setdefault(role, []).append(column)
        if not header.figures:
            _name_figures(header, vocabulary)
        for at in header.figures:
            merge = sheet.joined.get((at.heading.row, at.heading.column))
            beyond = range(at.column + 1, at.column + 1 if merge is None else merge.last_column + 1)
            header.spanned.update(dict.fromkeys(beyond, at.heading))
        headers.append(header)
    return headers


def _long_role(sheet: GridSheet, row: int, column: int, cell: Cell, vocabulary: Vocabulary) -> HeadingRole | None:
    role = long_role(cell.text) if cell.kind is CellKind.TEXT else None
    if role is HeadingRole.UNIT and is_bare_unit(cell.text) and _holds_measures(sheet, row, column, vocabulary):
        return HeadingRole.MEASURE
    if role is None and vocabulary.is_indicator(cell.text):
        return HeadingRole.OTHER
    return role


def _add_long(header: Header, column: int, cell: Cell, role: HeadingRole | None) -> None:
    header.headings[column] = cell
    if role is None:
        header.unknown[column] = cell
    elif role is HeadingRole.VALUE and header.figures:
        header.twice.append(cell)
    elif role is HeadingRole.VALUE:
        header.figures.append(FigureColumn(column, cell))
    else:
        header.roles.setdefault(role, []).append(column)


def _name_figures(header: Header, vocabulary: Vocabulary) -> None:
    """Units and months as headings are the columns of figures of a table that has no 本期数."""
    for column, figures in _figure_headings(header.unknown, vocabulary).items():
        header.figures.append(figures)
        del header.unknown[column]


def _wide_header(sheet: GridSheet, row: int, vocabulary: Vocabulary) -> Header:
    header = Header(row)
    last = max(max(cells) for cells in sheet.cells.values())
    for column in range(1, last + 1):
        cell = _heading(sheet, row, column)
        if cell is None:
            continue
        header.headings[column] = cell
        is_own = cell.row == row and cell.column == column
        element = vocabulary.element(cell.text) if is_own else None
        role = HeadingRole.UNIT if is_code_heading(cell.text) else column_role(cell.text)
        if not is_own and vocabulary.element(cell.text) is not None:
            del header.headings[column]
            header.spanned[column] = cell
        elif element is not None and element in header.elements.values():
            header.twice.append(cell)
        elif element is not None:
            header.elements[column] = element
        elif role is None and vocabulary.is_indicator(cell.text):
            header.roles.setdefault(HeadingRole.OTHER, []).append(column)
        elif role is None and cell.row == row:
            header.unknown[column] = cell
        elif role is not None:
            header.roles.setdefault(role, []).append(column)
    _find_row_labels(sheet, header)
    return header


def _find_row_labels(sheet: GridSheet, header: Header) -> None:
    """A wide table of one unit may say in its first column what each row is: 本月数, 上月数, 计量单位, a month."""
    first = min(header.elements)
    left = [
        column for column in range(1, first) if any(column in c for row, c in sheet.cells.items() if row > header.row)
    ]
    if HeadingRole.UNIT not in header.roles and HeadingRole.PERIOD not in header.roles and left:
        column = left[-1] if HeadingRole.ELEMENT not in header.roles else header.roles[HeadingRole.ELEMENT][0]
        header.roles[HeadingRole.ELEMENT] = [column]
        header.unknown.pop(column, None)


def _heading(sheet: GridSheet, row: int, column: int) -> Cell | None:
    """The heading of a column: in the row of headings, joined to it, or above it where that one is empty."""
    for above in range(row, max(row - ROWS_OF_HEADINGS, 0), -1):
        cell = sheet.merged_at(above, column)
        if cell is not None and (above == row or role_of(cell.text) is not None):
            return cell
    return None


def list_without_headings(sheet: GridSheet, vocabulary: Vocabulary, label_rows: Iterable[int]) -> list[Header]:
    """A wide table of one unit that lies on its side: 填报单位, 报告期 and elements below each other, figures beside.

    It needs no headings, since the labelled unit or month stands in the same two columns as names and figures.
    """
    labelled = sorted(label_rows)
    if not labelled:
        return []
    for column in sorted(sheet.cells[labelled[-1]]):
        named = [
            row for row, cells in sheet.cells.items() if column in cells and vocabulary.element(cells[column].text)
        ]
        own = [row for row in labelled if column in sheet.cells[row] and role_of(sheet.cells[row][column].text)]
        beside = [row for row in named if sheet.at(row, column + 1) is not None]
        if own and len(beside) >= 2 and min(named) == min(row for row in sheet.cells if row > max(own)):
            header = Header(min(named), is_headless=True, roles={HeadingRole.ELEMENT: [column]})
            heading = Cell(max(own), column + 1, CellKind.TEXT, "")
            header.figures.append(FigureColumn(column + 1, heading))
            return [header]
    return []


def _holds_measures(sheet: GridSheet, row: int, column: int, vocabulary: Vocabulary) -> bool:
    """True if the column below a bare 单位 holds units of measure."""
    below = [cells[column].text for at, cells in sheet.cells.items() if at > row and column in cells]
    return any(vocabulary.measures.is_measure(text) for text in below)
