"""Rows as CSV: RFC 4180, UTF-8, quotes where needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice

from metrics.publish.dataset import Cell, Kind, Row
from metrics.publish.edition import Edition

_AT_ONCE = 2000
BYTE_ORDER_MARK = "\ufeff"
# What starts a formula in Excel, WPS or LibreOffice; full-width signs do so in Chinese and Japanese editions.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_bytes(edition: Edition, rows: Iterator[Row]) -> Iterator[bytes]:
    """The whole file: the heading line, then a line a row, CRLF after each."""
    texts = [place for place, column in enumerate(edition.dataset.columns) if column.kind is Kind.TEXT]
    flags = [place for place, column in enumerate(edition.dataset.columns) if column.kind is Kind.BOOLEAN]
    yield heading(edition)
    while batch := list(islice(rows, _AT_ONCE)):
        yield lines([_cells(row, texts, flags) for row in batch])


def heading(edition: Edition) -> bytes:
    """The first line: the columns' names, after a byte-order mark if one was asked for."""
    mark = BYTE_ORDER_MARK if edition.pull.bom else ""
    return mark.encode() + lines([[column.name for column in edition.dataset.columns]])


def lines(rows: Iterable[Iterable[Cell]]) -> bytes:
    """Cells as they stand, quoted where RFC 4180 needs it."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


def _cells(row: Row, texts: list[int], flags: list[int]) -> list[Cell]:
    cells = list(row)
    for place in flags:
        if cells[place] is not None:
            cells[place] = "true" if cells[place] else "false"
    for place in texts:
        cells[place] = neutralised(cells[place])
    return cells


def cell_text(text: str) -> str:
    """A text as it stands between two commas: harmless in a spreadsheet, quoted where needed."""
    return lines([[neutralised(text), None]]).decode().removesuffix(",\r\n")


def neutralised(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula, with an apostrophe before it; anything else unchanged."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS) else cell
