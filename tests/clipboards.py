"""A sheet as a spreadsheet puts it on the clipboard: texts as shown, tabs between them, quoted where needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

Grid = list[list[str]]


def shown(sheet: Worksheet) -> Grid:
    """Every row of the sheet's used part from A1 on; formulas by the results that are stored."""
    return [[_shown(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]


def part(grid: Grid, *, rows: tuple[int, int], columns: tuple[int, int]) -> Grid:
    """A rectangle, both ends included, 1-based as in a spreadsheet."""
    return [row[columns[0] - 1 : columns[1]] for row in grid[rows[0] - 1 : rows[1]]]


def as_clipboard(grid: Sequence[Sequence[str]]) -> str:
    """`grid` as Excel writes it: CRLF behind every row, the last one included."""
    return "".join("\t".join(_quoted(text) for text in row) + "\r\n" for row in grid)


def _quoted(text: str) -> str:
    needs = any(mark in text for mark in '\t\r\n"')
    return '"' + text.replace('"', '""') + '"' if needs else text


def _shown(value: Any, number_format: str) -> str:
    if value is None:
        return ""
    if isinstance(value, (datetime, date, bool)) or not isinstance(value, (int, float, Decimal)):
        return str(value)
    places = len(number_format.partition(";")[0].partition(".")[2])
    grouped = "," if "#,##0" in number_format else ""
    sign = "+" if number_format.startswith("+") and value else ""
    return format(Decimal(str(value)), f"{sign}{grouped}.{places}f")
