"""Rows as a spreadsheet: titles and names above, figures with all their digits, codes as text, and a sheet 说明."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import IO

from metrics.errors import Invalid, Message
from metrics.publish.as_csv import neutralised
from metrics.publish.dataset import Cell, Heading, Kind, Row
from metrics.publish.edition import DATA_TERMS, SYNTHETIC_DATA, Edition
from metrics.publish.workbook import MOST_CHARACTERS, Number, Sheet, TextCell, TextTooLong, Value, Workbook
from metrics.publish.workbook_parts import NAME, PLAIN, TITLE

_IN_MEMORY = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
_HEADINGS = 2
_WIDTHS = {Kind.TEXT: 28, Kind.CODE: 20, Kind.INSTANT: 34, Kind.DATE: 12, Kind.PERIOD: 10}
_NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


def xlsx_bytes(edition: Edition, rows: Iterator[Row]) -> Iterator[bytes]:
    """The file. Rows beyond a sheet's 1,048,576 go on in further sheets.

    Raises Invalid for a text longer than a spreadsheet's cell; none is cut.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        _write(edition, rows, file)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _write(edition: Edition, rows: Iterator[Row], file: IO[bytes]) -> None:
    dataset, language = edition.dataset, edition.pull.language
    title = f"{dataset.title.in_language(language)} {dataset.name}"
    try:
        with Workbook(file, title=title, created=edition.view.recorded_at or _NO_MOMENT) as workbook:
            more = _data_sheet(workbook, edition, rows, name=dataset.name)
            _about_sheet(workbook, edition)
            number = 2
            while more:
                more = _data_sheet(workbook, edition, rows, name=f"{dataset.name} ({number})", first=more)
                number += 1
    except TextTooLong as refused:
        raise Invalid(
            code="xlsx_text_too_long",
            message=Message(
                f"单元格 {refused} 的文字超过 {MOST_CHARACTERS} 字,电子表格容纳不下;请改用 CSV。",
                f"The text of cell {refused} exceeds the {MOST_CHARACTERS} characters of a spreadsheet; take the CSV.",
            ),
        ) from refused


def _data_sheet(
    workbook: Workbook, edition: Edition, rows: Iterator[Row], *, name: str, first: Row | None = None
) -> Row | None:
    """One sheet of rows, `first` before the others. Submissions the row that did not fit, None if all did."""
    columns = edition.dataset.columns
    widths = [_WIDTHS.get(column.kind, 14) for column in columns]
    with workbook.sheet(name, frozen=_HEADINGS, widths=widths) as sheet:
        sheet.add([TextCell(column.title.in_language(edition.pull.language), TITLE) for column in columns])
        sheet.add([TextCell(column.name, NAME) for column in columns])
        if first is not None:
            _add(sheet, columns, first)
        for row in rows:
            if sheet.full:
                return row
            _add(sheet, columns, row)
    return None


def _add(sheet: Sheet, columns: tuple[Heading, ...], row: Row) -> None:
    sheet.add([_value(column.kind, cell) for column, cell in zip(columns, row, strict=True)])


def _value(kind: Kind, cell: Cell) -> Value | Number:
    if cell is None or cell == "":
        return None
    if not isinstance(cell, str):
        return cell
    if kind is Kind.NUMBER:
        return Number(cell)
    if kind is Kind.DATE:
        return date.fromisoformat(cell)
    return TextCell(str(neutralised(cell)) if kind is Kind.TEXT else cell)


def _about_sheet(workbook: Workbook, edition: Edition) -> None:
    dataset, view = edition.dataset, edition.view
    language = edition.pull.language
    known = "" if view.recorded_at is None else view.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    document = view.plan.document
    lines = [
        (Message("项目", "Item"), Message("内容", "What").in_language(language)),
        (Message("数据集", "Dataset"), f"{dataset.name} {dataset.title.in_language(language)}"),
        (Message("每行", "One row"), dataset.grain.in_language(language)),
        (Message("方案", "Plan"), f"{document.title.in_language(language)} {document.document_number}"),
        (Message("截至序号", "Known up to sequence number"), str(view.seq)),
        (Message("该序号入库时间", "Recorded at"), known),
        *((Message("参数", "Parameter"), f"{name}={value}") for name, value in edition.parameters),
        (Message("数据性质", "Nature"), _nature(edition)),
        (Message("使用许可", "Licence"), DATA_TERMS.in_language(language)),
    ]
    with workbook.sheet(Message("说明", "About").in_language(language), frozen=1, widths=(26, 90)) as sheet:
        for place, (name, value) in enumerate(lines):
            style = TITLE if place == 0 else PLAIN
            sheet.add([TextCell(name.in_language(language), style), TextCell(value, style)])


def _nature(edition: Edition) -> str:
    if edition.synthetic:
        return SYNTHETIC_DATA
    return "填报数据 / reported data"
