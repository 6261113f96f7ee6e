"""A filled work sheet of a sample: one row a cell, the columns found by their headings, in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
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
from metrics.sampling import FilledWorkSheet, SampledCell, SentFinding, ShownValue

_HEAD_ROWS = 20  # the headings stand in one of the first rows
_HEADINGS = {name: folded(name) for name in ("unit", "period", "element", "finding", "value", "note")}
_SHOWN = {name: folded(name) for name in ("unit_name", "reported_value")}  # what the sheet says, not to be changed
_WORDS = {"一致": "confirmed", "不符": "differs", "无佐证": "no_evidence", "实测": "measured"}


@dataclass(frozen=True, slots=True)
class SyntheticMark:
    """How a sheet says that its data are synthetic: `above` its headings, or by a label `behind` each unit's name."""

    above: str
    behind: tuple[str, ...]


def read_work_sheet(grid: Grid, plan: Plan, *, mark: SyntheticMark) -> FilledWorkSheet:
    """The rows that say something, and what the sheet says itself. Raises Invalid without a sheet with the headings.

    A row is no finding if its finding, value and note are empty; what a spreadsheet made of a period or a count is
    read. A count that cannot be read is said with its row, so that all that is wrong with a sheet is refused at once.
    """
    for sheet in grid.sheets:
        rows = list(sheet.rows())
        for row, cells in rows[:_HEAD_ROWS]:
            columns = _columns(cells, _HEADINGS)
            if set(columns) == set(_HEADINGS):
                above = [cell for number, heads in rows if number < row for cell in heads.values()]
                return _WorkSheetReading(sheet, columns | _columns(cells, _SHOWN), plan, mark).filled(
                    {number: found for number, found in rows if number > row}, above=above
                )
    names = ", ".join(_HEADINGS)
    message = Message(f"文件中找不到标题行({names})。", f"The file has no row of headings ({names}).")
    raise Invalid("work_sheet_unknown", message, [Problem("work_sheet_unknown", message, "/file")])


def _columns(cells: Mapping[int, Cell], headings: Mapping[str, str]) -> dict[str, int]:
    by_heading = {folded(cell.text): column for column, cell in sorted(cells.items(), key=lambda item: -item[0])}
    return {name: by_heading[heading] for name, heading in headings.items() if heading in by_heading}


@dataclass(frozen=True, slots=True)
class _WorkSheetReading:
    """One sheet, whose `columns` are known."""

    sheet: GridSheet
    columns: Mapping[str, int]
    plan: Plan
    mark: SyntheticMark

    def filled(self, rows: Mapping[int, Mapping[int, Cell]], *, above: Sequence[Cell]) -> FilledWorkSheet:
        """What `rows` say below the headings; `above`: the cells over these."""
        sent = {row: cells for row, cells in rows.items() if self._is_filled(cells)}
        shown = [self._shown(row, cells) for row, cells in rows.items() if self._said(cells, "unit")]
        name = self.sheet.name
        return FilledWorkSheet(
            findings=tuple(
                _finding(name, row, cells, columns=self.columns, plan=self.plan) for row, cells in sent.items()
            ),
            shown=tuple(value for value in shown if value is not None),
            unmarked=self._unmarked(sent, above),
        )

    def _said(self, cells: Mapping[int, Cell], name: str) -> str:
        return cells[self.columns[name]].text.strip() if self.columns.get(name) in cells else ""

    def _is_filled(self, cells: Mapping[int, Cell]) -> bool:
        return any(self._said(cells, name) for name in ("finding", "value", "note"))

    def _shown(self, row: int, cells: Mapping[int, Cell]) -> ShownValue | None:
        """What the row says was reported; None where the column was left out."""
        column = self.columns.get("reported_value")
        if column is None:
            return None
        element = self.plan.element_by_code.get(self._said(cells, "element"))
        text = self._said(cells, "reported_value")
        read = written_count(element, cells[column]) if element is not None and text else None
        value = Decimal(str(read.recorded)) if isinstance(read, WrittenCount) else None
        at = Problem("", Message("", ""), row=row, column=column_letter(column), sheet=self.sheet.name)
        return ShownValue(_cell(cells, self.columns), text, value, at)

    def _unmarked(self, rows: Mapping[int, Mapping[int, Cell]], above: Sequence[Cell]) -> Problem | None:
        """Where the mark of synthetic data is missing: over the headings, or without anything there behind a name."""
        nowhere = Problem("", Message("", ""), row=1, column=column_letter(min(self.columns.values())))
        nowhere = replace(nowhere, sheet=self.sheet.name)
        if any(cell.text.strip() for cell in above):
            return None if any(cell.text.strip() == self.mark.above for cell in above) else nowhere
        column = self.columns.get("unit_name")
        if column is None:
            return nowhere
        labels = tuple(folded(label) for label in self.mark.behind)
        for row, cells in rows.items():
            if not folded(self._said(cells, "unit_name")).endswith(labels):
                return replace(nowhere, row=row, column=column_letter(column))
        return None


def _cell(cells: Mapping[int, Cell], columns: Mapping[str, int]) -> SampledCell:
    said = {name: cells[columns[name]].text.strip() if columns[name] in cells else "" for name in ("unit", "element")}
    written = cells.get(columns["period"])
    period = None if written is None else written_period(written)
    text = "" if written is None else written.text.strip()
    return SampledCell(said["unit"], text if period is None else format_period(period), said["element"])


def _finding(
    sheet: str | None, row: int, cells: Mapping[int, Cell], *, columns: Mapping[str, int], plan: Plan
) -> SentFinding:
    said = {name: cells[column].text.strip() if column in cells else "" for name, column in columns.items()}
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
        cell=_cell(cells, columns),
        finding=_WORDS.get(said["finding"], said["finding"]),
        value=read,
        note=said["note"],
        at=Problem("", Message("", ""), row=row, column=column_letter(columns["finding"]), sheet=sheet),
        unread=unread,
    )
