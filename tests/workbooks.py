"""Files with submissions, as clerks send them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from metrics.cli.plan import CITY_PLAN, checked_plan
from metrics.plan.model import Plan
from tests.builders import PERIOD, UNIT, whole_values


@cache
def city_plan() -> Plan:
    """The plan under `seed/plan`."""
    return checked_plan(CITY_PLAN)


def tidy_rows(unit: str = UNIT, period: str = PERIOD, **changes: Any) -> list[list[Any]]:
    """Rows of unit, period, element, value with their heading; a change of None leaves the element out."""
    rows = [[unit, period, code, value] for code, value in whole_values(**changes).items()]
    return [["unit_code", "period", "element_code", "value"], *rows]


def wide_rows(units: Sequence[str] = (UNIT,), period: str = PERIOD, **changes: Any) -> list[list[Any]]:
    """A heading with every element's name, and one row for each unit."""
    values = whole_values(**changes)
    names = [city_plan().element_by_code[code].name.zh for code in values]
    return [["填报单位", "报告期", *names], *([unit, period, *values.values()] for unit in units)]


def office_rows(
    period: str = PERIOD,
    *,
    unit: str = UNIT,
    titled: str | None = None,
    corrected: Mapping[str, Any] | None = None,
    **changes: Any,
) -> list[list[Any]]:
    """The form as an office keeps it: a title, labels above, 本期数 and 更正数 side by side, a signature below.

    `titled`: the month that the title names, if it is another one; `corrected`: what stands under 更正数.
    """
    plan, corrected = city_plan(), corrected or {}
    name, (year, month) = plan.unit_by_code[unit].name.zh, (titled or period).split("-")
    rows: list[list[Any]] = [
        [f"{name}{year}年{int(month)}月报送表"],
        ["填报单位", name, None, "报告期", period],
        ["填报项", "计量单位", "本期数", "更正数"],
    ]
    for code, value in whole_values(**changes).items():
        element = plan.element_by_code[code]
        rows.append([element.name.zh, element.unit_of_measure.zh, value, corrected.get(code)])
    return [*rows, ["填表人:张三"]]


def csv_bytes(rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows as CSV; cells that hold the delimiter are quoted."""
    return "".join(delimiter.join(_quoted(cell, delimiter) for cell in row) + "\r\n" for row in rows).encode(encoding)


def xlsx_bytes(
    rows: Sequence[Sequence[Any]] | Mapping[str, Sequence[Sequence[Any]]],
    change: Callable[[Worksheet], None] | None = None,
) -> bytes:
    """The rows as a workbook, or several sheets of them by name; `change` is done to the first sheet."""
    sheets = rows if isinstance(rows, Mapping) else {"月报": rows}
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, content in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    if change is not None:
        change(workbook.worksheets[0])
    written = BytesIO()
    workbook.save(written)
    return written.getvalue()


def _quoted(cell: Any, delimiter: str) -> str:
    text = "" if cell is None else str(cell)
    return '"' + text.replace('"', '""') + '"' if delimiter in text or '"' in text or "\n" in text else text
