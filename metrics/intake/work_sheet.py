"""A filled work sheet of a sample: one row a cell, the columns found by their headings, in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metrics.errors import Invalid, Message, Problem
from metrics.forms import refuse_value
from metrics.intake.file_reading import place_of, problem_at
from metrics.intake.grid import Cell, Grid, GridSheet, column_letter
from metrics.intake.vocabulary.comparable_texts import folded
from metrics.intake.vocabulary.counts import WrittenCount, written_count
from metrics.intake.vocabulary.months import written_period
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.sampling import SampledCell, SentFinding

_HEAD_ROWS = 20  # the headings stand in one of the first rows
_HEADINGS = {name: folded(name) for name in ("unit", "period", "element", "finding", "value", "note")}
_WORDS = {"一致": "confirmed", "不符": "differs", "无佐证": "no_evidence", "实测": "measured"}


def read_work_sheet(grid: Grid, plan: Plan) -> list[SentFinding]:
    """The rows that say something. Raises Invalid without a sheet that has the headings.

    A row is left out if its finding, value and note are empty; what a spreadsheet made of a period or a count is read.
    A count that cannot be read is said with its row, so that all that is wrong with a sheet is refused at once.
    """
    for sheet in grid.sheets:
        for row, cells in list(sheet.rows())[:_HEAD_ROWS]:
            columns = _columns(cells)
            if set(columns) == set(_HEADINGS):
                return _rows(sheet, columns, after=row, plan=plan)
    names = ", ".join(_HEADINGS)
    message = Message(f"文件中找不到标题行({names})。", f"The file has no row of headings ({names}).")
    raise Invalid("work_sheet_unknown", message, [Problem("work_sheet_unknown", message, "/file")])


def _columns(cells: Mapping[int, Cell]) -> dict[str, int]:
    by_heading = {folded(cell.text): column for column, cell in sorted(cells.items(), key=lambda item: -item[0])}
    return {name: by_heading[heading] for name, heading in _HEADINGS.items() if heading in by_heading}


def _rows(sheet: GridSheet, columns: Mapping[str, int], *, after: int, plan: Plan) -> list[SentFinding]:
    found: list[SentFinding] = []
    for row, cells in sheet.rows():
        filled = [cells[columns[name]] for name in ("finding", "value", "note") if columns[name] in cells]
        if row > after and any(cell.text.strip() for cell in filled):
            found.append(_finding(sheet.name, row, cells, columns=columns, plan=plan))
    return found


def _finding(
    sheet: str | None, row: int, cells: Mapping[int, Cell], *, columns: Mapping[str, int], plan: Plan
) -> SentFinding:
    said = {name: cells[column].text.strip() if column in cells else "" for name, column in columns.items()}
    period = written_period(cells[columns["period"]]) if columns["period"] in cells else None
    element, value = plan.element_by_code.get(said["element"]), cells.get(columns["value"])
    read: Any = said["value"] or None
    unread: Problem | None = None
    if element is not None and value is not None and read is not None:
        written = written_count(element, value)
        if isinstance(written, WrittenCount):
            read = written.recorded
        else:
            why = refuse_value(element, value.text, written)
            place = place_of(sheet, value)
            unread = problem_at(place, why.code, why.message, given=value.text, expected=why.expected)
    return SentFinding(
        cell=SampledCell(said["unit"], said["period"] if period is None else format_period(period), said["element"]),
        finding=_WORDS.get(said["finding"], said["finding"]),
        value=read,
        note=said["note"],
        at=Problem("", Message("", ""), row=row, column=column_letter(columns["finding"]), sheet=sheet),
        unread=unread,
    )
