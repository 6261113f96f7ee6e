"""Titles, labels, sheet names, measures and notes changed."""

from __future__ import annotations

import itertools

from tests.intake_corpus.offices import UNITS, month
from tests.intake_mutations.drafts import Draft
from tests.spreadsheet.model import Cell, Figure, Sheet
from tests.workbooks import city_plan

_OTHER_MEASURES = ("百户", "万份", "千项", "百项", "万元", "小时", "套", "%", "万", "千", "亩")
_OTHER_NOTES = ("注:企业开办户数按百户填报。", "注:单位:百项。", "说明:本表数据单位为千项。", "单位:万份")


def _used(draft: Draft) -> tuple[set[str], set[str]]:
    """Units and months that the file is about."""
    meant = [cell.means for _, _, _, cell in draft.book.meant() if cell.means is not None]
    return {figure.unit for figure in meant}, {figure.period for figure in meant}


def _another_unit(draft: Draft) -> str:
    return UNITS[draft.chance.choice([unit for unit in list(UNITS)[1:9] if unit not in _used(draft)[0]])]


def _another_month(draft: Draft) -> str:
    year, number = min(_used(draft)[1]).split("-")
    other = draft.chance.choice([n for n in range(1, 13) if n != int(number)])
    return f"{year}-{other:02d}"


def title_of_another_unit(draft: Draft) -> None:
    _title(draft, f"{_another_unit(draft)}{month(min(_used(draft)[1]))}报送表")


def title_of_another_month(draft: Draft) -> None:
    _title(draft, f"{month(_another_month(draft))}报送表")


def _title(draft: Draft, text: str) -> None:
    draft.needs(draft.layout != "template")
    found = draft.cells("title")
    if found:
        found[0][2].value = text
    else:
        draft.sheet.insert_row(1, [text])
    draft.never()


def title_in_other_words(draft: Draft) -> None:
    draft.needs(draft.layout != "template")
    unit, period = min(_used(draft)[0]), min(_used(draft)[1])
    draft.needs(len(_used(draft)[0]) == 1)
    draft.sheet.insert_row(
        1, [draft.pick(("附件1", f"{month(period)}统计表", f"{UNITS[unit]}政务服务月报", "内部资料"))]
    )


def sheet_of_another(draft: Draft) -> None:
    draft.needs(draft.kind == "xlsx" and draft.layout != "template")
    name = _another_unit(draft) if draft.chance.random() < 0.5 else month(_another_month(draft))
    draft.needs(name not in {sheet.name for sheet in draft.book.sheets})
    draft.sheet.name = name if draft.chance.random() < 0.7 or "年" not in name else name.partition("年")[2]
    draft.never()


def sheet_in_other_words(draft: Draft) -> None:
    draft.needs(draft.kind == "xlsx" and draft.layout != "template")
    draft.sheet.name = draft.pick(("Sheet1", "报表", "表一", month(min(_used(draft)[1])), "汇总"))


def cover_of_another(draft: Draft) -> None:
    """A cover that names another unit or month."""
    draft.needs(draft.kind == "xlsx" and draft.layout != "template" and len(_used(draft)[0]) == 1)
    if draft.chance.random() < 0.5:
        rows = [["政务服务事项月报"], [], ["填报单位:", _another_unit(draft)]]
    else:
        rows = [["政务服务事项月报"], [], ["报告期:", month(_another_month(draft))]]
    draft.book.sheets.insert(0, Sheet.of("封面", rows))
    draft.never()


def beneath_joined_cells(draft: Draft) -> None:
    """Two rows' unit is joined to one cell; what was in the second stays beneath it, and is another unit."""
    draft.needs(draft.kind == "xlsx" and draft.layout in ("wide", "tidy"))
    pairs = [
        (above, below)
        for above, below in itertools.pairwise(draft.cells("unit"))
        if below[0] == above[0] + 1 and above[2].value == below[2].value
    ]
    draft.needs(pairs)
    above, below = draft.chance.choice(pairs)
    below[2].value = _another_unit(draft)
    draft.sheet.merges.append((above[0], above[1], below[0], below[1]))


def unit_changed(draft: Draft) -> None:
    """The unit in a label or row becomes another: the figures are that one's, where no title says otherwise."""
    row, _, cell = draft.one("unit")
    other = _another_unit(draft)
    code = next(unit for unit, name in UNITS.items() if name == other)
    draft.needs(draft.layout != "template")
    was, cell.value = str(cell.value), other
    for at, _, figure in draft.cells("value"):
        if figure.means is not None and (draft.layout in ("form", "columns", "matrix") or at == row):
            figure.means = Figure(code, figure.means.period, figure.means.element)
    if _is_named(draft, was):
        draft.never()


def month_changed(draft: Draft) -> None:
    row, _, cell = draft.one("period")
    other = _another_month(draft)
    draft.needs(draft.layout != "template")
    was, cell.value = str(cell.value), month(other)
    for at, _, figure in draft.cells("value"):
        if figure.means is not None and (draft.layout in ("form", "columns", "matrix") or at == row):
            figure.means = Figure(figure.means.unit, other, figure.means.element)
    if _is_named(draft, was):
        draft.never()


def _is_named(draft: Draft, text: str) -> bool:
    """True if the title or the sheet's name still says `text`."""
    return any(text in str(cell.value) for _, _, cell in draft.cells("title")) or text in draft.sheet.name


def template_copied_on(draft: Draft) -> None:
    """Last month's template with the month, or a neighbour's with the unit, overwritten."""
    draft.needs(draft.layout == "template")
    role = draft.pick(("unit", "period"))
    draft.one(role)[2].value = "441203" if role == "unit" else "2019-10"
    draft.never()


def unit_in_other_words(draft: Draft) -> None:
    _, _, cell = draft.one("unit")
    draft.needs(cell.value in UNITS.values())
    cell.value = draft.pick((f"{cell.value}(盖章)", f"肇庆市{cell.value}", f" {cell.value} "))


def unit_misspelt(draft: Draft) -> None:
    _, _, cell = draft.one("unit")
    draft.needs(draft.layout != "template" and cell.value != "市本级")
    cell.value = f"{str(cell.value)[:-1]}线"
    draft.never()


def unclear_month(draft: Draft) -> None:
    _, _, cell = draft.one("period")
    cell.value = draft.pick(("2021年15月", "2021年第一季度", "21年2月", "2021.1"))
    draft.never()


def measure_changed(draft: Draft) -> None:
    _, _, cell = draft.one("measure")
    cell.value = draft.pick([measure for measure in _OTHER_MEASURES if measure != cell.value])
    draft.never()


def measure_in_heading(draft: Draft) -> None:
    _, _, cell = draft.one("heading value" if draft.layout != "wide" else "heading element")
    cell.value = f"{cell.value}({draft.pick(_OTHER_MEASURES)})"
    draft.never()


def measure_behind_name(draft: Draft) -> None:
    row, column, _ = draft.figure()
    cell = draft.name_of(row, column)
    cell.value = f"{cell.value}({draft.pick(_OTHER_MEASURES[:6])})"
    draft.never()


def measure_above(draft: Draft) -> None:
    draft.sheet.insert_row(1, [None, None, f"单位:{draft.pick(_OTHER_MEASURES[:6])}"])
    draft.never()


def measure_below(draft: Draft) -> None:
    draft.sheet.insert_row(len(draft.sheet.rows) + 1, [draft.pick(_OTHER_NOTES)])
    draft.never()


def measure_in_group(draft: Draft) -> None:
    _, _, cell = draft.one("group")
    cell.value = f"{cell.value}(单位:{draft.pick(_OTHER_MEASURES[:4])})"
    draft.never()


def group_of_another_month(draft: Draft) -> None:
    draft.needs(draft.layout == "wide")
    draft.one("group")[2].value = draft.pick(("上月", "累计", "上年同期", "本年累计"))
    draft.never()


def group_in_other_words(draft: Draft) -> None:
    draft.needs(draft.layout == "wide")
    draft.one("group")[2].value = draft.pick(("其中", "一、事项", "有关指标"))


def column_of_measures(draft: Draft) -> None:
    """A column of units of measure, all the elements' own, or one of them not."""
    draft.needs(draft.layout in ("form", "tidy") and not draft.cells("measure"))
    wrong = draft.chance.random() < 0.5
    cells = [Cell() for _ in draft.sheet.rows]
    cells[draft.head - 1] = Cell("计量单位", role="heading measure")
    figures = draft.cells("value")
    for row, _, figure in figures:
        assert figure.means is not None
        cells[row - 1] = Cell(city_plan().element_by_code[figure.means.element].unit_of_measure.zh, role="measure")
    if wrong:
        cells[draft.chance.choice(figures)[0] - 1].value = draft.pick(_OTHER_MEASURES)
        draft.never()
    draft.sheet.insert_column(draft.column_of("heading value"), cells)


def note_below(draft: Draft) -> None:
    draft.sheet.rows.append([Cell(draft.pick(("注:本表于次月5日前报送。", "填表人:王五", "说明:按事项编码统计。")))])
