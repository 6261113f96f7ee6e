"""Workbook bytes → grid. Nothing is calculated or run; cells are read, and what hides them or changes their look."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import IO

from metrics.intake import limits
from metrics.intake.grid import Grid, GridSheet, joined_cells
from metrics.intake.refusals import FileRefused
from metrics.intake.workbook.archive import open_archive
from metrics.intake.workbook.cell_content import CellReader
from metrics.intake.workbook.cell_styles import styles_of
from metrics.intake.workbook.comments import comments_of
from metrics.intake.workbook.parts import Parts, Worksheet, workbook_outline
from metrics.intake.workbook.rich_text import decoded, shared_strings
from metrics.intake.workbook.sheet_reader import Counted, SheetReader

_BLANK = (
    rb'<row r="[0-9]+"(?: [A-Za-z0-9:]+="[^"<>&]*")*\s*'
    rb'(?:/>|>(?:<c r="[A-Z]{1,3}[0-9]+"(?: s="[0-9]+")?\s*/>)*</row>)'
)
_BLANK_ROWS = re.compile(rb"(?:" + _BLANK + rb')+(?=<row r=")')
_MARKS = (b"<!", b"<?")  # comments, declarations, instructions


def read_workbook(content: bytes) -> Grid:
    """Every worksheet of an .xlsx file. Raises FileRefused."""
    parts = Parts(open_archive(content))
    outline = workbook_outline(parts)
    if len(outline.sheets) > limits.MOST_SHEETS:
        raise FileRefused("file_too_long", what="sheets", found=len(outline.sheets), most=limits.MOST_SHEETS)
    reader = CellReader(shared_strings(parts, outline.strings), styles_of(parts, outline.styles), outline)
    counted = Counted()
    sheets = tuple(_sheet(parts, listed, reader, counted) for listed in outline.sheets)
    comments = sum(len(sheet.comments) for sheet in sheets)
    if comments > limits.MOST_COMMENTS:
        raise FileRefused("file_too_long", what="comments", found=comments, most=limits.MOST_COMMENTS)
    return Grid("xlsx", sheets)


def _sheet(parts: Parts, listed: Worksheet, reader: CellReader, counted: Counted) -> GridSheet:
    name = decoded(listed.name)
    sheet = SheetReader(reader, counted)
    try:
        with parts.opened(listed.part) as source:
            sheet.read(BlankRowsLeftOut(source), root="worksheet")
    except FileRefused as refused:
        raise refused.on(name) from None
    found = sheet.content
    return GridSheet(
        name=name,
        cells=found.cells,
        hidden=listed.hidden,
        hidden_rows=frozenset(found.hidden_rows),
        hidden_columns=frozenset(found.hidden_columns),
        merges=tuple(found.merges),
        joined=joined_cells(found.merges),
        comments=comments_of(parts, listed.part),
    )


class BlankRowsLeftOut:
    """The bytes of `source` without rows that are only formatted, left out before they are parsed.

    A sheet may hold a million of them; as events they would cost seconds, and they say nothing. Only whole rows that
    say where they are go, and the last of several stays, so that what follows it is counted from the same place.
    Nothing goes from the first comment or the like on, in which a row would be text.
    """

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._started = self._marked = False
        self._end = b""

    def read(self, size: int) -> bytes:
        """Up to `size` bytes of the source, of which fewer may be left; b"" only at its end."""
        while piece := self._source.read(size):
            seen, self._end = self._end + piece, piece[-1:]
            if not self._started:
                seen, self._started = seen.removeprefix(BOM_UTF8).removeprefix(b"<?xml"), True
            self._marked = self._marked or any(mark in seen for mark in _MARKS)
            if self._marked:
                return piece
            if left := _BLANK_ROWS.sub(b"", piece):
                return left
        return b""
