"""A drawn sheet written by the programs that offices have, with its label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO

import xlsxwriter
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests.intake_corpus.labels import Case, Reads, Right
from tests.spreadsheet.csv_text import csv_text
from tests.spreadsheet.model import Book, Cell, Sheet
from tests.spreadsheet.xlsx import Dialect, xlsx

Writer = Callable[[Book], bytes]


def by_openpyxl(book: Book) -> bytes:
    """What scripts write: values, formats and merges; a formula without its result."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for sheet in book.sheets:
        page = made.create_sheet(sheet.name)
        for row, column, cell in sheet.places():
            if not cell.is_blank:
                there = page.cell(row, column, f"={cell.formula}" if cell.formula else _openpyxl_value(cell))
                there.number_format = cell.look or there.number_format
        for top, left, bottom, right in sheet.merges:
            page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        page.sheet_state = "hidden" if sheet.hidden else "visible"
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def _openpyxl_value(cell: Cell) -> object:
    if not cell.runs:
        return cell.value
    return CellRichText(*(TextBlock(InlineFont(strike=run.strike, b=run.bold), run.text) for run in cell.runs))


def by_xlsxwriter(book: Book) -> bytes:
    """What exporting systems write; the file says that its formulas are to be calculated."""
    written = BytesIO()
    made = xlsxwriter.Workbook(written, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for sheet in book.sheets:
        page = made.add_worksheet(sheet.name)
        for row, column, cell in sheet.places():
            look = made.add_format({"num_format": cell.look}) if cell.look else None
            if cell.formula:
                page.write_formula(
                    row - 1, column - 1, f"={cell.formula}", look, 0 if cell.value is None else cell.value
                )
            elif isinstance(cell.value, date):
                page.write_datetime(row - 1, column - 1, cell.value, look)
            elif not cell.is_blank:
                page.write(row - 1, column - 1, cell.value, look)
        for top, left, bottom, right in sheet.merges:
            page.merge_range(top - 1, left - 1, bottom - 1, right - 1, sheet.cell(top, left).value)
    made.close()
    return written.getvalue()


def by_excel(book: Book) -> bytes:
    return xlsx(book)


def by_wps(book: Book) -> bytes:
    return xlsx(book, Dialect(wps=True))


def by_dotnet(book: Book) -> bytes:
    return xlsx(book, Dialect(prefix="x", shared=False))


def by_plain_export(book: Book) -> bytes:
    return xlsx(book, Dialect(shared=False, references=False))


WRITERS: tuple[Writer, ...] = (by_excel, by_wps, by_openpyxl, by_xlsxwriter, by_plain_export, by_dotnet)


def case(kind: str, name: str, sheets: Sheet | Sequence[Sheet], *right: Right, writer: Writer = by_excel) -> Case:
    """The workbook of these sheets; read as drawn where `right` says nothing else."""
    book = Book([sheets] if isinstance(sheets, Sheet) else list(sheets))
    return Case(kind, f"{name}.xlsx", writer(book), right or (Reads(book.figures()),))


def book_case(kind: str, name: str, book: Book, *right: Right) -> Case:
    return Case(kind, f"{name}.xlsx", xlsx(book), right or (Reads(book.figures()),))


def csv_case(kind: str, name: str, sheet: Sheet, *right: Right, encoding: str = "utf-8", delimiter: str = ",") -> Case:
    content = csv_text(sheet, delimiter=delimiter).encode(encoding)
    return Case(kind, f"{name}.csv", content, right or (Reads(Book([sheet]).figures()),))
