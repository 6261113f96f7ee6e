"""Units, months, headings and names as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from tests.intake_corpus.families.forms import earlier
from tests.intake_corpus.families.writing import WRITERS, case, csv_case
from tests.intake_corpus.labels import Case, Reads, asks, refuses
from tests.intake_corpus.offices import SHORT, FormLook, at, figures, form, heading_row, names, spot, tidy
from tests.spreadsheet.model import Book, Cell

_UNITS = {
    "441225": (
        "封开县(盖章)",
        "封开县（盖章）",
        "封开县人民政府",
        "广东省肇庆市封开县",
        "肇庆市封开县",
        "封开",
        "441225",
    ),
    "441202": ("端州区（公章）", "端州区人民政府", "广东省肇庆市端州区", "端州区(441202)", " 端 州 区 "),
    "441284": ("四会市人民政府(盖章)", "四会市", "四会市人民政府"),
    "441200-SELF": ("市本级", "市直", "肇庆市市本级"),
    "ZQ-HITECH": ("高新区",),
}
_PERIODS = (
    "二〇二一年二月", "二○二一年二月", "二零二一年二月", "2021.2.28", "2021.02.28", "2021/2/28", "2021年2月28日", "2021年02月",
    "2021-02", "2021/02", "202102", "２０２１年２月", "2021 年 2 月", "2021年2月份", "2021.2", "2021-2",
)  # fmt: skip
_VALUE_HEADINGS = (
    "本月完成数",
    "报送数",
    "本月数",
    "本月",
    "本期",
    "数值",
    "本期数值",
    "填报数",
    "数量",
    "完成数",
    "本月实绩",
)
_OWN_MONTH = ("2021年2月", "2月", "2021-02", "2021年2月数", "2月份", "２０２１年２月")
_NAME_HEADINGS = ("填报项目", "填报项名称", "指标", "指标名称", "项目", "项目名称")
_TYPOS = (  # the form's own name with one character wrong, missing or too many
    ("items_confirmation", "行政确任事项数"), ("items_licensing", "行政许可事顶数"), ("items_online", "可网办事项"),
    ("items_instant", "即办件事项总数"), ("items_public_service", "公共服务事事项数"), ("startups", "本月企业开办户"),
    ("items_one_window", "“一窗”分类受里事项数"), ("items_total", "事项总数（6类依申情）"),
)  # fmt: skip
_UNIT_TYPOS = ("封开线", "封开镇", "封幵县", "怀集线")


def cases() -> Iterator[Case]:
    yield from _units()
    yield from _periods()
    yield from _headings()
    yield from _misspelt()


def _units() -> Iterator[Case]:
    n = 0
    for unit, written in _UNITS.items():
        for name in written:
            n += 1
            look = FormLook(title="政务服务事项报送表", labels=(("填报单位:", name, "报告期:", "2021年2月"),))
            sheet = form(unit, "2021-02", figures(500 + n, blocks=SHORT), look)
            yield case("unit as people write it", f"unit-{n}", sheet, writer=WRITERS[n % len(WRITERS)])
    for n, label in enumerate(("填报单位(盖章):", "填报单位（公章）:", "单位(盖章)", "报送单位:", "填报部门:")):
        look = FormLook(title="报送表", labels=((label, "封开县", "报告期:", "2021年2月"),))
        sheet = form("441225", "2021-02", figures(530 + n, blocks=SHORT), look)
        here = refuses(*(at(sheet, row, c) for row in (1, 2, 3) for c in range(1, 5)))
        yield case("unit's label as people write it", f"unit-label-{n}", sheet, Reads(Book([sheet]).figures()), here)
    for n, name in enumerate(_UNIT_TYPOS):
        look = FormLook(title="报送表", labels=(("填报单位:", name, "报告期:", "2021年2月"),))
        sheet = form("441225", "2021-02", figures(540 + n, blocks=SHORT), look)
        nearest = "怀集县" if name.startswith("怀集") else "封开县"
        yield case("misspelt unit", f"unit-typo-{n}", sheet, refuses("报送表!B2", says=(nearest,)))
    names_ = ("封开县", "封开县人民政府", "肇庆市封开县", "封开县(盖章)")
    for n, name in enumerate(names_):
        sheet = tidy({("441225", "2021-02"): figures(550 + n)})
        for row in sheet.rows[1:]:
            row[0] = Cell(name)
        yield csv_case("unit as people write it", f"unit-tidy-{n}", sheet, encoding="gb18030")


def _periods() -> Iterator[Case]:
    for n, written in enumerate(_PERIODS):
        look = FormLook(title="{unit}报送表", labels=(("填报单位:", "{unit}", "报告期:", written),))
        sheet = form("441225", "2021-02", figures(600 + n, blocks=SHORT), look)
        yield case("month as people write it", f"period-{n}", sheet, writer=WRITERS[n % len(WRITERS)])
    for n, value in enumerate((date(2021, 2, 1), date(2021, 2, 28))):
        cell = Cell(value, look="yyyy-mm-dd")
        look = FormLook(title="{unit}报送表", labels=(("填报单位:", "{unit}", "报告期:", cell),))
        sheet = form("441225", "2021-02", figures(620 + n, blocks=SHORT), look)
        yield case("month as people write it", f"period-date-{n}", sheet)
    for n, written in enumerate(("2021年2月15日", "2月", "21年2月", "2021年第一季度", "2021年1-2月", "2021年13月")):
        look = FormLook(title="{unit}报送表", labels=(("填报单位:", "{unit}", "报告期:", written),))
        sheet = form("441225", "2021-02", figures(630 + n, blocks=SHORT), look)
        yield case("unclear month", f"period-unclear-{n}", sheet, refuses("报送表!D2"))


def _headings() -> Iterator[Case]:
    for n, heading in enumerate((*_VALUE_HEADINGS, *_OWN_MONTH)):
        sheet = form(
            "441225", "2021-02", figures(700 + n, blocks=None if n % 2 else SHORT), FormLook(value_heading=heading)
        )
        if heading in _VALUE_HEADINGS[:7] or heading == "2021年2月":
            yield case("heading of the month's figures", f"heading-{n}", sheet, writer=WRITERS[n % len(WRITERS)])
        else:
            row = heading_row(sheet)
            here = refuses("", *(at(sheet, row, c) for c in range(1, 6)))
            yield case("heading of the month's figures", f"heading-{n}", sheet, Reads(Book([sheet]).figures()), here)
    for n, heading in enumerate(_NAME_HEADINGS):
        sheet = form("441224", "2021-03", figures(730 + n, blocks=SHORT), FormLook(name_heading=heading))
        yield case("heading of the names", f"heading-names-{n}", sheet)
    for n, heading in enumerate(("2021年1月", "1月", "2020年2月", "2021年3月")):
        look = FormLook(value_heading=heading)
        sheet = form("441225", "2021-02", figures(740 + n, blocks=SHORT), look)
        cell = at(sheet, heading_row(sheet), 4)
        yield case("heading of another month", f"heading-other-{n}", sheet, refuses(cell), asks(cell))
    both = FormLook(value_heading="2021年2月", before=(("2021年1月", earlier),))
    sheet = form("441225", "2021-02", figures(750), both)
    here = refuses("", *(at(sheet, heading_row(sheet), c) for c in range(1, 7)))
    yield case("months side by side", "heading-months", sheet, Reads(Book([sheet]).figures()), here)
    none = form("441225", "2021-02", figures(751, blocks=SHORT), replace(FormLook(), value_heading=None))
    nowhere = refuses("", *(at(none, row, c) for row in range(3, len(none.rows) + 1) for c in (1, 2, 3, 4)))
    yield case("figures without a heading", "heading-none", none, nowhere)


def _misspelt() -> Iterator[Case]:
    for n, (code, wrong) in enumerate(_TYPOS):
        sheet = form("441225", "2021-02", figures(800 + n, blocks=SHORT))
        row, column = spot(sheet, code)
        sheet.cell(row, column - 2).value = wrong
        right = refuses(at(sheet, row, column - 2), says=(names()[code],))
        yield case("misspelt name", f"typo-{n}", sheet, right)
        table = tidy({("441225", "2021-02"): figures(800 + n, blocks=SHORT)})
        row, column = spot(table, code)
        table.cell(row, column - 1).value = wrong
        yield csv_case("misspelt name", f"typo-{n}", table, refuses(f"C{row}", says=(names()[code],)))
    twice = form("441225", "2021-02", figures(820, blocks=SHORT))
    row, column = spot(twice, "items_payment")
    twice.cell(row, column - 2).value = "行政许可事项数"
    other = spot(twice, "items_licensing")[0]
    right = refuses(at(twice, row, column), at(twice, row, 2), at(twice, other, column), at(twice, other, 2))
    yield case("a name twice", "name-twice", twice, right)
