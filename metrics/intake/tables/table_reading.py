"""One table read, long or wide: its rows, then what its other columns hold, then its totals.

Rows that add up others are not recorded; what they say is held against the rows they add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from metrics.errors import Message
from metrics.forms import plain
from metrics.intake.file_reading import place_of
from metrics.intake.grid import Cell, CellKind
from metrics.intake.tables.findings import FigureEntry, Findings, Total
from metrics.intake.tables.long_rows import LongRows
from metrics.intake.tables.sheet_tables import Table
from metrics.intake.tables.table_rows import TableRows
from metrics.intake.tables.wide_rows import WideRows
from metrics.intake.vocabulary.counts import WrittenCount, any_digit, is_figure, written_count
from metrics.intake.vocabulary.headings import HeadingRole, is_template_other
from metrics.intake.vocabulary.names import Vocabulary
from metrics.plan.model import Plan


def read_table(table: Table, vocabulary: Vocabulary, found: Findings) -> TableRows:
    """Read one table into `found`; what was read of it."""
    kind = WideRows if table.is_wide else LongRows
    rows = kind(table, vocabulary, found, number=found.next_table())
    if rows.read():
        report_columns(table, vocabulary, found)
        check_totals(rows.totals, rows.entries, vocabulary.plan, found)
    return rows


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
    for column in table.columns(HeadingRole.OTHER):
        heading = table.header.headings[column]
        is_known = is_template_other(heading.text) or vocabulary.is_indicator(heading.text)
        if not is_known and _below(table, column):
            _notice(table, heading, column, found)


def _may_count(cell: Cell, table: Table, vocabulary: Vocabulary) -> bool:
    if cell.kind is not CellKind.TEXT or vocabulary.measures.is_measure(cell.text):
        return True
    return any_digit([cell]) if table.is_wide else is_figure(cell)


def _below(table: Table, column: int) -> list[Cell]:
    rows = (cells for row, cells in table.sheet.rows() if table.first_row <= row <= table.last_row)
    return [cells[column] for cells in rows if column in cells]


def _notice(table: Table, heading: Cell, column: int, found: Findings) -> None:
    message = Message(f"未读取“{heading.text[:50]}”列。", f"The column {heading.text[:50]!r} was not read.")
    found.notice(table.sheet.name, "column_skipped", message, row=heading.row, column=column)


def check_totals(totals: Sequence[Total], entries: Sequence[FigureEntry], plan: Plan, found: Findings) -> None:
    """Give notice of every total that is not the sum of its column. A total that is no plain count is left alone."""
    periods = {entry.period for entry in entries}
    sums = _sums(plan, entries) if totals else {}
    for total in totals:
        period = total.period if total.period is not None else next(iter(periods)) if len(periods) == 1 else None
        written = written_count(plan.element_by_code[total.element], total.cell)
        added = None if period is None else sums.get((total.element, period))
        if not isinstance(written, WrittenCount) or added is None:
            continue
        if added != Decimal(written.recorded):
            name = plan.element_by_code[total.element].name
            message = Message(
                f"“{name.zh}”的合计 {written.recorded} 与各行之和 {plain(added)} 不一致,请核对。",
                f"The total of {name.en} is {written.recorded}, but its rows add up to {plain(added)}; check them.",
            )
            place = total.place
            found.notice(place.sheet, "total_differs", message, row=place.row, column=place.column)


def _sums(plan: Plan, entries: Sequence[FigureEntry]) -> dict[tuple[str, date], Decimal | None]:
    """Element and period → what the rows add up to; None where one of them is no count. Blank adds nothing."""
    sums: dict[tuple[str, date], Decimal | None] = {}
    for entry in entries:
        key = entry.element, entry.period
        so_far, count = sums.get(key, Decimal(0)), _count(plan, entry)
        sums[key] = None if so_far is None or count is None else so_far + count
    return sums


def _count(plan: Plan, entry: FigureEntry) -> Decimal | None:
    if entry.cell is None:
        return Decimal(0)
    written = written_count(plan.element_by_code[entry.element], entry.cell)
    return Decimal(written.recorded) if isinstance(written, WrittenCount) else None
