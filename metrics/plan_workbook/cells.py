"""The sheets of a plan's workbook as they were filled in: columns by name, rows, and what is odd in them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from metrics.errors import Message
from metrics.forms import as_given
from metrics.intake.isolation import grid_of
from metrics.intake.refusals import refuse_file
from metrics.plan.problems import PlanInvalid, PlanProblem

# What openpyxl raises for a workbook that is damaged or odd.
_DAMAGED = (
    BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    OSError,
    ArithmeticError,
)
_SENTENCES = {
    "workbook_unreadable": ("不是能读的 .xlsx 工作簿。", "This is no .xlsx workbook that can be read."),
    "sheet_unknown": ("没有名为“{given}”的表。", "There is no sheet called {given}."),
    "sheet_missing": ("缺少表“{given}”。", "The sheet {given} is missing."),
    "headings_missing": ("前两行里没有列名。", "Neither of the first two rows has the names of the columns."),
    "column_unknown": ("此表没有名为“{given}”的列。", "This sheet has no column called {given}."),
    "column_unnamed": ("此格有内容,列却没有名称。", "There is something here, but the column has no name."),
    "column_twice": ("列“{given}”出现两次。", "The column {given} is there twice."),
    "cell_formula": ("单元格是公式,请改为数值。", "The cell is a formula; put its value there."),
    "cell_error": ("单元格显示错误值 {given}。", "The cell shows the error {given}."),
    "sum_unreadable": (
        "不是“a + 2*b - c”这样的式子:{given}。",
        "This is no sum such as a + 2*b - c: {given}.",
    ),
    "parent_unknown": ("表“{table}”中没有“{given}”。", "The sheet {table} has no {given}."),
    "parent_missing": ("须写明是哪一项的。", "It must say whose row it is."),
    "line_wrong": (
        "应为行号,从 1 起,每行一次,所给为“{given}”。",
        "Expected a line's number, from 1, each once, not {given}.",
    ),
}


def cell_problem(code: str, sheet: str, cell: str = "", **values: str) -> PlanProblem:
    """The problem `code` at a cell of a sheet; of the sheet as a whole where `cell` is empty."""
    zh, en = _SENTENCES[code]
    shown = {name: as_given(value) for name, value in values.items()}
    message = Message(zh.format(**shown), en.format(**shown))
    return PlanProblem(
        code=code,
        message=message,
        pointer=f"{sheet}!{cell}" if cell else sheet,
        given=shown.get("given"),
        file=sheet,
        place=cell,
    )


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """A sheet as it was filled in: the letter of each column, and by row what stands in its cells, empty ones left out.

    All values are texts, as in the files of a plan; a number is its shortest decimal.
    """

    name: str
    letters: Mapping[str, str]
    rows: Mapping[int, Mapping[str, str]]
    problems: tuple[PlanProblem, ...] = ()

    def place(self, row: int, column: str) -> str:
        return f"{self.letters.get(column, 'A')}{row}"


@dataclass
class _Headed:
    name: str
    known: tuple[str, ...]
    problems: list[PlanProblem] = field(default_factory=list)


def filled_sheets(content: bytes, known: Mapping[str, tuple[str, ...]], *, ignored: str) -> dict[str, FilledSheet]:
    """The sheets by name; `known`: the columns of each sheet that there may be.

    Raises Invalid for what is no workbook or not safe to open, PlanInvalid where no sheet can be told.
    """
    if not content.startswith(b"PK"):
        raise refuse_file("file_not_a_workbook")
    grid_of(content)  # by the reader of submissions, which names the cell and costs only so much
    try:
        # Only what is written is gone through: joined cells and formatted rows may be millions.
        workbook = load_workbook(io.BytesIO(content), read_only=True)
        return dict(_sheets(workbook, known, ignored=ignored))
    except _DAMAGED as error:
        raise PlanInvalid([cell_problem("workbook_unreadable", "")]) from error


def _sheets(workbook: Any, known: Mapping[str, tuple[str, ...]], *, ignored: str) -> Iterator[tuple[str, FilledSheet]]:
    for sheet in workbook.worksheets:
        name = sheet.title.strip()
        if name == ignored:
            continue
        if name in known:
            sheet.reset_dimensions()  # what a file says of its size need not be so
            yield name, _filled(name, known[name], sheet)
        else:
            yield name, FilledSheet(name, {}, {}, (cell_problem("sheet_unknown", name, given=name),))


def _filled(name: str, known: tuple[str, ...], sheet: Any) -> FilledSheet:
    reading = _Headed(name, known)
    cells: dict[int, dict[int, str]] = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None and (text := _text(reading, cell)) is not None:
                cells.setdefault(cell.row, {})[cell.column] = text
    heading = next((row for row in (1, 2) if set(cells.get(row, {}).values()) & set(known)), None)
    if heading is None:
        return FilledSheet(name, {}, {}, (cell_problem("headings_missing", name),))
    names = dict(_columns(reading, heading, cells[heading]))
    rows: dict[int, dict[str, str]] = {}
    for row, filled in cells.items():
        if row <= heading:
            continue
        for column, text in filled.items():
            if column in names:
                rows.setdefault(row, {})[names[column]] = text
            elif column not in cells[heading]:
                place = f"{get_column_letter(column)}{row}"
                reading.problems.append(cell_problem("column_unnamed", name, place))
    letters = {column: get_column_letter(number) for number, column in names.items()}
    return FilledSheet(name, letters, rows, tuple(reading.problems))


def _columns(reading: _Headed, row: int, cells: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    seen = set()
    for number, text in cells.items():
        place = f"{get_column_letter(number)}{row}"
        if text not in reading.known:
            reading.problems.append(cell_problem("column_unknown", reading.name, place, given=text))
        elif text in seen:
            reading.problems.append(cell_problem("column_twice", reading.name, place, given=text))
        else:
            seen.add(text)
            yield number, text


def _text(reading: _Headed, cell: Any) -> str | None:
    """What stands in a cell as text, None for nothing; blanks around it belong to a document's text alone."""
    value = cell.value
    if cell.data_type == "f":
        reading.problems.append(cell_problem("cell_formula", reading.name, cell.coordinate))
        return None
    if cell.data_type == "e":
        reading.problems.append(cell_problem("cell_error", reading.name, cell.coordinate, given=str(value)))
        return None
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
    text = str(value)
    return text or None
