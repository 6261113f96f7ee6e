"""Our reading of a workbook's values held against openpyxl's, over every workbook of the corpus that both can read."""

from __future__ import annotations

import warnings
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from metrics.intake.grid import CellKind
from metrics.intake.isolated_process import read_bytes
from metrics.intake.refusals import FileRefused
from metrics.plan.files import read_plan
from tests.matrices import WHOLE
from tests.metrics.intake.test_families import FAMILIES, cases
from tests.templates import ROOT, form, values, written

CORPUS = Path(__file__).parents[3] / "intake_corpus" / "files"
WORKBOOKS = sorted(path.name for path in CORPUS.glob("*.xlsx"))
Values = dict[tuple[str, int, int], tuple[CellKind, str]]


def _theirs(content: bytes) -> Values:
    """Sheet, row, column -> what openpyxl reads there, blank texts left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(BytesIO(content), data_only=True)
    return {
        (sheet.title, cell.row, cell.column): read
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and (read := _content(cell.value, cell.data_type))[1].strip()
    }


def _content(value: Any, data_type: str) -> tuple[CellKind, str]:
    if data_type == "e":
        return CellKind.ERROR, value
    if isinstance(value, bool):
        return CellKind.TRUTH, str(value).upper()
    if isinstance(value, int | float):
        return CellKind.NUMBER, format(Decimal(repr(value)), "f")
    if isinstance(value, datetime) and value.time() == time():
        return CellKind.DATE, value.date().isoformat()
    if isinstance(value, date | time | timedelta):
        return CellKind.DATE, str(value) if isinstance(value, timedelta) else value.isoformat()
    return CellKind.TEXT, value


def _ours(content: bytes) -> Values:
    return {
        (sheet.name or "", cell.row, cell.column): (cell.kind, cell.text)
        for sheet in read_bytes(content).sheets
        for row in sheet.cells.values()
        for cell in row.values()
        if cell.kind is not CellKind.UNCALCULATED
    }


@pytest.mark.parametrize("name", WORKBOOKS)
def test_the_corpus_is_read_as_openpyxl_reads_it(name: str) -> None:
    content = (CORPUS / name).read_bytes()
    try:
        ours = _ours(content)
    except FileRefused:
        return  # what is refused is labelled in the corpus
    assert ours == _theirs(content)


def test_most_workbooks_of_the_corpus_were_compared() -> None:
    read = [name for name in WORKBOOKS if _is_read((CORPUS / name).read_bytes())]
    assert len(read) > 0.8 * len(WORKBOOKS) > 20


def _is_read(content: bytes) -> bool:
    try:
        return bool(_ours(content))
    except FileRefused:
        return False


OTHERWISE = {  # names of generated files -> what openpyxl does not know
    "under-": "what lies beneath joined cells",
    "built-in-": "number formats of Chinese programs that no file writes out",
}


@pytest.mark.parametrize("family", sorted({*FAMILIES} - {"packages"}))  # of those openpyxl opens few, and slowly
def test_generated_files_are_read_as_openpyxl_reads_them(family: str) -> None:
    differing = set()
    for case in cases(family)[:: 1 if WHOLE else 2]:
        if case.content.startswith(b"PK"):
            with suppress(FileRefused):
                ours, theirs = _ours(case.content), _theirs_if_read(case.content)
                differing |= {case.name} if theirs is not None and ours != theirs else set()
    assert {name for name in differing if not name.startswith(tuple(OTHERWISE))} == set()


def _theirs_if_read(content: bytes) -> Values | None:
    """None for what openpyxl cannot open: the harmless defects."""
    try:
        return _theirs(content)
    except Exception:  # whatever it raises
        return None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_read_as_openpyxl_reads_it(language: str) -> None:
    plan = read_plan(ROOT / "seed" / "plan")
    content = written(plan, form(plan, values(startup_days="38.5"), values()), language)
    assert _ours(content) == _theirs(content) != {}
