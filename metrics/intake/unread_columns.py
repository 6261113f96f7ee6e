"""The columns of a table that are not read: said, or refused where figures stand under an unknown heading."""

from __future__ import annotations

from metrics.errors import Message
from metrics.intake.figures import any_digit, is_figure
from metrics.intake.file_reading import place_of
from metrics.intake.findings import Findings
from metrics.intake.grid import Cell, Kind
from metrics.intake.headings import Role, is_template_other
from metrics.intake.tables import Table
from metrics.intake.vocabulary import Vocabulary


def report_columns(table: Table, vocabulary: Vocabulary, found: Findings) -> None:
    """Refuse unknown headings above what may be figures; give notice of every other column that is left out."""
    for column, heading in table.header.unknown.items():
        filled = _below(table, column)
        if any(_may_count(cell, table, vocabulary) for cell in filled):
            like = vocabulary.like(heading.text)
            message = Message(
                f"不认识列标题“{heading.text[:50]}”,该列有数据。{like.zh}请改正标题,或删除该列。",
                f"The heading {heading.text[:50]!r} is not known, and data stand below it.{like.en} "
                "Correct or delete it.",
            )
            place, expected = place_of(table.sheet.name, heading), vocabulary.expected_element
            found.refuse(place, "heading_unknown", message, given=heading.text, expected=expected)
        elif filled:
            _notice(table, heading, column, found)
    for column in table.columns(Role.OTHER):
        heading = table.header.headings[column]
        is_known = is_template_other(heading.text) or vocabulary.is_indicator(heading.text)
        if not is_known and _below(table, column):
            _notice(table, heading, column, found)


def _may_count(cell: Cell, table: Table, vocabulary: Vocabulary) -> bool:
    if cell.kind is not Kind.TEXT or vocabulary.measures.is_measure(cell.text):
        return True
    return any_digit([cell]) if table.is_wide else is_figure(cell)


def _below(table: Table, column: int) -> list[Cell]:
    rows = (cells for row, cells in table.sheet.rows() if table.first_row <= row <= table.last_row)
    return [cells[column] for cells in rows if column in cells]


def _notice(table: Table, heading: Cell, column: int, found: Findings) -> None:
    message = Message(f"未读取“{heading.text[:50]}”列。", f"The column {heading.text[:50]!r} was not read.")
    found.notice(table.sheet.name, "column_skipped", message, row=heading.row, column=column)
