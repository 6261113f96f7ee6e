"""Plain forms, as offices lay them out: everything in them is clear to its reader, so all is read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.plan.model import Element
from tests.intake_corpus.families.writing import WRITERS, case, csv_case
from tests.intake_corpus.labels import Case, Reads, Refuses, Right, refuses
from tests.intake_corpus.offices import SHORT, Beside, FormLook, at, figures, form
from tests.spreadsheet.model import Book, Cell, place

UNITS = ("441202", "441203", "441204", "441284", "441223", "441226", "441225", "441224", "441200-SELF")
PERIODS = ("2021-02", "2021-03", "2020-12", "2019-09", "2021-06", "2020-10")
_SIGNED = (
    ("单位负责人:王五", None, "审核人:赵六", None),
    ("填表人:李四", None, "联系电话:0758-1234567", None),
    ("填报日期:2021年3月3日",),
)
_NOTES = (
    ("注:1.本表由各县(市、区)填报,于次月5日前报送。",),
    ("注:事项总数按6类依申请事项统计。",),
    ("说明:企业开办用时按工作日计。",),
)


def earlier(element: Element, value: Any) -> Any:
    """A figure near this month's, as last month's column has it."""
    return Decimal(str(value)) + Decimal(3) if element.decimals else int(value) + 3


def cumulative(element: Element, value: Any) -> Any:
    return value * 7


def growth(element: Element, value: Any) -> Any:
    return Cell(0.031, look="0.0%")


def blank(element: Element, value: Any) -> Any:
    return None


def words(element: Element, value: Any) -> Any:
    return "已核" if len(element.code) % 3 == 0 else None


def cases() -> Iterator[Case]:
    yield from _laid_out()
    yield from _with_columns_beside()
    yield from _with_rows_below()
    yield from _with_words_above()
    yield from _exported()


def _laid_out() -> Iterator[Case]:
    """The whole form in every mixture of columns, by every program."""
    looks = itertools.product((True, False), (True, False), (True, False), (True, False))
    for n, (numbers, codes, measures, blocks) in enumerate(looks):
        look = FormLook(numbers=numbers, codes=codes, measures=measures, blocks=blocks)
        sheet = form(UNITS[n % len(UNITS)], PERIODS[n % len(PERIODS)], figures(n), look)
        yield case("whole form", f"form-{n}", sheet, writer=WRITERS[n % len(WRITERS)])
    for n, writer in enumerate(WRITERS, start=20):
        look = FormLook(blocks=True, below=_SIGNED, sheet="2021年2月")
        sheet = form("441225", "2021-02", figures(n), look)
        yield case("whole form of each program", f"form-{n}", sheet, writer=writer)


_KNOWN: tuple[tuple[str, Beside], ...] = (
    ("上月数", earlier), ("上期数", earlier), ("差异", blank), ("增减", blank), ("备注", words), ("校验", blank),
    ("说明", words),
)  # fmt: skip
_TOLD: tuple[tuple[str, Beside], ...] = (
    ("上年同期", earlier), ("上年同期数", earlier), ("本年累计", cumulative), ("累计", cumulative), ("累计数", cumulative),
    ("同比", growth), ("同比增减(%)", growth), ("环比", growth), ("环比增长", growth), ("去年同期", earlier),
    ("1-2月累计", cumulative), ("比上月增减", blank),
)  # fmt: skip
_STRANGE: tuple[tuple[str, Beside], ...] = (
    ("年度目标", cumulative), ("完成率", growth), ("计划数", earlier), ("审核意见", words), ("数据来源", words),
)  # fmt: skip


def _with_columns_beside() -> Iterator[Case]:
    """Other figures in columns of their own name: behind the month's, or before it."""
    for n, (heading, fill) in enumerate((*_KNOWN, *_TOLD)):
        side = ((heading, fill),)
        look = FormLook(before=side) if n % 3 == 2 else FormLook(beside=side)
        look = replace(look, blocks=n % 2 == 0)
        blocks = None if n % 2 else SHORT
        sheet = form(UNITS[n % 9], PERIODS[n % 6], figures(100 + n, blocks=blocks), look)
        yield case("named columns beside", f"beside-{n}", sheet, writer=WRITERS[n % len(WRITERS)])
    many = (("上年同期", earlier), ("本年累计", cumulative), ("同比(%)", growth), ("备注", words))
    sheet = form("441284", "2021-03", figures(130), FormLook(beside=many, before=(("上月数", earlier),)))
    yield case("named columns beside", "beside-many", sheet)
    for n, (heading, fill) in enumerate(_STRANGE):
        sheet = form(UNITS[n], PERIODS[n], figures(140 + n), FormLook(beside=((heading, fill),)))
        column = 5
        right = refuses(*(at(sheet, row, column) for row in range(1, len(sheet.rows) + 1)))
        book = Book([sheet])
        yield case("columns of another name beside", f"beside-strange-{n}", sheet, *_reads_or(book, right))


def _reads_or(book: Book, right: Refuses) -> tuple[Right, ...]:
    return (Reads(book.figures()), right)


def _with_rows_below() -> Iterator[Case]:
    """Signatures, seals, notes; sums of a block; a rate below its counts."""
    ends: dict[str, tuple[tuple[Any, ...], ...]] = {
        "signed": _SIGNED,
        "notes": _NOTES[:1],
        "notes-all": _NOTES,
        "both": (*_NOTES[:2], (), *_SIGNED),
        "seal": ((), (None, "填报单位(盖章):{unit}", None, None), (None, None, None, "2021年3月3日")),
        "filled": (("填表人:", "李四", "审核人:", "赵六"), ("填报日期:", date(2021, 3, 3))),
        "phone": (("经办人:", "李四", "联系电话:", 13800000000),),
    }
    for n, (name, below) in enumerate(ends.items()):
        below = tuple(tuple(Cell(c, look="yyyy-mm-dd") if isinstance(c, date) else c for c in row) for row in below)
        sheet = form(UNITS[n % 9], "2021-02", figures(200 + n), FormLook(below=below, numbers=n % 2 == 0))
        if name in ("filled", "phone", "seal"):
            here = refuses(
                *(at(sheet, r, c) for r in range(len(sheet.rows) - 2, len(sheet.rows) + 1) for c in range(1, 6))
            )
            yield case(
                "signatures and seals with a date or number", f"below-{name}", sheet, *_reads_or(Book([sheet]), here)
            )
        else:
            yield case("signatures, seals and notes", f"below-{name}", sheet, writer=WRITERS[n % len(WRITERS)])
    for n, words_ in enumerate(("小计", "合计", "总计")):
        sheet = form("441226", "2021-03", figures(220 + n, blocks=SHORT), FormLook(numbers=False))
        total = sum(int(c.value) for _, _, c in sheet.places() if c.means and c.means.element.startswith("items_"))
        sheet.rows.append([Cell(words_), Cell("项"), Cell(total)])
        yield case("sum below", f"below-sum-{n}", sheet)
    for n, (rate, look) in enumerate((("可网办率", "0.00%"), ("网上可办率", "0.00%"), ("即办率", "0.0%"))):
        sheet = form("441223", "2021-03", figures(230 + n), FormLook(numbers=False, codes=True))
        sheet.rows.append([Cell(rate), Cell(), Cell("%"), Cell(0.8512, look=look)])
        here = refuses(*(at(sheet, len(sheet.rows), c) for c in range(1, 5)))
        yield case("rate below the counts", f"below-rate-{n}", sheet, *_reads_or(Book([sheet]), here))


def _with_words_above() -> Iterator[Case]:
    """Letterheads, numbers of the table, who made it and how long it is valid; labels in several manners."""
    heads: dict[str, tuple[tuple[Any, ...], ...]] = {
        "attachment": (("附件2",),),
        "letter": (("肇庆市推进政府职能转变和“放管服”改革协调小组办公室文件",), ("肇府放管服办〔2021〕3号",)),
        "table-number": (
            (None, None, None, "表    号:肇政数统1表"),
            (None, None, None, "制表机关:肇庆市政务服务数据管理局"),
            (None, None, None, "有效期至:2022年12月"),
        ),
        "approval": ((None, None, None, "批准文号:肇统字〔2020〕12号"), (None, None, None, "综合机关名称:")),
        "blank-rows": ((), (), ("内部资料  注意保存",), ()),
        "reporting": (("各县(市、区)政务服务数据管理局:",), ("现将本月报送表印发给你们,请于次月5日前报送。",)),
    }
    for n, (name, above) in enumerate(heads.items()):
        sheet = form(UNITS[n], PERIODS[n], figures(300 + n), FormLook(above=above, blocks=n % 2 == 0))
        book = Book([sheet])
        here = refuses(*(f"{sheet.name}!{place(r, c)}" for r in range(1, len(above) + 2) for c in range(1, 5)))
        right = _reads_or(book, here) if name == "table-number" else _reads_or(book, here)[:1]
        yield case("words above", f"above-{name}", sheet, *right, writer=WRITERS[n % len(WRITERS)])
    labels: dict[str, tuple[tuple[Any, ...], ...]] = {
        "colon": (("填报单位:{unit}", None, None, "报告期:{month}"),),
        "full-width": (("填报单位：{unit}", None, None, "报告期：{month}"),),
        "two-rows": (("填报单位", "{unit}"), ("报告期", "{month}")),
        "spaces": (("填报单位: ", " {unit} ", "报告期: ", " {month} "),),
        "bare": (("单位名称", "{unit}", "月份", "{month}"),),
        "date": (("填报单位", "{unit}", "报告期", Cell(date(2021, 2, 1), look="yyyy年m月")),),
    }
    for n, (name, rows) in enumerate(labels.items()):
        sheet = form(UNITS[n], "2021-02", figures(320 + n), FormLook(labels=rows, blocks=n % 2 == 1, codes=n % 3 == 0))
        yield case("labels in several manners", f"labels-{name}", sheet)


def _exported() -> Iterator[Case]:
    """The same sheets saved as CSV."""
    encodings = ("utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312")
    for n, (encoding, delimiter) in enumerate(itertools.product(encodings, (",", "\t", ";"))):
        values = figures(400 + n, blocks=None if encoding != "gb2312" else ("items", "hall", "systems"))
        look = FormLook(blocks=encoding not in ("gb2312",), below=_SIGNED[:2] if n % 2 else (), codes=n % 3 == 0)
        sheet = form(UNITS[n % 9], PERIODS[n % 6], values, look)
        yield csv_case("form as CSV", f"form-{encoding}-{n}", sheet, encoding=encoding, delimiter=delimiter)
    for n, encoding in enumerate(("utf-16", "utf-16-le", "utf-16-be")):
        sheet = form("441225", "2021-02", figures(430 + n))
        yield csv_case("form as CSV in UTF-16", f"form-{encoding}", sheet, refuses(""), encoding=encoding)
