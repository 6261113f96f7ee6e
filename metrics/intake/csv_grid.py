"""CSV bytes → grid. The encoding is found by its mark, else strictly UTF-8, else strictly GB18030; never guessed."""

from __future__ import annotations

import codecs
import csv
import io
import re

from metrics.intake import limits
from metrics.intake.grid import Cell, CellKind, Grid, GridSheet, kept_text
from metrics.intake.refusals import FileRefused

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\s*<(?:\?xml|!doctype|html|table|head|meta|workbook)", re.IGNORECASE)
_DELIMITERS = "\t;,"  # the first one wins where two stand in as many lines
_LINES_LOOKED_AT = 200


def read_csv(content: bytes) -> Grid:
    """The one sheet of a CSV file. Raises FileRefused."""
    text, encoding = decoded(content.rstrip(b"\x1a"))  # the end of a file as DOS wrote it
    if not text.strip():
        raise FileRefused("file_empty")
    if _MARKUP.match(text):
        raise FileRefused("file_markup")
    odd = _CONTROL.search(text)
    if odd is not None:
        row = text.count("\n", 0, odd.start()) + 1
        raise FileRefused("file_characters", row=row, given=f"U+{ord(odd[0]):04X}")
    return Grid("csv", (GridSheet(None, _cells(text)),), encoding)


def decoded(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding."""
    refuse_utf16(content)
    if content.startswith(codecs.BOM_UTF8):
        try:
            return content.decode("utf-8-sig"), "utf-8-sig"
        except UnicodeDecodeError:
            raise FileRefused("file_encoding") from None
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise FileRefused("file_encoding")


def refuse_utf16(content: bytes) -> None:
    """Raise FileRefused for what begins as UTF-16, with its mark or without."""
    start = content[:2000]
    # Without a mark: its commas, digits and line ends put a NUL beside every other byte.
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or start.count(b"\x00") * 10 > len(start):
        raise FileRefused("file_utf16")


def _cells(text: str) -> dict[int, dict[int, Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    cells: dict[int, dict[int, Cell]] = {}
    rows = counted = 0
    try:
        for number, fields in enumerate(reader, start=1):
            found = {
                column: Cell(number, column, CellKind.TEXT, kept_text(field))
                for column, field in enumerate(fields, start=1)
                if field.strip()
            }
            if found and (last := max(found)) > limits.MOST_COLUMNS:
                given = found[last].text
                raise FileRefused("file_too_long", what="columns", row=number, column=last, given=given)
            counted += len(found)
            rows += bool(found)
            if found and rows <= limits.MOST_ROWS and counted <= limits.MOST_CELLS:
                cells[number] = found
    except csv.Error:
        raise FileRefused("file_csv_broken", row=reader.line_num) from None
    for what, total, most in (("rows", rows, limits.MOST_ROWS), ("cells", counted, limits.MOST_CELLS)):
        if total > most:
            raise FileRefused("file_too_long", what=what, found=total, most=most)
    return cells


def _delimiter(text: str) -> str:
    """The delimiter that stands in the most lines. A comma between digits may be a thousands separator: it counts
    only where no other delimiter stands in as many lines.
    """
    lines = [line for line in text.split("\n", _LINES_LOOKED_AT)[:_LINES_LOOKED_AT] if line.strip()]
    return max(_DELIMITERS, key=lambda delimiter: sum(delimiter in line for line in lines))
