"""A plan as a workbook: a sheet a table, headings in words and as names, and the text of the document line by line."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from metrics.errors import Invalid, Message
from metrics.forms import plain
from metrics.plan.model import LinearForm, Plan
from metrics.plan.problems import key_of
from metrics.plan_workbook.field_texts import PART_TEXTS
from metrics.plan_workbook.sums import sum_text
from metrics.plan_workbook.tables import ABOUT, SOURCE, Path, PlanField, PlanTable, tables
from metrics.publish.workbook import Number, TextCell, TextTooLong, Value, Workbook
from metrics.publish.workbook_parts import NAME, TITLE

_WIDTHS = {"text": 24, "sum": 40, "date": 12}
_HOW = (
    (
        "一张表是方案的一部分,一行是其中一项;第二行是列名,不要改。",
        "A sheet is a part of the plan, a row one of its entries; the names in row 2 stay.",
    ),
    ("空格为没有,或取默认值。", "An empty cell is nothing, or the default."),
    (
        "多个代码写在一格里,用逗号、顿号、空格或换行隔开;多段文字各占一行。",
        "Several codes stand in one cell, with commas, blanks or line breaks between them; several texts on lines of "
        "their own.",
    ),
    (
        "分子、分母与检查的左右式写作“a + 2*b - c”,减号两侧留空格。",
        "Numerators, denominators and sides of checks are written a + 2*b - c, with blanks beside the minus.",
    ),
    (
        "名称带点的表(如 targets.citations)第一列写明是哪一项的。",
        "A sheet with a dot in its name (targets.citations) says in its first column whose row it is.",
    ),
    (
        "日期写作 2019-09-30;是否写 true、false,或是、否。",
        "Dates are written 2019-09-30, yes and no as true and false.",
    ),
)


def plan_workbook(plan: Plan, source_text: str) -> bytes:
    """The workbook. Raises Invalid for a text that is longer than a spreadsheet's cell."""
    file = io.BytesIO()
    created = datetime.combine(plan.document.issued_on, time(), tzinfo=UTC)
    try:
        with Workbook(file, title=plan.document.title.zh, created=created) as workbook:
            _about(workbook)
            for table in tables():
                _sheet(workbook, plan, table)
            _source(workbook, source_text)
    except TextTooLong as refused:
        raise Invalid(
            code="xlsx_text_too_long",
            message=Message(
                f"单元格 {refused} 的文字过长,电子表格容纳不下。",
                f"The text of cell {refused} exceeds a spreadsheet's cell.",
            ),
        ) from refused
    return file.getvalue()


def _about(workbook: Workbook) -> None:
    with workbook.sheet(ABOUT, frozen=1, widths=(24, 60, 90)) as sheet:
        sheet.add([TextCell("", TITLE), TextCell("怎样填写", TITLE), TextCell("How it is filled in", TITLE)])
        for zh, en in _HOW:
            sheet.add([None, TextCell(zh), TextCell(en)])
        for table in tables():
            if not table.path:
                said = PART_TEXTS[table.part]
                sheet.add([TextCell(table.name, NAME), TextCell(said.zh), TextCell(said.en)])
        said_zh, said_en = (
            "方案原文,一行一格;引文的行号即此",
            "The plan document's text, a line a row; citations name its lines",
        )
        sheet.add([TextCell(SOURCE, NAME), TextCell(said_zh), TextCell(said_en)])


def _sheet(workbook: Workbook, plan: Plan, table: PlanTable) -> None:
    titles = [f"{field.text.zh} / {field.text.en}" for field in table.fields]
    widths = [_WIDTHS.get(field.kind, 12) for field in table.fields]
    if table.path:
        titles, widths = ["所属 / Whose row it is", *titles], [20, *widths]
    with workbook.sheet(table.name, frozen=2, widths=widths) as sheet:
        sheet.add([TextCell(title, TITLE) for title in titles])
        sheet.add([TextCell(name, NAME) for name in table.columns])
        for row in _rows(plan, table):
            sheet.add(row)


def _rows(plan: Plan, table: PlanTable) -> Iterator[list[Value | Number]]:
    value = getattr(plan, table.part)
    parts: Sequence[BaseModel] = value if isinstance(value, tuple) else (value,)
    for part in parts:
        if not table.path:
            yield [_cell(field, _at(part, field.path)) for field in table.fields]
            continue
        for entry in _at(part, table.path) or ():
            yield [TextCell(key_of(part)), *(_cell(field, _at(entry, field.path)) for field in table.fields)]


def _at(part: Any, path: Path) -> Any:
    """The value at a path; None where a check of another kind has no such field, or something on the way is None."""
    for name in path:
        part = getattr(part, name, None)
    return part


def _cell(field: PlanField, value: Any) -> Value | Number:
    if value is None or value in ((), ""):
        return None
    if isinstance(value, tuple):
        return TextCell("\n".join(_text(one) for one in value))
    match value:
        case bool():
            return value
        case int():
            return value
        case Decimal():
            return Number(plain(value))
    return TextCell(_text(value))


def _text(value: Any) -> str:
    if isinstance(value, LinearForm):
        return sum_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _source(workbook: Workbook, text: str) -> None:
    with workbook.sheet(SOURCE, frozen=2, widths=(8, 120)) as sheet:
        sheet.add([TextCell("行 / Line", TITLE), TextCell("原文 / Text", TITLE)])
        sheet.add([TextCell("line", NAME), TextCell("text", NAME)])
        for number, line in enumerate(text.split("\n"), start=1):
            sheet.add([number, TextCell(line) if line else None])
