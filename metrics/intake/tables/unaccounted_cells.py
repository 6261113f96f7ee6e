"""Every cell of a visible sheet is accounted for: what no table took and no note explains stops the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from metrics.errors import Message
from metrics.intake.file_reading import CellPlace
from metrics.intake.grid import Cell, CellKind, GridSheet
from metrics.intake.tables.findings import Findings
from metrics.intake.tables.nearest_headings import HEADINGS_EXPECTED, nearest_headings
from metrics.intake.tables.table_rows import TableRows
from metrics.intake.vocabulary.counts import is_figure
from metrics.intake.vocabulary.headings import is_note_label
from metrics.intake.vocabulary.months import written_period
from metrics.intake.vocabulary.names import Vocabulary


def account_for(sheet: GridSheet, read: Sequence[TableRows], vocabulary: Vocabulary, found: Findings) -> None:
    """Refuse what is left of `sheet` when its tables are read: figures without a name, columns without a heading."""
    headers = {rows.table.header.row for rows in read if not rows.table.header.is_headless}
    grouped = {cell for rows in read for cells in rows.table.header.groups.values() for cell in cells}
    for row, cells in sheet.rows():
        if row in headers:
            continue
        here = [rows for rows in read if rows.table.first_row <= row <= rows.table.last_row]
        with_figures = [rows for rows in here if row in rows.figure_rows]
        headed = _headed(here)
        for column, cell in cells.items():
            if column in headed or cell in grouped:
                continue
            if with_figures and sheet.name is None and column > max(sheet.cells[with_figures[0].table.header.row]):
                continue  # refused already, as a row that is too long
            if with_figures:
                _refuse_column(sheet, with_figures[0], cell, found)
            elif is_figure(cell) and not _is_labelled(cells, column) and not _is_key(cell, vocabulary):
                if found.refused_at(CellPlace(sheet.name, row, column)):
                    continue
                _refuse_figure(sheet, cell, vocabulary, found)


def refuse_unread_sheet(sheet: GridSheet, vocabulary: Vocabulary, found: Findings) -> bool:
    """True if the sheet, which holds no table, holds figures that nobody's heading names; they are refused."""
    for cells in sheet.cells.values():
        for column, cell in cells.items():
            if is_figure(cell) and not _is_labelled(cells, column):
                _refuse_sheet(sheet, cell, vocabulary, found)
                return True
    return False


def _refuse_sheet(sheet: GridSheet, cell: Cell, vocabulary: Vocabulary, found: Findings) -> None:
    """At the row that looks most like headings, if one does; else at the first figure."""
    nearest = nearest_headings([sheet], vocabulary)
    if nearest is not None and nearest.is_one:
        place = CellPlace(sheet.name, nearest.row, nearest.cells[0].column)
        message = Message(
            f"工作表“{sheet.name}”没有可识别的表:{nearest.missing.zh}不报送该表请删去或隐藏。",
            f"The sheet {sheet.name!r} holds no table that we know: {nearest.missing.en} "
            "If it is not meant, delete or hide the sheet.",
        )
        found.refuse(place, "sheet_unread", message, given=nearest.text, expected=HEADINGS_EXPECTED)
        return
    message = Message(
        f"工作表“{sheet.name}”有数“{cell.text[:50]}”,但没有可识别的表。请补上标题,或删去、隐藏该工作表。",
        f"The sheet {sheet.name!r} holds {cell.text[:50]!r} but no table that we know. Give it headings, "
        "or delete or hide the sheet.",
    )
    place = CellPlace(sheet.name, cell.row, cell.column)
    found.refuse(place, "sheet_unread", message, given=cell.text, expected=HEADINGS_EXPECTED)


def _headed(read: Iterable[TableRows]) -> set[int]:
    """The columns that have a heading, of any table that the row lies in."""
    columns: set[int] = set()
    for rows in read:
        header = rows.table.header
        columns |= header.headings.keys() | header.elements.keys() | header.unknown.keys() | set(rows.figure_columns())
        columns |= {column for columns_of in header.roles.values() for column in columns_of}
    return columns


def _is_labelled(cells: Mapping[int, Cell], column: int) -> bool:
    """True if what stands to the left says that this is no figure: 联系电话, 表号, anything that ends in a colon."""
    left = [cell for at, cell in cells.items() if at < column]
    return bool(left) and left[-1].kind is CellKind.TEXT and is_note_label(left[-1].text)


def _is_key(cell: Cell, vocabulary: Vocabulary) -> bool:
    """True for a unit's code or a month, which titles are asked about."""
    return vocabulary.unit(cell.text, period=None) is not None or written_period(cell) is not None


def _refuse_column(sheet: GridSheet, rows: TableRows, cell: Cell, found: Findings) -> None:
    """Once for a column of a table."""
    if not found.once(("unnamed", sheet.name, rows.number, cell.column)):
        return
    heading = rows.table.header.spanned.get(cell.column)
    if heading is not None:
        message = Message(
            f"“{heading.text}”的标题跨几列,下面有几列数(第 {cell.row} 行又有“{cell.text[:50]}”)。请只留本期一列。",
            f"The heading {heading.text!r} spans several columns of figures (row {cell.row} holds {cell.text[:50]!r} "
            "too). Keep this period's column alone.",
        )
        found.refuse(CellPlace(sheet.name, cell.row, cell.column), "heading_twice", message, given=cell.text)
        return
    message = Message(
        f"{cell.letter} 列没有标题,第 {cell.row} 行却有“{cell.text[:50]}”。请写明该列是什么(本期数、上月数等),或删去。",
        f"Column {cell.letter} has no heading, but row {cell.row} holds {cell.text[:50]!r} there. "
        "Say what the column is (本期数, 上月数 …), or delete it.",
    )
    place = CellPlace(sheet.name, cell.row, cell.column)
    expected = Message("有标题的列", "a column with a heading")
    found.refuse(place, "column_unnamed", message, given=cell.text, expected=expected)


def _refuse_figure(sheet: GridSheet, cell: Cell, vocabulary: Vocabulary, found: Findings) -> None:
    message = Message(
        f"这里有数“{cell.text[:50]}”,但没有标题说明它是什么。请写明,或删去。",
        f"{cell.text[:50]!r} stands here, and no heading says what it is. Name it, or delete it.",
    )
    place = CellPlace(sheet.name, cell.row, cell.column)
    found.refuse(place, "figure_unnamed", message, given=cell.text, expected=vocabulary.expected_element)
