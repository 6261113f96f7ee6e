"""Cells that look otherwise than they are stored: struck out, raised, hidden, flat, formatted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.intake_corpus.families.forms import earlier, words
from tests.intake_corpus.families.writing import book_case, case
from tests.intake_corpus.labels import Asks, Case, Reads, Refuses, Right, asks, refuses
from tests.intake_corpus.offices import SHORT, FormLook, at, figures, form, heading_row, spot, wide
from tests.spreadsheet.model import Book, Cell, Run, Sheet
from tests.spreadsheet.xlsx import Dialect, xlsx

HARMLESS_FORMATS = (  # number formats that show a whole number as it is
    "0", "#,##0", "#,##0_ ", "0_ ", "#,##0_);(#,##0)", "#,##0_);[Red](#,##0)", "0;[Red]0", "@", "General", "#",
    "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ", "#,##0;-#,##0", "0;-0", "[Black]0", "#,##0_ ;[Red]-#,##0 ", "G/通用格式",
)  # fmt: skip
CHANGING_FORMATS = (  # number formats that show something else than 351
    '"约"0', '0"余"', '0"0"', "0\\0", "0*0", ";;;", '"—"', '0"万"', "0,", "0.0,", "0%", "0.00%", "0‰", '0"百"', '"1"0',
    '[>100]"多";0', "0E+00", '0"户"', "￥#,##0", "$#,##0.00", "yyyy-m-d", '"已报"', "[<1000]\"不足\";0", '0"/2"', "0!0",
    '#,##0"千"', '"超"0', '0" 至 400"', '0"+"', "-0",
)  # fmt: skip
_SAME_OR_ASKED = (
    '0"项"',
    "0.00",
    "0.0",
    "[DBNum1]0",
    "[DBNum2]0",
    "00000",
    "# ?/?",
    "[DBNum1][$-804]General",
    "?????0",
    "_-0",
)


def cases() -> Iterator[Case]:
    yield from _runs()
    yield from _runs_in_bold()
    yield from _runs_of_words()
    yield from _struck_out()
    yield from _hidden()
    yield from _formats()
    yield from _formats_of_decimals_and_zeros()
    yield from _formats_of_keys()


def _or_asked(*cells: str) -> tuple[Right, ...]:
    return (refuses(*cells), asks(*cells))


def _runs() -> Iterator[Case]:
    """Text of several looks in one cell."""
    shapes: dict[str, tuple[Run, ...]] = {
        "struck": (Run("95", strike=True), Run("98")),
        "struck-behind": (Run("98"), Run("95", strike=True)),
        "struck-digit": (Run("1"), Run("2", strike=True), Run("3")),
        "raised": (Run("98"), Run("1", vertical="superscript")),
        "lowered": (Run("98"), Run("2", vertical="subscript")),
        "raised-mark": (Run("98"), Run("①", vertical="superscript")),
    }
    for n, (name, runs) in enumerate(shapes.items()):
        for dialect in (Dialect(), Dialect(shared=False)):
            sheet = form("441225", "2021-02", figures(1500 + n))
            row, column = spot(sheet, "items_instant")
            sheet.cell(row, column).runs = runs
            content = xlsx(Book([sheet]), dialect)
            right = (refuses(at(sheet, row, column)),)
            yield Case("struck-out or raised part of a figure", f"runs-{name}-{dialect.shared}.xlsx", content, right)


def _runs_in_bold() -> Iterator[Case]:
    bold = form("441225", "2021-02", figures(1510))
    row, column = spot(bold, "items_instant")
    bold.cell(row, column).runs = (Run("3", bold=True), Run("51"))
    figures_ = Book([bold]).figures()
    figures_["441225/2021-02"]["items_instant"] = "351"
    yield case("bold part of a figure", "runs-bold", bold, Reads(figures_))


def _runs_of_words() -> Iterator[Case]:
    """The same in the words that figures are read by."""
    places = {"period": (2, 4), "unit": (2, 2), "heading": (3, 4), "name": (12, 2), "title": (1, 1)}
    texts: dict[str, tuple[Run, ...]] = {
        "period": (Run("2021年"), Run("1", strike=True), Run("2月")),
        "unit": (Run("怀集县", strike=True), Run("封开县")),
        "heading": (Run("上月", strike=True), Run("本期数")),
        "name": (Run("可网办"), Run("即办件", strike=True), Run("事项数")),
        "title": (Run("怀集县", strike=True), Run("封开县2021年2月报送表")),
    }
    for name, (line, at_column) in places.items():
        sheet = form("441225", "2021-02", figures(1520, blocks=SHORT))
        read = Book([sheet]).figures()
        sheet.cell(line, at_column).runs = texts[name]
        cell = at(sheet, line, at_column)
        cells = {cell, *(at(sheet, heading_row(sheet), c) for c in range(1, 5)), "", at(sheet, line, 4)}
        yield case(
            "struck-out part of a word",
            f"runs-{name}",
            sheet,
            Refuses(frozenset(cells)),
            Asks(frozenset(cells)),
            Reads(read),
        )
    marked = form("441225", "2021-02", figures(1530, blocks=SHORT))
    row, column = spot(marked, "items_instant")
    read = Book([marked]).figures()
    marked.cell(row, column - 2).runs = (Run("即办件事项数"), Run("1", vertical="superscript"))
    cells = {at(marked, row, column), at(marked, row, column - 2)}
    yield case(
        "raised mark behind a name",
        "runs-name-mark",
        marked,
        Reads(read),
        Refuses(frozenset(cells)),
        Asks(frozenset(cells)),
    )


def _struck_out() -> Iterator[Case]:
    for n, code in enumerate(("items_instant", "items_total", "startup_days")):
        sheet = form("441225", "2021-02", figures(1540 + n))
        row, column = spot(sheet, code)
        sheet.cell(row, column).strike = True
        yield case("struck-out figure", f"struck-{n}", sheet, *_or_asked(at(sheet, row, column)))
        whole = form("441225", "2021-02", figures(1545 + n))
        for cell in whole.rows[row - 1]:
            cell.strike = True
        here = [at(whole, row, c) for c in range(1, 5)]
        yield case("struck-out row", f"struck-row-{n}", whole, *_or_asked(*here))
    table = wide({(u, "2021-02"): figures(1550, blocks=SHORT) for u in ("441225", "441202")})
    for cell in table.rows[2]:
        cell.strike = True
    here = [at(table, 3, c) for c in range(1, table.width + 1)]
    yield case("struck-out row", "struck-unit", table, *_or_asked(*here))
    before = form("441225", "2021-02", figures(1551), FormLook(beside=(("上月数", earlier),)))
    before.cell(9, 5).strike = True
    yield case("struck out where nothing is read", "struck-beside", before, Reads(Book([before]).figures()),
               *_or_asked(at(before, 9, 5)))  # fmt: skip
    white = form("441225", "2021-02", figures(1552))
    row, column = spot(white, "items_instant")
    white.cell(row, column).colour = "FF0000"
    yield case("coloured figure", "colour-red", white)


def _hidden() -> Iterator[Case]:
    kinds = ("hidden_rows", "flat_rows", "hidden_columns", "thin_columns")
    for n, kind in enumerate(kinds):
        sheet = form("441225", "2021-09", figures(1560 + n))
        row, column = spot(sheet, "items_instant")
        getattr(sheet, kind).add(row if "rows" in kind else column)
        cells = (
            [at(sheet, row, c) for c in range(1, 5)] if "rows" in kind else [at(sheet, r, column) for r in range(1, 60)]
        )
        yield case("figures out of sight", f"hidden-{kind}", sheet, *_or_asked(*cells))
        table = wide({(u, "2021-02"): figures(1570 + n, blocks=SHORT) for u in ("441225", "441202")})
        getattr(table, kind).add(3 if "rows" in kind else 5)
        cells = [at(table, 3, c) for c in range(1, 20)] if "rows" in kind else [at(table, r, 5) for r in range(1, 4)]
        yield case("figures out of sight", f"hidden-wide-{kind}", table, *_or_asked(*cells))
        beside = form("441225", "2021-02", figures(1580 + n), FormLook(beside=(("备注", words),)))
        getattr(beside, kind).add(len(beside.rows) + 2 if "rows" in kind else 5)
        right = (Reads(Book([beside]).figures()), *_or_asked(*(at(beside, r, 5) for r in range(1, 60))))
        yield case("words out of sight", f"hidden-words-{kind}", beside, *right)
    heads = form("441225", "2021-02", figures(1590))
    heads.hidden_rows.add(2)
    cells = [at(heads, r, c) for r in (2, 3) for c in range(1, 5)]
    yield case(
        "unit and month out of sight", "hidden-labels", heads, *_or_asked("", *cells), Reads(Book([heads]).figures())
    )
    both = [form("441225", "2021-02", figures(1591)), form("441225", "2021-01", figures(1592), FormLook(sheet="旧表"))]
    both[1].hidden = True
    cells = [at(both[1], r, c) for r in range(1, 6) for c in range(1, 5)]
    yield book_case("figures out of sight", "hidden-sheet", Book(both), *_or_asked("旧表", *cells))


def _with_look(look: str, seed: int, value: Any = 351) -> tuple[Sheet, int, int]:
    sheet = form("441225", "2021-02", figures(seed, blocks=SHORT))
    row, column = spot(sheet, "items_instant")
    sheet.cell(row, column).value, sheet.cell(row, column).look = value, look
    return sheet, row, column


def _formats() -> Iterator[Case]:
    for n, look in enumerate(HARMLESS_FORMATS):
        sheet, _, column = _with_look(look, 1600 + n, 1351)
        for line in sheet.rows[3:]:
            line[column - 1].look = look if line[column - 1].means and isinstance(line[column - 1].value, int) else ""
        yield case("format that shows the number as it is", f"format-same-{n}", sheet)
    for n, look in enumerate(CHANGING_FORMATS):
        sheet, row, column = _with_look(look, 1620 + n)
        yield case("format that shows another number", f"format-other-{n}", sheet, *_or_asked(at(sheet, row, column)))
    for n, look in enumerate(_SAME_OR_ASKED):
        sheet, row, column = _with_look(look, 1660 + n)
        right = (Reads(Book([sheet]).figures()), *_or_asked(at(sheet, row, column)))
        yield case("format that shows the same number otherwise", f"format-either-{n}", sheet, *right)


def _formats_of_decimals_and_zeros() -> Iterator[Case]:
    for n, (look, value) in enumerate(
        (("0", "38.5"), ("#,##0", "38.5"), ("0_ ", "40.5"), ("0;-0", "38.5"), ("#", "0.4"), ("0.", "38.5"))
    ):
        sheet = form("441225", "2021-02", figures(1680 + n))
        row, column = spot(sheet, "startup_days")
        sheet.cell(row, column).value, sheet.cell(row, column).look = Decimal(value), look
        yield case("format that hides decimals", f"format-decimals-{n}", sheet, *_or_asked(at(sheet, row, column)))
    for n, look in enumerate(("0.0", "0.0_ ", "#,##0.0", "0.00", "General")):
        sheet = form("441225", "2021-02", figures(1690 + n))
        row, column = spot(sheet, "startup_days")
        sheet.cell(row, column).value, sheet.cell(row, column).look = Decimal("38.5"), look
        right: tuple[Right, ...] = (Reads(Book([sheet]).figures()),)
        right += _or_asked(at(sheet, row, column)) if look == "0.00" else ()
        yield case("format of decimals", f"format-decimals-same-{n}", sheet, *right)
    for n, look in enumerate(
        ("0;-0;;@", "#", "#,###", '0;-0;"-"', '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', '0;0;"无"')
    ):
        sheet, row, column = _with_look(look, 1700 + n, 0)
        yield case("format that hides a zero", f"format-zero-{n}", sheet, *_or_asked(at(sheet, row, column)))
        shown, _, _ = _with_look(look, 1710 + n, 351)
        yield case("format that hides only zeros", f"format-zero-shown-{n}", shown)


def _formats_of_keys() -> Iterator[Case]:
    """A unit's code or a month held as a number whose format shows another."""
    for n, (look, value) in enumerate((('0"0"', 44122), ("0,", 441225000), (";;;", 441225))):
        sheet = wide({("441202", "2021-02"): figures(1720 + n, blocks=SHORT)})
        sheet.rows[1][0] = Cell(value, look=look)
        cells = [at(sheet, 2, c) for c in range(1, 20)]
        yield case("format of a unit's code", f"format-unit-{n}", sheet, *_or_asked(*cells))
