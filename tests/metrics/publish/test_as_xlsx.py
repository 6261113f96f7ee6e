"""Spreadsheets: no digit changes, no code becomes a number, nothing runs, equal pulls are equal bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from metrics.database import WriteSession
from metrics.errors import Invalid
from metrics.publish import as_xlsx, workbook
from metrics.publish.as_csv import neutralised
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Kind
from metrics.publish.workbook import Number, TextCell, Workbook
from tests.matrices import WHOLE
from tests.metrics.publish.made_up import edition_of
from tests.metrics.publish.pulling import pulled, rows, sheets
from tests.metrics.queries.test_views import post

MOMENT = datetime(2019, 10, 5, tzinfo=UTC)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sheet_says_what_the_csv_says(session: WriteSession, language: str) -> None:
    post(session, materials_baseline=1000, materials_current=1100)
    for name in list(DATASETS) if WHOLE else list(DATASETS)[language == "en" :: 2]:  # which take turns
        dataset = DATASETS[name]
        columns = dataset.columns
        data = sheets(pulled(session, name, form="xlsx", lang=language))[name]
        assert data[0] == tuple(column.title.in_language(language) for column in columns)
        assert data[1] == tuple(column.name for column in columns)
        table = rows(pulled(session, name, lang=language))
        assert len(data) == len(table) + 2
        for cells, row in zip(data[2:], table, strict=True):
            for column, cell in zip(columns, cells, strict=True):
                assert _same(column.kind, cell, row[column.name]), (name, column.name, cell, row[column.name])


def _same(kind: Kind, cell: Any, text: str) -> bool:
    if cell is None:
        return text == ""
    match kind:
        case Kind.INTEGER | Kind.NUMBER:
            return isinstance(cell, int | float) and float(cell) == float(text)
        case Kind.BOOLEAN:
            return cell is (text == "true")
        case Kind.DATE:
            return bool(cell.date().isoformat() == text)
        case _:
            return isinstance(cell, str) and cell == text


def test_figures_keep_their_digits_in_the_file_itself(session: WriteSession) -> None:
    post(session, items_online=694, items_full_online=300, materials_baseline=1000, materials_current=1100)
    with zipfile.ZipFile(io.BytesIO(pulled(session, "rates", form="xlsx", unit="441202"))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>69.40</v>" in sheet
    assert "<v>-10.00</v>" in sheet
    assert ">441202</t>" in sheet  # a code, not a number


def test_the_second_sheet_says_what_this_is(session: WriteSession) -> None:
    seq = post(session)
    about = dict(row[:2] for row in sheets(pulled(session, "rates", form="xlsx", unit="441202"))["说明"])
    assert about["截至序号"] == str(seq)
    assert about["使用许可"]
    english = sheets(pulled(session, "rates", form="xlsx", lang="en", unit="441202"))["About"]
    assert ("Parameter", "unit=441202") in english


def test_the_same_pull_is_the_same_bytes_now_and_later(session: WriteSession) -> None:
    seq = post(session)
    before = pulled(session, "observations", form="xlsx")
    post(session, items_online=700)
    assert pulled(session, "observations", form="xlsx", as_of=str(seq)) == before


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n=1", "\uff1d1+1", "=HYPERLINK()"]
)
def test_a_formula_in_a_text_is_a_text(text: str) -> None:
    content = b"".join(as_xlsx.xlsx_bytes(edition_of("note"), iter([(text,)])))
    cell = openpyxl.load_workbook(io.BytesIO(content))["made_up"]["A3"]
    assert (cell.data_type, cell.value, cell.number_format) == ("s", neutralised(text), "@")


@given(st.text(max_size=40))
def test_any_text_comes_back_as_it_went_in(text: str) -> None:
    file = io.BytesIO()
    with Workbook(file, title="x", created=MOMENT) as book, book.sheet("x", frozen=1, widths=(10,)) as sheet:
        sheet.add([TextCell(text)])
    found = openpyxl.load_workbook(file)["x"]["A1"].value
    assert unescape(found or "") == text


@pytest.mark.parametrize(
    ("figure", "kept"),
    [
        ("0", 0),
        ("-0.10", -0.1),
        ("9.70", 9.7),
        ("999999999999999", 999999999999999),
        ("1234567890123456", "1234567890123456"),  # one digit more than a spreadsheet keeps
        ("0.12345678901", "0.12345678901"),
        ("1E5", "1E5"),
    ],
)
def test_a_figure_a_spreadsheet_would_round_stays_text(figure: str, kept: object) -> None:
    file = io.BytesIO()
    with Workbook(file, title="x", created=MOMENT) as book, book.sheet("x", frozen=1, widths=(9, 9)) as sheet:
        sheet.add([Number(figure), date(2019, 9, 30)])
    found = openpyxl.load_workbook(file)["x"]
    assert (found["A1"].value, found["B1"].is_date) == (kept, True)


def test_rows_beyond_a_sheet_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    content = b"".join(as_xlsx.xlsx_bytes(edition_of("note"), iter([(str(n),) for n in range(8)])))
    found = sheets(content)
    assert list(found) == ["made_up", "说明", "made_up (2)", "made_up (3)"]
    notes = [row[0] for name, cells in found.items() if name != "说明" for row in cells[2:]]
    assert notes == [str(n) for n in range(8)]


def test_a_text_too_long_for_a_cell_is_refused_not_cut() -> None:
    with pytest.raises(Invalid) as refused:
        b"".join(as_xlsx.xlsx_bytes(edition_of("note"), iter([("字" * 32_768,)])))
    assert refused.value.code == "xlsx_text_too_long"
