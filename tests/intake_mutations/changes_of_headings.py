"""Headings, columns and rows changed."""

from __future__ import annotations

from typing import Any

from tests.intake_corpus.offices import names
from tests.intake_mutations.drafts import Draft, again, number, visible
from tests.spreadsheet.model import Cell, Figure, plain
from tests.workbooks import city_plan

_NOT_THIS_MONTH = ("上月", "上月数", "累计", "本年累计", "上年同期", "计划数", "去年同期", "1-5月累计")
_THIS_MONTH = ("本月数", "本月完成数", "报送数", "本期")
_QUALIFIED = ("累计", "上月", "上年同期", "计划", "去年", "1-5月累计", "预计")
_SECTIONS = ("上月数", "以下为上月数", "本年累计", "二、上年同期", "附:2018年1月数", "以下数据单位:百项")
_TOLD = ("上年同期", "累计", "同比", "上月数", "备注", "增减")
_PARTS = ("科室", "部门", "镇街", "承办单位")


def heading_row_inserted(draft: Draft) -> None:
    """Words between headings and figures: what the figures now are is another month's."""
    _, column, _ = draft.figure()
    cells: list[Any] = [None] * (column - 1) + [draft.pick(_NOT_THIS_MONTH)]
    draft.sheet.insert_row(draft.head + 1, cells)
    draft.never()


def heading_row_of_pairs(draft: Draft) -> None:
    """Every figure with one of last month beside it, told apart by a second row of headings."""
    draft.needs(draft.layout in ("wide", "form"))
    column = draft.figure()[1]
    first, second = draft.chance.choice((("上月", "本月"), ("累计", "本月"), ("上年同期", "本期")))
    head = draft.head
    draft.sheet.insert_column(column, [None] * len(draft.sheet.rows))
    for row, at, cell in draft.cells("value"):
        if at == column + 1:
            draft.sheet.cell(row, column).value = number(cell) * 2
    heading = draft.sheet.cell(head, column + 1)
    draft.sheet.rows[head - 1][column - 1], draft.sheet.rows[head - 1][column] = heading, Cell()
    draft.sheet.insert_row(head + 1, [None] * (column - 1) + [first, second])
    if draft.kind == "xlsx" and draft.chance.random() < 0.5:
        draft.sheet.merges.append((head, column, head, column + 1))


def note_row_inserted(draft: Draft) -> None:
    row, column, _ = draft.one("heading name" if draft.layout != "wide" else "heading element")
    draft.sheet.insert_row(
        draft.head + 1, [None] * (column - 1) + [draft.pick(("(以下为截至月末数)", "按事项编码去重", "填报口径见说明"))]
    )
    assert row


def heading_blanked(draft: Draft) -> None:
    """The figures' own heading goes."""
    _, _, cell = draft.one("heading element" if draft.layout == "wide" else "heading value")
    cell.value = None
    draft.never()


def other_heading_blanked(draft: Draft) -> None:
    """A unit's, month's, name's or measure's heading goes; whoever looks still knows."""
    role = draft.pick(("heading key", "heading name", "heading measure", "heading number", "heading code"))
    draft.one(role)[2].value = None


def heading_of_another_month(draft: Draft) -> None:
    draft.needs(draft.layout != "wide")
    _, column, cell = draft.one("heading value")
    cell.value = draft.pick((*_NOT_THIS_MONTH, "2018年1月", "2018-01"))
    _other_figures(draft, column)


def heading_qualified(draft: Draft) -> None:
    """Brackets behind a heading or name say that the figures are others."""
    _, column, cell = draft.one("heading element" if draft.layout == "wide" else "heading value")
    cell.value = f"{cell.value}({draft.pick(_QUALIFIED)})"
    _other_figures(draft, column)


def _other_figures(draft: Draft, column: int) -> None:
    """The column now holds other figures: beside other units' it may be left out, else nothing plain is left."""
    if draft.layout != "matrix":
        draft.never()
        return
    for _, at, cell in draft.cells("value"):
        if at == column:
            cell.means = None


def section_of_another_month(draft: Draft) -> None:
    """Words among the rows say that those below are others."""
    draft.needs(draft.layout in ("form", "template", "tidy", "columns"))
    row, column, _ = draft.one("name")
    draft.sheet.insert_row(row, [None] * (column - 1) + [draft.pick(_SECTIONS)])
    draft.never()


def heading_in_other_words(draft: Draft) -> None:
    draft.needs(draft.layout not in ("wide", "matrix"))
    draft.one("heading value")[2].value = draft.pick(_THIS_MONTH)


def headings_exchanged(draft: Draft) -> None:
    """本期数 and the heading beside it change places; the figures stay."""
    draft.needs(draft.layout in ("form", "template"))
    (row, column, heading), (_, other, beside) = draft.one("heading value"), draft.one("heading beside")
    draft.needs(beside.value in ("上月数", "Last month", "累计"))
    heading.value, beside.value = beside.value, heading.value
    for at in range(row + 1, len(draft.sheet.rows) + 1):
        here, there = draft.sheet.cell(at, column), draft.sheet.cell(at, other)
        here.means, there.means = None, here.means
        here.role, there.role = there.role, here.role


def element_headings_exchanged(draft: Draft) -> None:
    """Two names change places; the figures stay."""
    if draft.layout == "wide":
        draft.needs(len(draft.cells("heading element")) > 1)
        (_, left, first), (_, right, second) = draft.chance.sample(draft.cells("heading element"), 2)
        draft.needs(_measure(first) == _measure(second))
        first.value, second.value = second.value, first.value
        for row, at, cell in draft.cells("value"):
            if at in (left, right) and cell.means is not None:
                _mean(cell, first if at == left else second)
            assert row
        return
    draft.needs(not draft.cells("code"))
    (one, _, first), (two, _, second) = draft.chance.sample(draft.cells("name"), 2)
    draft.needs(_measure(first) == _measure(second))
    first.value, second.value = second.value, first.value
    for row, column, cell in draft.cells("value"):
        if row in (one, two) and draft.name_of(row, column) in (first, second):
            _mean(cell, draft.name_of(row, column))


def _measure(cell: Cell) -> str:
    """The measure of the element that a cell names."""
    plan = city_plan()
    found = next(e for e in plan.elements if cell.value in (e.code, e.name.zh, e.name.en))
    return found.unit_of_measure.zh


def _mean(cell: Cell, name: Cell) -> None:
    assert cell.means is not None
    code = next(e.code for e in city_plan().elements if name.value in (e.code, e.name.zh, e.name.en))
    cell.means = Figure(cell.means.unit, cell.means.period, code)


def column_with_heading(draft: Draft) -> None:
    """Another column under a name of its own, anywhere."""
    at = draft.chance.randint(1, draft.sheet.width + 1)
    heading = draft.pick(_TOLD)
    cells = [Cell() for _ in draft.sheet.rows]
    cells[draft.head - 1] = Cell(heading, role="heading beside")
    for row in {row for row, _, _ in draft.cells("value")}:
        value: Any = "已核" if heading == "备注" else draft.chance.randint(1, 900)
        cells[row - 1] = Cell(value, role="beside")
    draft.sheet.insert_column(at, cells)


def column_without_heading(draft: Draft) -> None:
    """Figures in a column nobody named, one or all of them."""
    at = draft.chance.choice((draft.sheet.width + 1, draft.sheet.width + 2, draft.figure()[1], draft.figure()[1] + 1))
    rows = sorted({row for row, _, _ in draft.cells("value")})
    rows = rows if draft.chance.random() < 0.5 else [draft.chance.choice(rows)]
    cells = [Cell() for _ in draft.sheet.rows]
    for row in rows:
        cells[row - 1] = Cell(draft.chance.randint(1, 900))
    draft.sheet.insert_column(at, cells)
    draft.never()


def words_without_heading(draft: Draft) -> None:
    cells = [Cell() for _ in draft.sheet.rows]
    cells[draft.figure()[0] - 1] = Cell("已与市监局核对")
    draft.sheet.insert_column(draft.sheet.width + 1, cells)


def second_value_heading(draft: Draft) -> None:
    """Two columns of figures under the same name."""
    column = draft.column_of("heading value" if draft.layout != "wide" else "heading element")
    cells = [Cell() for _ in draft.sheet.rows]
    cells[draft.head - 1] = Cell(draft.sheet.cell(draft.head, column).value)
    for row, at, cell in draft.cells("value"):
        if at == column:
            cells[row - 1] = Cell(number(cell) + 1)
    draft.sheet.insert_column(draft.chance.choice((column, column + 1, draft.sheet.width + 1)), cells)
    draft.never()


def column_moved(draft: Draft) -> None:
    """A whole column, heading and all, to another place."""
    draft.needs(not draft.sheet.merges and not any(cell.role == "title" for _, _, cell in draft.sheet.places()))
    draft.needs(draft.layout in ("wide", "tidy"))
    source, target = draft.chance.sample(range(1, draft.sheet.width + 1), 2)
    for row in draft.sheet.rows:
        row += [Cell() for _ in range(draft.sheet.width - len(row))]
        row.insert(target - 1, row.pop(source - 1))


def correction_column(draft: Draft) -> None:
    draft.needs(draft.layout in ("form", "template", "tidy", "columns"))
    column = draft.column_of("heading value")
    cells = [Cell() for _ in draft.sheet.rows]
    cells[draft.head - 1] = Cell(draft.pick(("更正数", "更正后", "修正数", "订正数")))
    row = draft.figure()[0]
    cell = draft.sheet.cell(row, column)
    new = number(cell) + 2 if cell.means is not None else 77
    cells[row - 1] = Cell(new)
    draft.sheet.insert_column(column + 1, cells)
    draft.never()
    stands = visible(draft.book)
    if stands is not None and cell.means is not None:
        key, element = f"{cell.means.unit}/{cell.means.period}", cell.means.element
        draft.corrected.append({**stands, key: {**stands[key], element: plain(new)}})


def parts_of_a_unit(draft: Draft) -> None:
    """A column of departments: two rows of one unit that differ in it, and in nothing that is read."""
    draft.needs(draft.layout in ("wide", "tidy"))
    row = draft.figure()[0]
    draft.sheet.insert_row(row + 1, again(draft.sheet.rows[row - 1]))
    cells = [Cell() for _ in draft.sheet.rows]
    cells[draft.head - 1] = Cell(draft.pick(_PARTS))
    cells[row - 1], cells[row] = Cell("市监局"), Cell("人社局")
    draft.sheet.insert_column(draft.chance.choice((draft.sheet.width + 1, draft.figure()[1])), cells)
    draft.never()


def name_misspelt(draft: Draft) -> None:
    """One character of a name wrong: it is none of the form's any more."""
    row, column, _ = draft.figure()
    cell = draft.name_of(row, column)
    text = str(cell.value)
    at = draft.chance.randrange(len(text))
    wrong = text[:at] + draft.pick(("侍", "伞", "叁", "")) + text[at + 1 :]
    known = {n for e in city_plan().elements for n in (e.code, e.name.zh, e.name.en)} | set(names().values())
    draft.needs(wrong not in known and not (wrong.startswith("“一窗") or wrong.startswith("一窗")))
    draft.needs(text[at] not in "“”()（） ,:.'-_")
    cell.value = wrong
    draft.never()
