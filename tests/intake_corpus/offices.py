"""Submissions on paper as county offices lay them out, each figure's place known from how the sheet is made."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from metrics.plan.model import Element
from tests.builders import whole_values
from tests.spreadsheet.model import Cell, Figure, Sheet, place
from tests.workbooks import city_plan

UNITS = {unit.code: unit.name.zh for unit in city_plan().reporting_units}
SHORT = ("items", "online", "one_window", "instant", "startup")  # blocks of the short form
Values = Mapping[str, Any]
Beside = Callable[[Element, Any], Any]  # what stands in a column beside a figure


def figures(seed: int, *, blocks: Iterable[str] | None = None) -> dict[str, Any]:
    """Figures of one unit's month, other ones for every seed; the whole form, or some blocks of it."""
    chance, wanted = random.Random(seed), None if blocks is None else set(blocks)
    found: dict[str, Any] = {}
    for element in city_plan().elements:
        base = Decimal(str(whole_values()[element.code]))
        if wanted is not None and element.block not in wanted:
            continue
        if element.decimals:
            found[element.code] = Decimal(chance.randint(int(base * 6), int(base * 14))).scaleb(-1)
        else:
            found[element.code] = chance.randint(max(int(base * Decimal("0.6")), 1), int(base * Decimal("1.4")) + 3)
    return found


def names() -> dict[str, str]:
    return {element.code: element.name.zh for element in city_plan().elements}


def month(period: str) -> str:
    year, number = period.split("-")
    return f"{year}年{int(number)}月"


@dataclass(frozen=True)
class FormLook:
    """What an office's form looks like. `beside`: further columns behind the figure's, heading and content."""

    title: str = "{unit}{month}政务服务事项报送表"
    above: tuple[tuple[Any, ...], ...] = ()
    labels: tuple[tuple[Any, ...], ...] = (("填报单位:", "{unit}", "报告期:", "{month}"),)
    numbers: bool = True
    codes: bool = False
    measures: bool = True
    name_heading: str = "填报项"
    value_heading: Any = "本期数"
    before: tuple[tuple[Any, Beside], ...] = ()
    beside: tuple[tuple[Any, Beside], ...] = ()
    blocks: bool = False
    below: tuple[tuple[Any, ...], ...] = ()
    sheet: str = "报送表"
    merged: bool = True


def form(unit: str, period: str, values: Values, look: FormLook | None = None) -> Sheet:
    """One unit's month, an element a row."""
    look = look or FormLook()

    def said(row: Sequence[Any]) -> list[Cell]:
        roles = {"{unit}": "unit", "{month}": "period", look.title: "title"}
        return [
            Cell(c.format(unit=UNITS[unit], month=month(period)), role=roles.get(c, "")) if isinstance(c, str)
            else c if isinstance(c, Cell) else Cell(c)
            for c in row
        ]  # fmt: skip

    sheet = Sheet(look.sheet, [said(row) for row in (*look.above, *([(look.title,)] if look.title else []))])
    title_row = len(sheet.rows)
    sheet.rows += [said(row) for row in look.labels]
    sheet.rows.append(_form_headings(look, said))
    width = len(sheet.rows[-1])
    block = ""
    for number, element in enumerate((e for e in city_plan().elements if e.code in values), start=1):
        if look.blocks and element.block != block:
            block = element.block
            name = next(b.name.zh for b in city_plan().blocks if b.code == block)
            sheet.rows.append([*([Cell()] if look.numbers else []), Cell(name, role="group")])
        sheet.rows.append(_form_row(number, element, values[element.code], look, Figure(unit, period, element.code)))
    sheet.rows += [said(row) for row in look.below]
    if look.merged and look.title:
        sheet.merges.append((title_row, 1, title_row, width))
    return sheet


def _form_headings(look: FormLook, said: Callable[[Sequence[Any]], list[Cell]]) -> list[Cell]:
    heads = [
        *([("序号", "number")] if look.numbers else []),
        (look.name_heading, "name"),
        *([("代码", "code")] if look.codes else []),
        *([("计量单位", "measure")] if look.measures else []),
        *((heading, "beside") for heading, _ in look.before),
        (look.value_heading, "value"),
        *((heading, "beside") for heading, _ in look.beside),
    ]
    return [replace(cell, role=f"heading {role}") for (h, role) in heads for cell in said([h])]


def _form_row(number: int, element: Element, value: Any, look: FormLook, means: Figure) -> list[Cell]:
    figure = value if isinstance(value, Cell) else Cell(value)
    figure.means, figure.role = means, "value"
    sides = [fill(element, value) for _, fill in (*look.before, *look.beside)]
    beside = [replace(side, role="beside") if isinstance(side, Cell) else Cell(side, role="beside") for side in sides]
    return [
        *([Cell(number, role="number")] if look.numbers else []),
        Cell(element.name.zh, role="name"),
        *([Cell(element.code, role="code")] if look.codes else []),
        *([Cell(element.unit_of_measure.zh, role="measure")] if look.measures else []),
        *beside[: len(look.before)],
        figure,
        *beside[len(look.before) :],
    ]


def wide(
    rows: Mapping[tuple[str, str], Values],
    *,
    above: Sequence[Sequence[Any]] = (),
    period_column: bool = True,
    numbers: bool = False,
    grouped: bool = False,
    sheet: str = "汇总表",
) -> Sheet:
    """A row for each unit and period, a column for each element; with `grouped` blocks stand merged above."""
    codes = list(next(iter(rows.values())))
    keys = [*(["序号"] if numbers else []), "填报单位", *(["报告期"] if period_column else [])]
    made = Sheet.of(sheet, above)
    if grouped:
        _group_headings(made, keys, codes)
    else:
        heads = [Cell(key, role="heading key") for key in keys]
        made.rows.append([*heads, *(Cell(names()[code], role="heading element") for code in codes)])
    for number, ((unit, period), values) in enumerate(rows.items(), start=1):
        own = [Cell(UNITS[unit], role="unit"), *([Cell(month(period), role="period")] if period_column else [])]
        cells = [Cell(values[code], means=Figure(unit, period, code), role="value") for code in codes]
        made.rows.append([*([Cell(number, role="number")] if numbers else []), *own, *cells])
    return made


def _group_headings(made: Sheet, keys: Sequence[str], codes: Sequence[str]) -> None:
    plan = city_plan()
    titles = {block.code: block.name.zh for block in plan.blocks}
    blocks = [plan.element_by_code[code].block for code in codes]
    top, column = len(made.rows) + 1, len(keys)
    heads = [titles[block] if n == 0 or blocks[n - 1] != block else None for n, block in enumerate(blocks)]
    groups = [Cell(head, role="group" if head else "") for head in heads]
    made.rows.append([*(Cell(key, role="heading key") for key in keys), *groups])
    elements = [Cell(names()[code], role="heading element") for code in codes]
    made.rows.append([*(Cell() for _ in keys), *elements])
    made.merges += [(top, n, top + 1, n) for n in range(1, len(keys) + 1)]
    for block in dict.fromkeys(blocks):
        first = blocks.index(block)
        if blocks.count(block) > 1:
            made.merges.append((top, column + first + 1, top, column + first + blocks.count(block)))


def tidy(
    rows: Mapping[tuple[str, str], Values],
    *,
    heads: Sequence[str] = ("填报单位", "报告期", "填报项", "数值"),
    english: bool = False,
) -> Sheet:
    """One figure a row; `english` has codes instead of names."""
    roles = ("key", "key", "name", "value")
    words = ("unit_code", "period", "element_code", "value") if english else heads
    made = Sheet("明细", [[Cell(w, role=f"heading {role}") for w, role in zip(words, roles, strict=True)]])
    for (unit, period), values in rows.items():
        for code, value in values.items():
            keys = (unit, period, code) if english else (UNITS[unit], month(period), names()[code])
            own = [Cell(key, role=role) for key, role in zip(keys, ("unit", "period", "name"), strict=True)]
            made.rows.append([*own, Cell(value, means=Figure(unit, period, code), role="value")])
    return made


def spot(sheet: Sheet, element: str, unit: str = "") -> tuple[int, int]:
    """Row and column of a figure."""
    return next(
        (row, column)
        for row, column, cell in sheet.places()
        if cell.means is not None and cell.means.element == element and unit in ("", cell.means.unit)
    )


def at(sheet: Sheet, row: int, column: int) -> str:
    """The place as a reading names it in a workbook."""
    return f"{sheet.name}!{place(row, column)}"


def heading_row(sheet: Sheet) -> int:
    """The row above the first figure that names its column."""
    words = {"填报项", "填报单位", "项目", "指标名称", "unit_code", "填报项目"}
    return next(row for row, _, cell in sheet.places() if cell.value in words)
