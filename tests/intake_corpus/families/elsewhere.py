"""Another unit or month than the table's own, in a title, a sheet's name, a label, or the form that is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from metrics.intake.file_questions import Opened
from tests.intake_corpus.families.forms import UNITS
from tests.intake_corpus.families.writing import book_case, case, csv_case
from tests.intake_corpus.labels import Case, Reads, asks, refuses
from tests.intake_corpus.offices import SHORT, FormLook, at, figures, form, tidy, wide
from tests.spreadsheet.model import Book, place
from tests.spreadsheet.xlsx import xlsx

_OTHER_UNITS = (
    "怀集县2021年2月政务服务事项报送表",
    "怀集县政务服务月报",
    "广宁县2021年2月报送表",
    "德庆县人民政府2021年2月报送表",
)
_OTHER_MONTHS = (
    "封开县2021年1月政务服务事项报送表",
    "2020年2月报送表",
    "封开县2021年3月报送表",
    "二〇二一年一月报送表",
    "封开县1月份报送表",
)
_OTHER_SHEETS = ("1月", "2021年1月", "2021-01", "202101", "怀集县", "怀集", "怀集县2月", "1月份", "2020年2月", "一月")
_OWN_SHEETS = ("2月", "2021年2月", "封开县", "封开", "202102", "Sheet1", "月报", "2月份", "封开县2月", "二月")


def cases() -> Iterator[Case]:
    yield from _titles()
    yield from _sheet_names()
    yield from _tables_with_keys()
    yield from _only_in_the_title()
    yield from _opened()


def _titles() -> Iterator[Case]:
    for n, title in enumerate((*_OTHER_UNITS, *_OTHER_MONTHS)):
        sheet = form("441225", "2021-02", figures(2000 + n, blocks=SHORT if n % 2 else None), FormLook(title=title))
        first = Book([sheet]).figures()
        other = {"怀": "441224", "广": "441223", "德": "441226"}.get(title[0])
        month = {0: "2021-01", 1: "2020-02", 2: "2021-03", 3: "2021-01", 4: "2021-01"}.get(
            n - len(_OTHER_UNITS), "2021-02"
        )
        second = {f"{other or '441225'}/{month}": found for found in first.values()}
        unclear = title == _OTHER_MONTHS[-1]  # 1月份: its year is to be guessed
        cells = [at(sheet, 1, 1), at(sheet, 2, 2), at(sheet, 2, 4)]
        shows = ("封开县", "怀集县") if other == "441224" else ()
        right = asks(*cells, shows=shows, readings=() if unclear else (first, second))
        yield case("another unit or month in the title", f"title-{n}", sheet, right)
    for n, title in enumerate(
        ("封开县2021年2月报送表", "肇庆市政务服务事项月报", "肇庆市封开县报送表", "政务服务事项报送表", "2021年2月月报")
    ):
        sheet = form("441225", "2021-02", figures(2020 + n), FormLook(title=title))
        yield case("own unit and month in the title", f"title-own-{n}", sheet)
    two = FormLook(title="2021年1月至2月报送表")
    sheet = form("441225", "2021-02", figures(2030, blocks=SHORT), two)
    cells = [at(sheet, 1, 1), at(sheet, 2, 4)]
    yield case("two months in the title", "title-span", sheet, asks(*cells), refuses(*cells))
    issued = FormLook(above=(("肇府放管服办〔2021〕3号",), ("2021年1月15日印发",)))
    sheet = form("441225", "2021-02", figures(2031, blocks=SHORT), issued)
    cells = [at(sheet, r, c) for r in (1, 2, 3, 4) for c in (1, 2, 4)]
    yield case("day of issue above the table", "title-issued", sheet, Reads(Book([sheet]).figures()), asks(*cells))


def _sheet_names() -> Iterator[Case]:
    for n, name in enumerate(_OTHER_SHEETS):
        sheet = form("441225", "2021-02", figures(2040 + n, blocks=SHORT if n % 2 else None), FormLook(sheet=name))
        first = Book([sheet]).figures()
        cells = [name, *(at(sheet, r, c) for r in (1, 2, 3) for c in (1, 2, 4))]
        yield case(
            "another unit or month in the sheet's name", f"sheet-{n}", sheet, asks(*cells, readings=_moved(name, first))
        )
    for n, name in enumerate(_OWN_SHEETS):
        sheet = form("441225", "2021-02", figures(2060 + n, blocks=SHORT if n % 2 else None), FormLook(sheet=name))
        yield case("own unit and month in the sheet's name", f"sheet-own-{n}", sheet)


def _moved(name: str, first: dict[str, dict[str, str]]) -> tuple[dict[str, dict[str, str]], ...]:
    """The readings that may come of a sheet's name: as its labels say, or as its name says."""
    unit = "441224" if name.startswith("怀集") else "441225"
    months = ["2021-02", "2021-01"] if "1" in name or "一" in name else ["2021-02"]
    months = ["2021-02", "2020-02"] if "2020" in name else months
    units = {"441225", unit}
    return tuple({f"{u}/{m}": found for found in first.values()} for u in sorted(units) for m in months)


def _tables_with_keys() -> Iterator[Case]:
    """Tables whose rows name unit and month, under a title or on a sheet that names another."""
    for n, title in enumerate(("2021年1月各县(市、区)汇总表", "2020年2月统计表")):
        table = wide({(u, "2021-02"): figures(2080 + n, blocks=SHORT) for u in ("441225", "441202")}, above=[[title]])
        cells = [at(table, r, c) for r in (1, 2, 3, 4) for c in (1, 2)]
        yield case("another month above a table of units", f"table-title-{n}", table, asks(*cells), refuses(*cells))
        cells = [place(r, c) for r in (1, 2, 3, 4) for c in (1, 2)]
        yield csv_case("another month above a table of units", f"table-title-{n}", table, asks(*cells), refuses(*cells))
    for n, name in enumerate(("2021年1月", "1月")):
        table = wide({(u, "2021-02"): figures(2090 + n, blocks=SHORT) for u in ("441225", "441202")}, sheet=name)
        cells = [name, *(at(table, r, c) for r in (1, 2, 3, 4) for c in (1, 2))]
        yield case("another month in the sheet's name", f"table-sheet-{n}", table, asks(*cells), refuses(*cells))
    for n, title in enumerate(("肇庆市2021年2月各县(市、区)汇总表", "全市汇总表")):
        table = wide({(u, "2021-02"): figures(2095 + n) for u in UNITS[:4]}, above=[[title]], numbers=n == 0)
        yield case("own month above a table of units", f"table-own-{n}", table)


def _only_in_the_title() -> Iterator[Case]:
    """Unit and month stand in the title and nowhere else."""
    for n, title in enumerate(
        ("封开县2021年2月报送表", "封开县政务服务事项报送表(2021年2月)", "肇庆市封开县2021年2月月报")
    ):
        look = FormLook(title=title, labels=(), numbers=n == 0)
        sheet = form("441225", "2021-02", figures(2100 + n, blocks=SHORT), look)
        yield case("unit and month only in the title", f"title-only-{n}", sheet)
        yield csv_case("unit and month only in the title", f"title-only-{n}", sheet, encoding="gb18030")
    named = form(
        "441225", "2021-02", figures(2110), FormLook(title="", labels=(("报告期:", "{month}"),), sheet="封开县")
    )
    yield case("unit only in the sheet's name", "sheet-only-unit", named)
    month = form(
        "441225", "2021-02", figures(2111), FormLook(title="", labels=(("填报单位:", "{unit}"),), sheet="2021年2月")
    )
    yield case("month only in the sheet's name", "sheet-only-month", month)
    two = form(
        "441225", "2021-02", figures(2112, blocks=SHORT), FormLook(title="封开县、怀集县2021年2月报送表", labels=())
    )
    cells = ["", *(at(two, r, c) for r in (1, 2) for c in (1, 2, 3, 4))]
    yield case("two units in the title", "title-two", two, refuses(*cells), asks(*cells))
    nobody = form(
        "441225", "2021-02", figures(2113, blocks=SHORT), FormLook(title="报送表", labels=(("报告期:", "{month}"),))
    )
    cells = ["", *(at(nobody, r, c) for r in (1, 2, 3) for c in (1, 2, 3, 4))]
    yield case("no unit", "unit-none", nobody, refuses(*cells))
    never = form(
        "441225", "2021-02", figures(2114, blocks=SHORT), FormLook(title="报送表", labels=(("填报单位:", "{unit}"),))
    )
    cells = ["", *(at(never, r, c) for r in (1, 2, 3) for c in (1, 2, 3, 4))]
    yield case("no month", "period-none", never, refuses(*cells))
    yield from _labels_that_differ()


def _labels_that_differ() -> Iterator[Case]:
    differ = FormLook(title="报送表", labels=(("填报单位:封开县", "填报单位:怀集县"), ("报告期", "{month}")))
    sheet = form("441225", "2021-02", figures(2115, blocks=SHORT), differ)
    yield case(
        "labels that differ",
        "labels-differ",
        sheet,
        refuses(at(sheet, 2, 2), at(sheet, 2, 1)),
        asks(at(sheet, 2, 1), at(sheet, 2, 2)),
    )
    months = replace(differ, labels=(("填报单位:封开县",), ("报告期:2021年2月", None, "报告期:2021年1月")))
    sheet = form("441225", "2021-02", figures(2116, blocks=SHORT), months)
    cells = [at(sheet, 3, 1), at(sheet, 3, 3)]
    yield case("labels that differ", "labels-differ-month", sheet, refuses(*cells), asks(*cells))


def _opened() -> Iterator[Case]:
    """The file was dropped on the form of another month or unit."""
    for n, opened in enumerate((Opened("441225", "2021-03"), Opened("441225", "2021-01"), Opened("441202", "2021-02"))):
        sheet = form("441225", "2021-02", figures(2120 + n))
        first = Book([sheet]).figures()
        second = {f"{opened.unit}/{opened.period}": found for found in first.values()}
        cells = [at(sheet, r, c) for r in (1, 2, 3, 4) for c in range(1, 5)]
        right = asks(*cells, readings=(first, second, {}))
        yield Case(
            "another unit or month than the open form's", f"opened-{n}.xlsx", xlsx(Book([sheet])), (right,), opened
        )
    same = form("441225", "2021-02", figures(2130))
    read = Reads(Book([same]).figures())
    yield Case(
        "the open form's unit and month", "opened-same.xlsx", xlsx(Book([same])), (read,), Opened("441225", "2021-02")
    )
    copied = form("441225", "2021-02", figures(2131), FormLook(sheet="2月"))
    old = form("441225", "2021-01", figures(2132), FormLook(sheet="1月"))
    cells = ["", "1月", "2月", *(at(sheet, r, c) for sheet in (copied, old) for r in range(1, 5) for c in range(1, 5))]
    book = Book([old, copied])
    one, before = ({f"441225/2021-0{m}": book.figures()[f"441225/2021-0{m}"]} for m in (2, 1))
    right_all = (Reads(one), asks(*cells, readings=(one, before, book.figures(), {})), refuses(*cells))
    yield Case(
        "year's workbook beside an open form", "opened-year.xlsx", xlsx(book), right_all, Opened("441225", "2021-02")
    )
    lines = tidy({("441225", "2021-01"): figures(2133, blocks=SHORT)})
    yield book_case("month of the table alone", "opened-none", Book([lines]))
