"""Sheets that look plain and are not: qualified headings, tables below each other, lists without headings, covers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.intake_corpus.families.forms import earlier
from tests.intake_corpus.families.writing import book_case, case, csv_case
from tests.intake_corpus.labels import Case, Reads, Right, asks, refuses
from tests.intake_corpus.offices import SHORT, FormLook, at, figures, form, heading_row, names, spot, wide
from tests.spreadsheet.model import Book, Cell, Figure, Sheet, place

_QUALIFIED = (
    "本期数(累计)", "本期数(上月)", "本月数（上年同期）", "完成数(累计)", "数值(计划)", "本期数(1-2月)", "数量(去年)", "本期数(预计)",
    "累计本期数", "截至本期累计数", "本期数(含上月)", "本月计划数",
)  # fmt: skip
_NUMBERED = ("本期数(1)", "本期数①", "本期数\n(3)", "本 期 数", "本期数(个数)", "本期数*")
_SECTIONS = ("上月数", "以下为上月数", "累计数", "二、上年同期", "以下数据单位:百项", "附:2021年1月数")
_CURRENCY = ("单位:人民币万元", "金额单位:人民币元", "计量单位:人民币百万元", "单位:百项(不含市直)", "单位: 百 项")


def cases() -> Iterator[Case]:
    yield from _qualified_headings()
    yield from _sections()
    yield from _second_tables()
    yield from _lists_without_headings()
    yield from _covers()
    yield from _titles()
    yield from _spanning()


def _whole(sheet: Sheet) -> list[str]:
    return ["", *(at(sheet, r, c) for r in range(1, len(sheet.rows) + 1) for c in range(1, sheet.width + 1))]


def _not_silently(*cells: str) -> tuple[Right, ...]:
    return (refuses(*cells), asks(*cells))


def _qualified_headings() -> Iterator[Case]:
    """A heading of the month's figures that says in brackets that they are others."""
    for n, heading in enumerate(_QUALIFIED):
        sheet = form("441225", "2021-02", figures(3500 + n, blocks=SHORT), FormLook(value_heading=heading))
        row = heading_row(sheet)
        here = ["", *(at(sheet, row, c) for c in range(1, 6))]
        yield case("heading with a qualification", f"qualified-{n}", sheet, *_not_silently(*here))
    for n, heading in enumerate(_NUMBERED):
        sheet = form("441225", "2021-02", figures(3520 + n, blocks=SHORT), FormLook(value_heading=heading))
        here = ["", *(at(sheet, heading_row(sheet), c) for c in range(1, 6))]
        right = (Reads(Book([sheet]).figures()), *_not_silently(*here))
        yield case("heading with a number or space", f"numbered-{n}", sheet, *right)
    for n, word in enumerate(("(累计)", "(上月)", "(上年同期)", "(计划)", "(百项)", "累计")):
        sheet = wide({(u, "2021-02"): figures(3530 + n, blocks=("instant", "systems")) for u in ("441225", "441202")})
        cell = next(c for _, _, c in sheet.places() if c.value == "即办件事项数")
        cell.value = f"即办件事项数{word}"
        here = [at(sheet, r, c) for r in (1, 2, 3) for c in range(1, 6)]
        yield case("name with a qualification", f"qualified-name-{n}", sheet, *_not_silently(*here))
        long = form("441225", "2021-02", figures(3540 + n, blocks=SHORT))
        row, column = spot(long, "items_instant")
        long.cell(row, column - 2).value = f"即办件事项数{word}"
        here = [at(long, row, c) for c in range(1, 5)]
        yield case("name with a qualification", f"qualified-row-{n}", long, *_not_silently(*here))


def _sections() -> Iterator[Case]:
    """A row of words within the form says that what follows is something else."""
    for n, words in enumerate(_SECTIONS):
        sheet = form("441225", "2021-02", figures(3560 + n, blocks=SHORT), FormLook(numbers=n % 2 == 0))
        row, column = spot(sheet, "items_online")
        sheet.insert_row(row, [None] * (1 if n % 2 == 0 else 0) + [words])
        here = [at(sheet, r, c) for r in range(row, len(sheet.rows) + 1) for c in range(1, column + 1)]
        yield case("words within the form that change what follows", f"section-{n}", sheet, *_not_silently(*here))
        cells = [place(r, c) for r in range(row, len(sheet.rows) + 1) for c in range(1, column + 1)]
        yield csv_case("words within the form that change what follows", f"section-{n}", sheet, *_not_silently(*cells))
    for n, words in enumerate(("二、网上办理情况", "(二)网上办理", "其中:")):
        sheet = form("441225", "2021-02", figures(3570 + n, blocks=SHORT))
        row, column = spot(sheet, "items_online")
        sheet.insert_row(row, [None, words])
        here = [at(sheet, row, c) for c in range(1, column + 1)]
        yield case("words within the form that change nothing", f"section-plain-{n}", sheet, Reads(Book([sheet]).figures()),
                   *_not_silently(*here))  # fmt: skip


def _second_tables() -> Iterator[Case]:
    """A second table under its own title: another unit's, another month's, in another measure."""
    titles = (
        "怀集县2021年2月报送表",
        "怀集县",
        "2021年1月报送表",
        "单位:百个",
        "上月数",
        "附表:上年同期数",
        "怀集县政务服务月报",
    )
    for n, title in enumerate(titles):
        sheet = form("441225", "2021-02", figures(3580 + n, blocks=("items", "online")))
        unit = "441224" if title.startswith("怀集县") else "441225"
        period = "2021-01" if title.startswith("2021年1月") else "2021-02"
        more = form(
            unit,
            period,
            figures(3590 + n, blocks=("systems", "channels")),
            FormLook(title=title, labels=(), merged=False),
        )
        start = len(sheet.rows) + 1
        sheet.rows += [[], *more.rows]
        here = [at(sheet, r, c) for r in range(start, len(sheet.rows) + 1) for c in range(1, 5)]
        read = (Reads(Book([sheet]).figures()),) if unit == "441224" or period == "2021-01" else ()
        yield case("second table under its own title", f"second-table-{n}", sheet, *read, *_not_silently(*here))
        cells = [place(r, c) for r in range(start, len(sheet.rows) + 1) for c in range(1, 5)]
        yield csv_case("second table under its own title", f"second-table-{n}", sheet, *read, *_not_silently(*cells))


def _lists_without_headings() -> Iterator[Case]:
    """Names and figures below 填报单位 and 报告期, and a word above the figures that says they are others."""
    for n, word in enumerate(
        (None, "本月数", "上月数", "累计", "2021年1月", "上年同期", "百项", "(单位:百项)", "计划")
    ):
        values = figures(3610 + n, blocks=SHORT)
        sheet = Sheet.of("报送", [["填报单位", "封开县"], ["报告期", "2021年2月"]])
        if word is not None:
            sheet.rows.append([Cell(), Cell(word)])
        for code, value in values.items():
            sheet.rows.append([Cell(names()[code]), Cell(value, means=Figure("441225", "2021-02", code))])
        read = Reads(Book([sheet]).figures())
        right = (read, *_not_silently(*_whole(sheet))) if n < 2 else _not_silently(*_whole(sheet))
        yield case("list without headings", f"list-{n}", sheet, *right)
        cells = [c.partition("!")[2] for c in _whole(sheet)]
        right = (read, *_not_silently(*cells)) if n < 2 else _not_silently(*cells)
        yield csv_case("list without headings", f"list-{n}", sheet, *right, encoding="gb18030")
    unknown: tuple[tuple[str, str | None], ...] = (
        ("填报项", None),
        ("填报项", "数字"),
        ("指标", "?"),
        ("填报项", "上月数"),
    )
    for n, heads in enumerate(unknown):
        values = figures(3630 + n)
        sheet = form("441225", "2021-02", values, FormLook(title="", numbers=False, measures=False, merged=False))
        line = heading_row(sheet)
        for column, word in enumerate(heads, start=1):
            sheet.cell(line, column).value = word
        cells = [c.partition("!")[2] for c in _whole(sheet)]
        yield csv_case("form whose figures have no known heading", f"list-heads-{n}", sheet, *_not_silently(*cells))


def _covers() -> Iterator[Case]:
    """A cover sheet that names another unit or month than the form behind it."""
    covers: tuple[list[list[Any]], ...] = (
        [["政务服务事项月报"], [], ["填报单位:怀集县"], ["报告期:2021年2月"]],
        [["政务服务事项月报"], [], ["填报单位:", "封开县"], ["报告期:", "2021年1月"]],
        [["怀集县2021年2月政务服务事项月报"]],
        [["封开县政务服务事项月报"], ["2021年1月"]],
    )
    for n, rows in enumerate(covers):
        cover = Sheet.of("封面", rows)
        sheet = form("441225", "2021-02", figures(3640 + n, blocks=SHORT), replace(FormLook(), title="报送表"))
        here = ["封面", *_whole(cover), *(at(sheet, r, c) for r in (1, 2, 3) for c in range(1, 5))]
        yield book_case(
            "cover of another unit or month", f"cover-other-{n}", Book([cover, sheet]), *_not_silently(*here)
        )


def _titles() -> Iterator[Case]:
    """Titles that begin like a note, and measures longer than most."""
    for n, title in enumerate(("第1期 怀集县2021年2月报送表", "第二季度怀集县报送表", "说明:怀集县2021年1月报送表", "附:2021年1月数据",
                               "有效期内 怀集县2021年1月报", "日期:2021年1月", "填报时间:2021年1月")):  # fmt: skip
        sheet = form("441225", "2021-02", figures(3660 + n, blocks=SHORT), FormLook(title=title))
        here = [at(sheet, 1, 1), at(sheet, 2, 2), at(sheet, 2, 4)]
        right = _not_silently(*here)
        right = (*right, Reads(Book([sheet]).figures())) if n >= 5 else right  # the day of writing
        yield case("title that begins like a note", f"title-note-{n}", sheet, *right)
    for n, words in enumerate(_CURRENCY):
        look = FormLook(above=((None, None, words),), measures=n % 2 == 0)
        sheet = form("441225", "2021-02", figures(3670 + n, blocks=SHORT), look)
        yield case("another measure in the corner", f"corner-long-{n}", sheet, refuses(*_whole(sheet)))


def _spanning() -> Iterator[Case]:
    """One heading joined over two columns of figures, and nothing to tell them apart."""
    sheet = form("441225", "2021-02", figures(3680, blocks=SHORT), FormLook(beside=((None, earlier),)))
    row = heading_row(sheet)
    sheet.merges.append((row, 4, row, 5))
    yield case("one heading over two columns of figures", "spanning-form", sheet, *_not_silently(*_whole(sheet)[1:]))
    table = wide({(u, "2021-02"): figures(3681, blocks=("instant", "systems")) for u in ("441225", "441202")})
    table.insert_column(4, [None, 11, 12])
    table.merges.append((1, 3, 1, 4))
    yield case("one heading over two columns of figures", "spanning-wide", table, *_not_silently(*_whole(table)[1:]))
    rows = form("441225", "2021-02", figures(3682, blocks=SHORT))
    line, column = spot(rows, "items_instant")
    rows.insert_row(line + 1, [None, None, "项", 77])
    rows.merges.append((line, 2, line + 1, 2))
    here = [at(rows, r, c) for r in (line, line + 1) for c in range(1, column + 1)]
    yield case("one name over two figures", "spanning-name", rows, *_not_silently(*here))
