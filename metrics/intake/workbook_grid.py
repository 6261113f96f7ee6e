"""Workbook bytes → grid. Nothing is calculated or run; cells are read, and what hides them or changes their look."""

from __future__ import annotations

from metrics.intake import limits
from metrics.intake.archive import open_archive
from metrics.intake.blank_rows import BlankRowsLeftOut
from metrics.intake.cell_comments import comments_of
from metrics.intake.cell_content import CellReader
from metrics.intake.cell_styles import styles_of
from metrics.intake.grid import Grid, Sheet, joined_cells
from metrics.intake.refusals import FileRefused
from metrics.intake.rich_text import decoded
from metrics.intake.shared_strings import shared_strings
from metrics.intake.sheet_reader import Counted, SheetReader
from metrics.intake.workbook_parts import Parts, Worksheet, workbook_outline


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


def _sheet(parts: Parts, listed: Worksheet, reader: CellReader, counted: Counted) -> Sheet:
    name = decoded(listed.name)
    sheet = SheetReader(reader, counted)
    try:
        with parts.opened(listed.part) as source:
            sheet.read(BlankRowsLeftOut(source), root="worksheet")
    except FileRefused as refused:
        raise refused.on(name) from None
    found = sheet.content
    return Sheet(
        name=name,
        cells=found.cells,
        hidden=listed.hidden,
        hidden_rows=frozenset(found.hidden_rows),
        hidden_columns=frozenset(found.hidden_columns),
        merges=tuple(found.merges),
        joined=joined_cells(found.merges),
        comments=comments_of(parts, listed.part),
    )
