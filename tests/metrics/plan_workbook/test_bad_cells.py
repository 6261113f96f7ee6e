"""What is wrong with a workbook is told at once, each by its sheet and cell, in both languages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest

from metrics.cli.plan import SKELETON
from metrics.errors import Invalid
from metrics.plan.problems import PlanInvalid
from metrics.plan_workbook.reading import read_workbook
from metrics.plan_workbook.writing import plan_workbook
from tests.plan_folders import plan_in, source_in


def filled(change: Callable[[Any], None]) -> bytes:
    """The skeleton's workbook as somebody changed and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(plan_workbook(plan_in(SKELETON), source_in(SKELETON))))
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def put(book: Any, sheet: str, column: str, row: int, value: Any) -> str:
    """Put a value under the column of that name; answers the cell."""
    names = [cell.value for cell in book[sheet][2]]
    cell = book[sheet].cell(row, names.index(column) + 1)
    cell.value = value
    return f"{sheet}!{cell.coordinate}"


def in_units(content: bytes, replaced: bytes, by: bytes) -> bytes:
    """The workbook with the sheet of units changed as no spreadsheet program would."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(file, "w") as changed:
        place = openpyxl.load_workbook(io.BytesIO(content)).sheetnames.index("units") + 1
        for name in book.namelist():
            part = book.read(name)
            changed.writestr(name, part.replace(replaced, by) if name.endswith(f"/sheet{place}.xml") else part)
    return file.getvalue()


def told(content: bytes) -> set[tuple[str, str]]:
    """Where, and what is wrong there."""
    with pytest.raises(PlanInvalid) as refused:
        read_workbook(content)
    assert all(problem.message.zh and problem.message.en for problem in refused.value.problems)
    return {(str(problem.pointer), problem.code) for problem in refused.value.problems}


def test_whatever_cannot_be_read_is_told_at_once_by_its_cell() -> None:
    expected: dict[str, str] = {}

    def change(book: Any) -> None:
        expected[put(book, "targets", "threshold", 3, "ninety")] = "value_wrong"
        expected[put(book, "targets", "due_on", 4, "June")] = "value_wrong"
        expected[put(book, "elements", "nature", 5, "stok")] = "value_wrong"
        expected[put(book, "indicators", "numerator", 4, "a ? b")] = "sum_unreadable"
        expected[put(book, "blocks", "name.zh", 3, None)] = "key_missing"
        expected[put(book, "checks", "kind", 3, "compare")] = "value_wrong"
        expected[put(book, "checks", "percent", 5, "many")] = "value_wrong"
        expected[put(book, "units", "order", 5, "=1+1")] = "cell_formula"
        expected[put(book, "targets.citations", "targets", 3, "T-9")] = "parent_unknown"
        expected[put(book, "targets.citations", "line", 4, "eight")] = "value_wrong"
        book["units"]["Z2"], book["units"]["AB3"] = "colour", "lost"
        expected.update({"units!Z2": "column_unknown", "units!AB3": "column_unnamed"})
        book.create_sheet("budget")["A1"] = "x"
        expected["budget"] = "sheet_unknown"
        del book["milestones"]
        expected["milestones"] = "sheet_missing"

    assert told(filled(change)) == set(expected.items())


def test_what_does_not_hold_together_is_told_by_its_cell() -> None:
    expected: dict[str, str] = {}

    def change(book: Any) -> None:
        expected[put(book, "indicators", "denominator", 3, "items_totl")] = "element_unknown"
        expected[put(book, "targets.citations", "quote", 4, "No such words")] = "quote_not_on_line"
        expected[put(book, "units", "parent", 5, "NOWHERE")] = "unit_unknown"
        expected[put(book, "targets", "code", 4, "T-1")] = "code_twice"
        put(book, "targets.citations", "targets", 5, "T-1")

    found = told(filled(change))
    assert set(expected.items()) <= found


def test_cells_are_taken_as_spreadsheets_make_them() -> None:
    def change(book: Any) -> None:
        put(book, "targets", "threshold", 3, 90.5)
        put(book, "targets", "due_on", 3, date(2026, 12, 31))
        put(book, "units", "figures_required", 7, "否")
        put(book, "tasks", "named_units", 3, " EXAMPLE-EAST、EXAMPLE-HILL ")
        put(book, "units", "order", 7, 9.0)

    plan, _ = read_workbook(filled(change))
    target = plan.target_revisions["T-1"][0]
    assert (str(target.threshold), str(target.due_on)) == ("90.5", "2026-12-31")
    assert plan.tasks[0].named_units == ("EXAMPLE-EAST", "EXAMPLE-HILL")
    assert (plan.units[-1].figures_required, plan.units[-1].order) == (False, 9)


def test_the_text_of_the_document_is_written_into_the_folder_alone() -> None:
    """The workbook says what that file is called, and may come from anywhere."""
    expected: dict[str, str] = {}

    def change(book: Any) -> None:
        expected[put(book, "document", "source_file", 3, "../notice.txt")] = "file_name_odd"
        expected[put(book, "source", "line", 3, "9" * 5000)] = "line_wrong"

    assert set(expected.items()) <= told(filled(change))


def test_a_stray_word_in_the_last_row_is_named() -> None:
    """A spreadsheet's whole size, and one word: only what is written is gone through."""

    def change(book: Any) -> None:
        put(book, "units", "note.zh", 1_048_576, "x")

    assert ("units!B1048576", "key_missing") in told(filled(change))


def test_cells_joined_without_end_are_nothing() -> None:
    joined = b'</sheetData><mergeCells count="1"><mergeCell ref="A3:XFD1048576"/></mergeCells>'
    plan, _ = read_workbook(in_units(filled(lambda _: None), b"</sheetData>", joined))
    assert plan == plan_in(SKELETON)


def test_a_damaged_cell_is_refused_by_its_sheet_and_cell() -> None:
    damaged = b'<row r="99"><c r="B99"><v>1e999</v></c></row></sheetData>'
    with pytest.raises(Invalid) as refused:
        read_workbook(in_units(filled(lambda _: None), b"</sheetData>", damaged))
    (problem,) = refused.value.problems
    assert (problem.code, problem.cell) == ("file_broken", "units!B99")


def test_what_is_no_workbook_is_refused() -> None:
    with pytest.raises(Invalid, match="file_"):
        read_workbook(b"units,elements")
