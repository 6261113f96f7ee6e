"""A drawn sheet as CSV, as programs export it: what is shown, not what is stored."""

from __future__ import annotations

from datetime import date

from tests.spreadsheet.model import Cell, Sheet, plain


def csv_text(sheet: Sheet, *, delimiter: str = ",", end: str = "\r\n", padded: bool = True) -> str:
    """`padded`: every line has as many fields as the widest, as spreadsheets write them."""
    width = sheet.width if padded else 0
    lines = []
    for row in sheet.rows:
        fields = [_field(cell, delimiter) for cell in row]
        lines.append(delimiter.join(fields + [""] * (width - len(fields))))
    return end.join(lines) + end


def _field(cell: Cell, delimiter: str) -> str:
    value = cell.value
    if cell.runs:
        text = "".join(run.text for run in cell.runs)
    elif value is None:
        text = ""
    elif isinstance(value, date):
        text = f"{value.year}/{value.month}/{value.day}"
    elif isinstance(value, bool):
        text = str(value).upper()
    else:
        text = plain(value)
        if cell.look.startswith("#,##0"):
            text = f"{int(value):,}"
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in (delimiter, '"', "\n")) else text
