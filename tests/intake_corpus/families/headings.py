"""Figures that no heading names, two under one heading, columns that are not read, corrections."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from tests.intake_corpus.families.forms import earlier, words
from tests.intake_corpus.families.writing import WRITERS, case, csv_case
from tests.intake_corpus.labels import Case, Reads, Submissions, asks, refuses
from tests.intake_corpus.offices import SHORT, UNITS, FormLook, at, figures, form, heading_row, month, names, spot, tidy
from tests.spreadsheet.model import Book, Cell, Figure, Sheet, place

_SECOND = ("items_instant", "items_one_window")


def cases() -> Iterator[Case]:
    yield from _second_heading_rows()
    yield from _unnamed_columns()
    yield from _unnamed_rows()
    yield from _rows_told_apart_by_what_is_not_read()
    yield from _corrections()


def _second_heading_rows() -> Iterator[Case]:
    """Last month's and this month's figure under one heading; joined or not; in CSV they cannot be."""
    pairs = (
        ("上月", "本月"),
        ("累计", "本月"),
        ("上年同期", "本期"),
        ("本月", "上月"),
        ("本月", "累计"),
        ("计划", "实绩"),
    )
    for n, ((first, second), merged) in enumerate(itertools.product(pairs, (False, True))):
        own = second if first in ("上月", "累计", "上年同期", "计划") else first
        sheet = _pairs(n, first, second, own, merged=merged)
        width = sheet.width
        here = refuses("", *(at(sheet, r, c) for r in range(1, 5) for c in range(1, width + 1)))
        right = (here,) if own == "实绩" else (here, Reads(Book([sheet]).figures()))
        yield case("two figures under one heading", f"second-row-{n}", sheet, *right, writer=WRITERS[n % 4])
        if not merged:
            cells = [place(r, c) for r in range(1, 5) for c in range(1, width + 1)]
            right = (refuses("", *cells), *right[1:])
            yield csv_case("two figures under one heading", f"second-row-{n}", sheet, *right, encoding="gb18030")
    values = figures(915, blocks=SHORT)
    sheet = form("441225", "2021-02", values, FormLook(value_heading="数值", beside=((None, earlier),)))
    row = heading_row(sheet)
    sheet.insert_row(row + 1, [None, None, None, "上月", "本月"])
    for line in sheet.rows[row + 1 :]:  # the month's figures are the right ones of each pair
        line[3].value, line[4].value = line[4].value, line[3].value
        line[4].means, line[3].means = line[3].means, None
    sheet.merges.append((row, 4, row, 5))
    here = refuses("", *(at(sheet, r, c) for r in range(row, len(sheet.rows) + 1) for c in range(1, 6)))
    yield case("two figures under one heading", "second-row-form", sheet, here, Reads(Book([sheet]).figures()))


def _pairs(seed: int, first: str, second: str, own: str, *, merged: bool) -> Sheet:
    values, unit = figures(900 + seed, blocks=SHORT), ("441225", "441202")[seed % 2]
    made = Sheet.of(
        "汇总", [["填报单位", "报告期", *itertools.chain.from_iterable((names()[c], None) for c in _SECOND), "备注"]]
    )
    made.rows.append(Sheet.of("", [[None, None, first, second, first, second, None]]).rows[0])
    for at_row, period in enumerate(("2021-02", "2021-03")):
        row: list[Any] = [UNITS[unit], month(period)]
        for code in _SECOND:
            this = Cell(values[code] + at_row, means=Figure(unit, period, code))
            other = Cell(values[code] * 3 + 1)
            row += [this, other] if own == first else [other, this]
        made.rows.append(Sheet.of("", [[*row, "x"]]).rows[0])
    if merged:
        made.merges += [(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 1, 6), (1, 7, 2, 7)]
    return made


def _unnamed_columns() -> Iterator[Case]:
    """Figures in a column that has no heading, beside the form's and wide tables'."""
    for n, gap in enumerate((0, 1, 3)):
        sheet = form("441225", "2021-02", figures(1000 + n, blocks=SHORT))
        row, column = heading_row(sheet), 5 + gap
        for line in range(row + 1, len(sheet.rows) + 1):
            sheet.cell(line, column).value = line * 11
        here = [at(sheet, line, column) for line in range(1, len(sheet.rows) + 1)]
        yield case("figures without a heading", f"unnamed-right-{n}", sheet, refuses(*here), writer=WRITERS[n])
        one = form("441225", "2021-02", figures(1010 + n, blocks=SHORT))
        line = spot(one, "items_payment")[0]
        one.cell(line, column).value = 70
        yield case("one figure without a heading", f"unnamed-one-{n}", one, refuses(at(one, line, column)))
        words_ = form("441225", "2021-02", figures(1020 + n, blocks=SHORT))
        words_.cell(line, column).value = "已与市监局核对"
        right = (Reads(Book([words_]).figures()), refuses(at(words_, line, column)))
        yield case("a word beside the table", f"unnamed-word-{n}", words_, *right)
    between = form("441225", "2021-02", figures(1030, blocks=SHORT))
    row = heading_row(between)
    between.insert_column(4, [None] * row + [line * 7 for line in range(row + 1, len(between.rows) + 1)])
    between.merges = [(1, 1, 1, 5)]
    here = [at(between, line, 4) for line in range(1, len(between.rows) + 1)]
    yield case("figures without a heading", "unnamed-between", between, refuses(*here))
    for n, column in enumerate((4, 6)):
        heads: list[Any] = ["填报单位", "报告期", "即办件事项数", "可网办事项数", "备注"]
        row_ = ["封开县", "2021-06", 270, 850, "x"]
        heads.insert(column - 1, None)
        row_.insert(column - 1, 999)
        sheet = Sheet.of("汇总", [heads, row_, [*row_[:1], "2021-07", *row_[2:]]])
        cells = [place(r, column) for r in (1, 2, 3)]
        yield csv_case("figures without a heading", f"unnamed-wide-{n}", sheet, refuses(*cells))
        yield case("figures without a heading", f"unnamed-wide-{n}", sheet, refuses(*(f"汇总!{c}" for c in cells)))


def _unnamed_rows() -> Iterator[Case]:
    """Rows of figures without a name: below, within, above; and notes between headings and figures."""
    for n, where in enumerate(("below", "far below", "within", "above")):
        sheet = form("441225", "2021-02", figures(1050 + n, blocks=SHORT), FormLook(numbers=n % 2 == 0))
        head = heading_row(sheet)
        line = {"below": len(sheet.rows) + 1, "far below": len(sheet.rows) + 5, "within": head + 4, "above": head}[
            where
        ]
        column = spot(sheet, "items_total")[1]
        while len(sheet.rows) < line - 1:
            sheet.rows.append([])
        sheet.insert_row(line, [None] * (column - 1) + [123])
        here = refuses(*(at(sheet, line, c) for c in range(1, column + 1)))
        yield case("a figure without a name", f"unnamed-row-{n}", sheet, here)
    for n, note in enumerate(("(以下为本月数)", "按事项编码去重统计", "第一部分 依申请事项")):
        sheet = form("441225", "2021-02", figures(1060 + n, blocks=SHORT))
        row = heading_row(sheet) + 1
        sheet.insert_row(row, [None, note] if n else [None, None, None, note])
        right = (refuses(*(at(sheet, row, c) for c in range(1, 5))), Reads(Book([sheet]).figures()))
        yield case(
            "words between heading and figures", f"words-between-{n}", sheet, *(right[:1] if n == 0 else right[::-1])
        )


def _rows_told_apart_by_what_is_not_read() -> Iterator[Case]:
    """Several departments of one unit: the rows differ in a column that no figure is read from."""
    for n, heading in enumerate(("科室", "部门", "镇街", "承办单位", "经办人")):
        for same in (True, False):
            heads = ["填报单位", "报告期", heading, "即办件事项数", "可网办事项数"]
            first, second = (135, 210), (135, 210) if same else (140, 211)
            parts = (("市监", first), ("人社", second))
            sheet = Sheet.of("分科室", [heads, *(["封开县", "2021-04", part, *values] for part, values in parts)])
            cells = [place(r, c) for r in (1, 2, 3) for c in range(1, 6)]
            yield csv_case("rows told apart by a column not read", f"parts-{n}-{same}", sheet, refuses(*cells))
            tidy_rows = [["封开县", "2021-04", part, name, values[at_]] for part, values in parts
                         for at_, name in enumerate(heads[3:])]  # fmt: skip
            long = Sheet.of("明细", [["填报单位", "报告期", heading, "填报项", "数值"], *tidy_rows])
            cells = [f"明细!{place(r, c)}" for r in range(1, 6) for c in range(1, 6)]
            yield case("rows told apart by a column not read", f"parts-{n}-{same}", long, refuses(*cells))
    together = tidy(
        {("441225", "2021-04"): figures(1080, blocks=("instant",))}, heads=("填报单位", "报告期", "填报项", "数值")
    )
    together.rows.append([Cell(c.value) for c in together.rows[1]])
    yield csv_case("the same row twice", "parts-none", together)


def _corrections() -> Iterator[Case]:
    """Figures with a second column that corrects some of them."""
    for n, heading in enumerate(("更正数", "更正后", "修正数", "核定数", "订正数", "调整后")):
        values = figures(1100 + n, blocks=SHORT)
        sheet = form("441225", "2021-02", values, FormLook(beside=((heading, lambda element, value: None),)))
        first = Book([sheet]).figures()
        corrected: Submissions = {key: dict(found) for key, found in first.items()}
        row, column = spot(sheet, "items_instant")
        sheet.cell(row, column + 1).value = values["items_instant"] + 2
        corrected = {
            key: {**found, "items_instant": str(values["items_instant"] + 2)} for key, found in corrected.items()
        }
        here = [at(sheet, r, c) for r in (heading_row(sheet), row) for c in (column, column + 1)]
        shows = (str(values["items_instant"]), str(values["items_instant"] + 2))
        right = (asks(*here, shows=shows, readings=(first, corrected)), refuses(*here))
        yield case("correction column", f"correction-{n}", sheet, *(right[:1] if heading == "更正数" else right))
    empty = form("441225", "2021-02", figures(1120), FormLook(beside=(("更正数", lambda element, value: None),)))
    book = Book([empty])
    here = [at(empty, heading_row(empty), c) for c in (4, 5)]
    yield case("correction column that is empty", "correction-empty", empty, Reads(book.figures()), asks(*here))
    remark = form("441225", "2021-02", figures(1121), FormLook(beside=(("备注", words),)))
    yield case("named columns beside", "correction-words", remark)
