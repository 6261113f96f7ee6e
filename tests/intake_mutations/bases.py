"""Valid files to start from: forms, tables of units, tidy tables, sheets of several units, the filled template."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Literal

from tests.builders import whole_values
from tests.intake_corpus.families.forms import blank, cumulative, earlier, words
from tests.intake_corpus.offices import SHORT, UNITS, FormLook, figures, form, month, names, tidy, wide
from tests.intake_mutations.drafts import Draft, Layout
from tests.spreadsheet.model import Book, Cell, Figure, Sheet
from tests.spreadsheet.xlsx import Dialect
from tests.templates import form as unit_form
from tests.templates import opened, written
from tests.workbooks import city_plan

_PERIODS = ("2021-02", "2020-11", "2019-09", "2021-06")
_DIALECTS = (
    Dialect(),
    Dialect(),
    Dialect(shared=False),
    Dialect(wps=True),
    Dialect(prefix="x"),
    Dialect(references=False),
)
_BESIDE = (("上月数", earlier), ("备注", words), ("累计", cumulative), ("增减", blank))
_SIGNED = (("注:本表按月填报。",), ("填表人:李四", None, "审核人:赵六"))


def _form(chance: random.Random) -> list[Sheet]:
    look = FormLook(
        title=chance.choice(("{unit}{month}政务服务事项报送表", "政务服务事项报送表", "")),
        numbers=chance.random() < 0.6,
        codes=chance.random() < 0.3,
        measures=chance.random() < 0.8,
        blocks=chance.random() < 0.5,
        beside=tuple(chance.sample(_BESIDE, chance.randint(0, 2))),
        below=_SIGNED if chance.random() < 0.5 else (),
    )
    blocks = None if chance.random() < 0.4 else SHORT
    values = figures(chance.randrange(10_000), blocks=blocks)
    return [form(chance.choice(list(UNITS)[1:9]), chance.choice(_PERIODS), values, look)]


def _wide(chance: random.Random) -> list[Sheet]:
    units, period = chance.sample(list(UNITS)[:9], chance.randint(1, 4)), chance.choice(_PERIODS)
    blocks = ("items", "online", "instant", "startup") if chance.random() < 0.7 else SHORT
    rows = {(unit, period): figures(chance.randrange(10_000), blocks=blocks) for unit in units}
    return [wide(rows, numbers=chance.random() < 0.5, grouped=chance.random() < 0.6)]


def _tidy(chance: random.Random) -> list[Sheet]:
    units, period = chance.sample(list(UNITS)[:9], chance.randint(1, 2)), chance.choice(_PERIODS)
    rows = {(unit, period): figures(chance.randrange(10_000), blocks=SHORT) for unit in units}
    return [tidy(rows, english=chance.random() < 0.3)]


def _sheets(chance: random.Random) -> list[Sheet]:
    units, period = chance.sample(list(UNITS)[:9], 2), chance.choice(_PERIODS)
    return [
        form(unit, period, figures(chance.randrange(10_000), blocks=SHORT), FormLook(sheet=UNITS[unit]))
        for unit in units
    ]


def _columns(chance: random.Random) -> list[Sheet]:
    """The form in two halves beside each other."""
    measures, values = chance.random() < 0.5, figures(chance.randrange(10_000), blocks=SHORT)
    unit, period = chance.choice(list(UNITS)[1:9]), chance.choice(_PERIODS)
    look = FormLook(title="", labels=(), numbers=False, measures=measures, merged=False)
    codes = list(values)
    halves = [form(unit, period, {c: values[c] for c in part}, look) for part in (codes[:7], codes[7:])]
    made = Sheet.of("报送表", [["填报单位", UNITS[unit], "报告期", month(period)]])
    made.rows[0][1].role, made.rows[0][3].role = "unit", "period"
    nothing: list[Cell] = []
    for left, right in itertools.zip_longest(halves[0].rows, halves[1].rows, fillvalue=nothing):
        made.rows.append([*left, *right])
    return [made]


def _matrix(chance: random.Random) -> list[Sheet]:
    """Elements down, units across."""
    units, period = chance.sample(list(UNITS)[1:9], chance.randint(2, 3)), chance.choice(_PERIODS)
    rows = {unit: figures(chance.randrange(10_000), blocks=SHORT) for unit in units}
    made = Sheet.of("汇总", [["报告期", month(period)]])
    made.rows[0][1].role = "period"
    heads = [Cell(UNITS[unit], role="heading value") for unit in units]
    made.rows.append([Cell("填报项", role="heading name"), *heads])
    for code in rows[units[0]]:
        cells = [Cell(rows[unit][code], means=Figure(unit, period, code), role="value") for unit in units]
        made.rows.append([Cell(names()[code], role="name"), *cells])
    return [made]


@cache
def _template_bytes(language: str) -> bytes:
    values = {code: Decimal(str(value)) for code, value in figures(77).items()}
    before = {code: Decimal(str(value)) for code, value in whole_values().items()}
    return written(city_plan(), unit_form(city_plan(), values, before), language)


def _template(chance: random.Random) -> Book:
    """The template, cell by cell: its look, its formulas with their results, its hidden sheet."""
    content = _template_bytes(chance.choice(("zh", "en")))
    formulas, results = opened(content), opened(content, results=True)
    sheets = []
    for page, shown in zip(formulas.worksheets, results.worksheets, strict=True):
        sheet = Sheet(page.title, hidden=page.sheet_state != "visible")
        for row, line in enumerate(page.iter_rows(), start=1):
            for column, cell in enumerate(line, start=1):
                made = sheet.cell(row, column)
                made.value = shown.cell(row, column).value
                made.look = "" if cell.number_format == "General" else cell.number_format
                if cell.data_type == "f":
                    made.formula = str(cell.value).removeprefix("=")
        sheet.merges = [(m.min_row, m.min_col, m.max_row, m.max_col) for m in page.merged_cells.ranges]
        sheets.append(sheet)
    _give_roles(sheets[0])
    return Book(sheets, recalculate=True)


def _give_roles(sheet: Sheet) -> None:
    heads = ("name", "code", "measure", "value", "beside", "beside", "beside")
    for column, role in enumerate(heads, start=1):
        sheet.cell(7, column).role = f"heading {role}"
    sheet.cell(2, 2).role, sheet.cell(3, 2).role = "unit", "period"
    for row in range(8, len(sheet.rows) + 1):
        code = sheet.cell(row, 2).value
        if code not in city_plan().element_by_code:
            sheet.cell(row, 1).role = "group"
            continue
        for column, role in enumerate(heads, start=1):
            sheet.cell(row, column).role = role
        figure: Cell = sheet.cell(row, 4)
        figure.means = Figure("441202", "2019-09", str(code))


_MADE: tuple[tuple[Layout, Callable[[random.Random], list[Sheet]]], ...] = (
    ("form", _form), ("form", _form), ("wide", _wide), ("wide", _wide), ("tidy", _tidy), ("form", _sheets),
    ("columns", _columns), ("matrix", _matrix),
)  # fmt: skip


def draft(chance: random.Random) -> Draft:
    """A valid file that a person reads without a doubt."""
    if chance.random() < 0.15:
        return Draft(_template(chance), "xlsx", "template", chance)
    layout, make = chance.choice(_MADE)
    sheets = make(chance)
    kind: Literal["xlsx", "csv"] = "csv" if len(sheets) == 1 and chance.random() < 0.35 else "xlsx"
    return Draft(Book(sheets), kind, layout, chance, dialect=chance.choice(_DIALECTS))
