"""Figures that are formulas: calculated or not, to be calculated again, by hand, empty, wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.intake_corpus.families.writing import book_case, by_openpyxl, by_xlsxwriter
from tests.intake_corpus.labels import Case, Reads, asks, refuses
from tests.intake_corpus.offices import SHORT, FormLook, at, figures, form, spot, tidy
from tests.spreadsheet.model import Book, Cell, Sheet


def cases() -> Iterator[Case]:
    yield from _calculated()
    yield from _uncalculated()
    yield from _manual()
    yield from _empty()
    yield from _wrong()
    yield from _where_nothing_is_read()


def _with_formula(seed: int, value: Any, formula: str = "SUM(F4:F9)", code: str = "items_instant") -> tuple[Sheet, str]:
    sheet = form("441225", "2021-02", figures(seed))
    row, column = spot(sheet, code)
    cell = sheet.cell(row, column)
    cell.value, cell.formula = value, formula
    return sheet, at(sheet, row, column)


def _calculated() -> Iterator[Case]:
    for n, formula in enumerate(("5+7", "SUM(D5:D9)", "数据!A1", "VLOOKUP(B4,数据!A:B,2,0)", "ROUND(11.7,0)")):
        sheet, _ = _with_formula(1800 + n, 351 + n, formula)
        yield book_case("calculated formula", f"formula-{n}", Book([sheet]))
    every = form("441225", "2021-02", figures(1810))
    for row, _, cell in every.places():
        cell.formula = f"数据!B{row}" if cell.means else ""
    yield book_case("calculated formula", "formula-all", Book([every]))
    text, _ = _with_formula(1811, "351", 'TEXT(351,"0")')
    yield book_case("calculated formula with a text", "formula-text", Book([text]))


def _uncalculated() -> Iterator[Case]:
    for n, code in enumerate(("items_instant", "items_total", "startup_days")):
        sheet, cell = _with_formula(1820 + n, None, code=code)
        yield book_case("formula without its result", f"formula-none-{n}", Book([sheet]), refuses(cell))
        yield Case(
            "formula without its result", f"formula-openpyxl-{n}.xlsx", by_openpyxl(Book([sheet])), (refuses(cell),)
        )
        zero, cell = _with_formula(1825 + n, 0, code=code)
        yield book_case(
            "placeholder beside a formula", f"formula-zero-{n}", Book([zero], recalculate=True), refuses(cell)
        )
        content = by_xlsxwriter(Book([zero]))
        yield Case("placeholder beside a formula", f"formula-xlsxwriter-{n}.xlsx", content, (refuses(cell),))
        stored, cell = _with_formula(1830 + n, 350, code=code)
        yield book_case(
            "formula to be calculated again", f"formula-again-{n}", Book([stored], recalculate=True), refuses(cell)
        )
    two = tidy({("441202", "2021-06"): figures(1840, blocks=("systems",))})
    for row in two.rows[1:]:
        row[3].value, row[3].formula = 0, "5+7"
    right = refuses("明细!D2", "明细!D3", each=True)
    yield book_case("placeholder beside a formula", "formula-tidy", Book([two], recalculate=True), right)


def _manual() -> Iterator[Case]:
    for n in range(3):
        sheet, cell = _with_formula(1850 + n, 351 + n)
        figures_ = Book([sheet]).figures()
        right = (asks(cell, shows=(str(351 + n),), readings=(figures_,)),)
        yield book_case("formula calculated by hand only", f"formula-manual-{n}", Book([sheet], manual=True), *right)
    plain = form("441225", "2021-02", figures(1855))
    yield book_case("calculated by hand, without formulas", "formula-manual-none", Book([plain], manual=True))
    yield book_case("to be calculated again, without formulas", "formula-again-none", Book([plain], recalculate=True))


def _empty() -> Iterator[Case]:
    """`=IF(x="","",x)` over an empty cell is a blank, whatever the file says about calculating."""
    for n, again in enumerate((False, True)):
        single = form("441225", "2021-02", figures(1860 + n))
        row, column = spot(single, "items_instant")
        left = {k: {e: v for e, v in f.items() if e != "items_instant"} for k, f in Book([single]).figures().items()}
        single.cell(row, column).value, single.cell(row, column).formula = "", 'IF(F9="","",F9)'
        yield book_case(
            "formula of an empty text, whole block",
            f"formula-empty-{n}",
            Book([single], recalculate=again),
            Reads(left),
        )
        begun, cell = _with_formula(1865 + n, "", 'IF(F9="","",F9)', "systems_connected")
        yield book_case(
            "formula of an empty text in a begun block",
            f"formula-blank-{n}",
            Book([begun], recalculate=again),
            refuses(cell),
        )


def _wrong() -> Iterator[Case]:
    for n, value in enumerate(("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?")):
        sheet, cell = _with_formula(1870 + n, value, "1/0")
        yield book_case("formula with an error", f"formula-error-{n}", Book([sheet]), refuses(cell))
    no_counts: tuple[Any, ...] = (True, "无", 12.5, -3)
    for n, value in enumerate(no_counts):
        sheet, cell = _with_formula(1880 + n, value, "A1")
        yield book_case("formula with no count", f"formula-none-count-{n}", Book([sheet]), refuses(cell))


def _where_nothing_is_read() -> Iterator[Case]:
    """Formulas in columns that are not read do not matter; in a unit's or month's cell they do."""
    for n, again in enumerate((False, True)):
        look = FormLook(beside=(("增减", lambda element, value: Cell(3, formula="D4-E4")),))
        sheet = form("441225", "2021-02", figures(1890 + n), look)
        yield book_case("formulas where nothing is read", f"formula-beside-{n}", Book([sheet], recalculate=again))
        numbered = form("441225", "2021-02", figures(1892 + n, blocks=SHORT))
        for row in numbered.rows[3:]:
            row[0].formula = "ROW()-3"
        yield book_case("formulas where nothing is read", f"formula-numbers-{n}", Book([numbered], recalculate=again))
        period = form("441225", "2021-02", figures(1894 + n, blocks=SHORT), FormLook(title="报送表"))
        period.cell(2, 4).formula = 'TEXT(EDATE(TODAY(),-1),"yyyy年m月")'
        read, cells = Reads(Book([period]).figures()), [at(period, r, c) for r in (2, 3) for c in range(1, 5)]
        right = (refuses(*cells), asks(*cells), *(() if again else (read,)))
        kind = "month by a formula to be calculated again" if again else "month by a formula"
        yield book_case(kind, f"formula-period-{n}", Book([period], recalculate=again), *right)
