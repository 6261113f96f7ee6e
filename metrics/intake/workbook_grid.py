"""Workbook bytes → grid. openpyxl's read-only view is the authority on values; nothing is calculated or run."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook

from metrics.intake import limits
from metrics.intake.archive import open_archive
from metrics.intake.grid import LONGEST_TEXT, Cell, Grid, Kind, Sheet, joined_cells
from metrics.intake.refusals import FileRefused
from metrics.intake.sheet_scan import SheetScan, scan_sheet

_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SCALING_COMMA = re.compile(r"[0#?],+(?![0#?])")
_SHEETS = "xl/worksheets/sheet"  # where programs put worksheets; one elsewhere is found by openpyxl
_SCALING_WORDS = ("万", "千", "亿", "百")


def read_workbook(content: bytes) -> Grid:
    """Every worksheet of an .xlsx file. Raises FileRefused; whatever else openpyxl raises means a damaged file."""
    archive = open_archive(content)
    scans = {name: _scan(archive, name) for name in archive.namelist() if name.startswith(_SHEETS)}  # before openpyxl
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheets = []
    rows = cells = 0
    views: list[Any] = list(workbook.worksheets)  # read-only views, which the stubs do not know
    if len(views) > limits.MOST_SHEETS:
        raise FileRefused("file_too_long")
    for view in views:
        path = view._worksheet_path
        sheet = _sheet(view, scans[path] if path in scans else _scan(archive, path))
        rows += len(sheet.cells)
        cells += sum(len(row) for row in sheet.cells.values())
        if rows > limits.MOST_ROWS or cells > limits.MOST_CELLS:
            raise FileRefused("file_too_long")
        sheets.append(sheet)
    return Grid("xlsx", tuple(sheets))


def _scan(archive: ZipFile, path: str) -> SheetScan:
    with archive.open(path) as source:
        return scan_sheet(source)


def _sheet(view: Any, scan: SheetScan) -> Sheet:
    view.reset_dimensions()  # programs write wrong ones, and cells outside would be left out
    cells: dict[int, dict[int, Cell]] = {}
    for view_row in view.iter_rows():
        found = {}
        for cell in view_row:
            if cell.value is not None:
                read = _cell(cell, formula=(cell.row, cell.column) in scan.formulas)
                if read.kind is not Kind.TEXT or read.text.strip():
                    found[read.column] = read
        if found:
            cells[next(iter(found.values())).row] = found
            if len(cells) > limits.MOST_ROWS or max(found) > limits.MOST_COLUMNS:
                raise FileRefused("file_too_long")
    for row, column in sorted(scan.formulas):
        if cells.get(row, {}).get(column) is None:
            cells.setdefault(row, {})[column] = Cell(row, column, Kind.UNCALCULATED, "=", formula=True)
    return Sheet(
        name=_NO_TEXT.sub("\ufffd", view.title[:LONGEST_TEXT]),
        cells={row: dict(sorted(cells[row].items())) for row in sorted(cells)},
        hidden=view.sheet_state != "visible",
        hidden_rows=frozenset(scan.hidden_rows & cells.keys()),
        hidden_columns=frozenset(scan.hidden_columns),
        merges=tuple(scan.merges),
        joined=joined_cells(scan.merges),
    )


def _cell(cell: Any, *, formula: bool) -> Cell:
    value, number_format = cell.value, cell.number_format or ""
    kind, text = _content(value, is_error=cell.data_type == "e")
    written = number_format if kind is Kind.NUMBER else ""
    return Cell(
        row=cell.row,
        column=cell.column,
        kind=kind,
        text=text[:LONGEST_TEXT],
        percent="%" in written or "％" in written,
        scaled=_scales(written),
        formula=formula,
    )


def _content(value: object, *, is_error: bool) -> tuple[Kind, str]:
    if is_error:
        return Kind.ERROR, str(value)
    if isinstance(value, bool):
        return Kind.TRUTH, "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return Kind.NUMBER, str(value)
    if isinstance(value, float):
        return Kind.NUMBER, format(Decimal(repr(value)), "f")
    if isinstance(value, datetime) and value.time() == time():
        return Kind.DATE, value.date().isoformat()
    if isinstance(value, date | time):
        return Kind.DATE, value.isoformat()
    if isinstance(value, timedelta):
        return Kind.DATE, str(value)
    return Kind.TEXT, _NO_TEXT.sub("\ufffd", str(value))


def _scales(number_format: str) -> bool:
    """True if the format shows the number divided by thousands, ten thousands and so on."""
    if any(word in number_format for word in _SCALING_WORDS):
        return True
    return bool(_SCALING_COMMA.search(_QUOTED.sub("", number_format)))
