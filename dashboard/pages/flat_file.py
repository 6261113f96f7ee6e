"""The rows and columns that the grid of all units shows, as a file.

A file of a dataset has the figures of one; a grid puts those of several side by side, so that its file is its own: the
headings and texts as they are read, numbers as spreadsheets take them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from dashboard.grids.flat_choice import FlatCell, FlatColumn
from dashboard.locale import _
from dashboard.pages.flat import flat_choice, shown
from dashboard.window.print_lines import document_line, vintage_words
from dashboard.window.reading import Reading
from dashboard.words.figures import MINUS
from metrics.publish.as_csv import BYTE_ORDER_MARK, lines, neutralised
from metrics.publish.workbook import Number, TextCell, Workbook
from metrics.publish.workbook_parts import PLAIN, TITLE

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_WIDE, _NARROW = 28, 14
_NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
Table = tuple[Sequence[FlatColumn], Sequence[Sequence[FlatCell]]]


def flat_file(reading: Reading, form: str) -> tuple[str, bytes] | None:
    """The file's name and content; None for what is neither CSV nor XLSX."""
    if form not in _WRITERS:
        return None
    table, choice = flat_choice(reading)
    by_name = {column.name: column for column in table.columns}
    columns = [by_name[name] for name in choice.laid_out(table.names)]
    rows = [[row[column.name] for column in columns] for row in choice.rows(table.rows)]
    return f"all-units_{shown(reading.address)}", _WRITERS[form](reading, (columns, rows))


def heading(column: FlatColumn) -> str:
    """What stands over a column, with what it stands below."""
    return f"{column.group} {column.title}".strip()


def _figure(column: FlatColumn, cell: FlatCell) -> str | None:
    """The number that a cell shows, as files write it; None where it shows none."""
    text = cell.text.replace(MINUS, "-").removeprefix("+")
    return text if column.numbers and _NUMBER.fullmatch(text) else None


def _csv(_reading: Reading, table: Table) -> bytes:
    columns, rows = table
    written = [[heading(column) for column in columns]]
    for row in rows:
        cells = zip(columns, row, strict=True)
        written.append([_figure(column, cell) or str(neutralised(cell.text)) for column, cell in cells])
    return BYTE_ORDER_MARK.encode() + lines(written)


def _xlsx(reading: Reading, table: Table) -> bytes:
    columns, rows = table
    file = io.BytesIO()
    about = [document_line(reading.plan), *vintage_words(reading)]
    about += [_("Synthetic demonstration data: no figure here was reported by anyone.")] * reading.demonstration
    with Workbook(file, title=_("All units"), created=reading.view.recorded_at or _NO_MOMENT) as workbook:
        widths = [_WIDE if column.wide or not place else _NARROW for place, column in enumerate(columns)]
        with workbook.sheet(_("All units"), frozen=1, widths=widths) as sheet:
            sheet.add([TextCell(heading(column), TITLE) for column in columns])
            for row in rows:
                sheet.add([_cell(column, cell) for column, cell in zip(columns, row, strict=True)])
        with workbook.sheet(_("About this file"), frozen=0, widths=[90]) as sheet:
            for text in about:
                sheet.add([TextCell(text, PLAIN)])
    return file.getvalue()


def _cell(column: FlatColumn, cell: FlatCell) -> TextCell | Number | None:
    figure = _figure(column, cell)
    if figure is not None:
        return Number(figure)
    return TextCell(str(neutralised(cell.text))) if cell.text else None


_WRITERS = {"csv": _csv, "xlsx": _xlsx}
