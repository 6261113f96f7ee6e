"""Tables of several units or months: wide, tidy, on several sheets, on their side, two beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metrics.plan.model import Element
from tests.intake_corpus.families.forms import UNITS
from tests.intake_corpus.families.writing import WRITERS, book_case, case, csv_case
from tests.intake_corpus.labels import Asks, Case, Reads, Refuses, asks, refuses
from tests.intake_corpus.offices import SHORT, FormLook, at, figures, form, names, spot, tidy, wide
from tests.intake_corpus.offices import UNITS as UNIT_NAMES
from tests.spreadsheet.model import Book, Cell, Figure, Sheet, place
from tests.workbooks import city_plan


def cases() -> Iterator[Case]:
    yield from _wide()
    yield from _totals()
    yield from _tidy()
    yield from _several_sheets()
    yield from _on_its_side()
    yield from _two_columns()


def _anywhere(*sheets: Sheet) -> Refuses:
    cells = {at(s, r, c) for s in sheets for r in range(1, len(s.rows) + 1) for c in range(1, s.width + 1)}
    return Refuses(frozenset({"", *cells}))


def _wide() -> Iterator[Case]:
    """Rows of units, one row or two of headings."""
    for n in range(8):
        units = UNITS[n % 3 : n % 3 + 2 + n % 4]
        rows = {
            (u, "2021-02"): figures(2200 + n * 10 + k, blocks=None if n < 3 else SHORT) for k, u in enumerate(units)
        }
        title = [[("2021年2月各县(市、区)报送情况表", "附件1")[n % 2]]] if n % 2 == 0 else []
        sheet = wide(rows, above=title, numbers=n % 2 == 1, grouped=n >= 4)
        yield case("table of units", f"wide-{n}", sheet, writer=WRITERS[n % len(WRITERS)])
        if n < 4:
            yield csv_case("table of units", f"wide-{n}", sheet, encoding=("gb18030", "utf-8-sig")[n % 2])
    above: list[list[Any]] = [["肇庆市2021年2月统计表"], [None, None, "报告期:2021年2月"]]
    rows = {(u, "2021-02"): figures(2290 + k) for k, u in enumerate(UNITS[:3])}
    yield case("table of units", "wide-month-above", wide(rows, above=above, period_column=False))
    months = {("441225", f"2021-0{m}"): figures(2300 + m, blocks=SHORT) for m in range(1, 7)}
    yield case("table of months", "wide-months", wide(months))
    yield csv_case("table of months", "wide-months", wide(months), encoding="gb18030")


def _totals() -> Iterator[Case]:
    """Rows that add up the others, above or below."""
    for n, word in enumerate(("合计", "总计", "全市合计", "合 计", "全市", "小计")):
        rows = {(u, "2021-02"): figures(2310 + n * 5 + k, blocks=SHORT) for k, u in enumerate(UNITS[:3])}
        sheet = wide(rows)
        sums: list[Any] = [sum(row[c].value for row in sheet.rows[1:]) for c in range(2, sheet.width)]
        line = [word, None, *sums]
        if n % 2:
            sheet.insert_row(2, line)
        else:
            sheet.rows.append(Sheet.of("", [line]).rows[0])
        yield case("row of totals", f"total-{n}", sheet)
        if word != "小计":
            long = tidy({("441202", "2021-09"): figures(2350 + n, blocks=("systems",))})
            long.rows.append(Sheet.of("", [[word, None, None, sum(r[3].value for r in long.rows[1:])]]).rows[0])
            yield csv_case("row of totals under a tidy table", f"total-tidy-{n}", long)
    wrong = wide({(u, "2021-02"): figures(2370 + k, blocks=("instant", "systems")) for k, u in enumerate(UNITS[:3])})
    wrong.rows.append(Sheet.of("", [["合计", None, 1, 2, 3]]).rows[0])
    yield case(
        "row of totals that does not add up", "total-differs", wrong, Reads(Book([wrong]).figures()), _anywhere(wrong)
    )


def _tidy() -> Iterator[Case]:
    for n in range(6):
        rows = {(u, f"2021-0{n + 1}"): figures(2400 + n * 5 + k) for k, u in enumerate(UNITS[n : n + 2])}
        sheet = tidy(rows, english=n % 2 == 0)
        yield csv_case(
            "tidy table", f"tidy-{n}", sheet, encoding=("utf-8", "gb18030", "utf-8-sig")[n % 3], delimiter=",\t;"[n % 3]
        )
        yield case("tidy table", f"tidy-{n}", sheet, writer=WRITERS[n % len(WRITERS)])
    both = tidy({("441225", "2021-02"): figures(2450)}, heads=("单位名称", "月份", "指标名称", "本月数"))
    both.insert_column(1, ["序号", *range(1, len(both.rows))])
    both.insert_column(6, ["备注"])
    yield case("tidy table", "tidy-numbered", both)
    merged = tidy({("441225", "2021-02"): figures(2451, blocks=SHORT)})
    last = len(merged.rows)
    for row in merged.rows[2:]:
        row[0].value = row[1].value = None
    merged.merges += [(2, 1, last, 1), (2, 2, last, 2)]
    yield case("tidy table with joined units", "tidy-merged", merged)
    blank = tidy({("441225", "2021-02"): figures(2452, blocks=("systems", "instant"))})
    for row in blank.rows[2:]:
        row[0].value = row[1].value = None
    here = refuses(*(at(blank, r, c) for r in (3, 4) for c in (1, 2)), each=True)
    yield case("units left blank", "tidy-blank", blank, here)


def _several_sheets() -> Iterator[Case]:
    """A sheet a unit, a sheet a month, covers and explanations."""
    cover = Sheet.of(
        "封面", [["政务服务事项月报"], [], ["填报单位:封开县政务服务数据管理局"], ["报出日期:2021年3月3日"]]
    )
    notes = Sheet.of(
        "填报说明", [["填报说明"], ["1.本表按月填报。"], ["2.只填数量,不填百分比。"], ["3.每月5日前报送。"]]
    )
    for n in range(4):
        sheets = [
            form(
                u, "2021-02", figures(2500 + n * 5 + k, blocks=None if n < 2 else SHORT), FormLook(sheet=UNIT_NAMES[u])
            )
            for k, u in enumerate(UNITS[n : n + 3])
        ]
        pages = [*([notes] if n % 2 else []), *sheets]
        yield case("a sheet for each unit", f"units-{n}", pages, writer=WRITERS[n % len(WRITERS)])
    for n, extra in enumerate(([cover], [cover, notes], [notes])):
        sheet = form("441225", "2021-02", figures(2530 + n))
        yield book_case("cover and explanations", f"cover-{n}", Book([*extra, sheet]))
    for n, filled in enumerate((2, 3, 6, 1)):
        year: list[Sheet] = []
        for m in range(1, 13):
            values = figures(2540 + n * 15 + m, blocks=SHORT if n % 2 == 0 else None)
            page = form("441225", f"2021-{m:02d}", values, FormLook(sheet=f"{m}月", measures=n < 2))
            if m > filled:
                for _, _, cell in page.places():
                    cell.value = None if cell.means else cell.value
            year.append(page)
        book = Book(year)
        cells = {f"{m}月" for m in range(1, 13)} | _anywhere(*year[:filled]).cells
        right = (Reads(book.figures()), Asks(frozenset(cells)), Refuses(frozenset(cells)))
        yield book_case("a sheet for each month", f"year-{n}", book, *(right if filled > 1 else right[:1]))


def _on_its_side() -> Iterator[Case]:
    """Elements across and months down, for one unit; units or months across and elements down."""
    for n, label in enumerate(("填报单位:封开县", "封开县2021年上半年报送表", "单位名称:封开县人民政府")):
        rows = {("441225", f"2021-0{m}"): figures(2600 + n * 10 + m, blocks=SHORT) for m in range(1, 4)}
        sheet = wide(rows)
        for line in sheet.rows:
            del line[0]
        sheet.rows[0][0].value = ("月份", "报告期", "所属月份")[n]
        sheet.insert_row(1, [label])
        read = Reads(Book([sheet]).figures())
        right = (read, asks(at(sheet, 1, 1)), _anywhere(sheet)) if n == 1 else (read,)
        yield case("months down, elements across", f"side-months-{n}", sheet, *right)
        one = wide({("441225", "2021-02"): figures(2640 + n, blocks=SHORT)})
        for line in one.rows:
            del line[:2]
        one.insert_row(1, ["填报单位", "封开县", "报告期", "2021年2月"])
        right_one = (Reads(Book([one]).figures()),) if n == 0 else (Reads(Book([one]).figures()), _anywhere(one))
        if n:
            one.rows[0][1].value = ("", "封开", "肇庆市封开县")[n]
        yield case("one month, elements across", f"side-one-{n}", one, *right_one)
    values = {u: figures(2660 + k, blocks=SHORT) for k, u in enumerate(("441225", "441202", "441203"))}
    units = _matrix(
        [UNIT_NAMES[u] for u in values], [(u, "2021-02", v) for u, v in values.items()], [["报告期", "2021年2月"]]
    )
    yield case("units across, elements down", "side-units", units, Reads(Book([units]).figures()), _anywhere(units))
    for n, heads in enumerate((("1月", "2月", "3月"), ("2021年1月", "2021年2月", "2021年3月"))):
        columns = [("441225", f"2021-0{m}", figures(2670 + n * 5 + m, blocks=SHORT)) for m in (1, 2, 3)]
        months = _matrix(list(heads), columns, [["填报单位", "封开县", "年度", "2021年"]])
        yield case(
            "months across, elements down", f"side-year-{n}", months, Reads(Book([months]).figures()), _anywhere(months)
        )


def _matrix(heads: list[str], columns: list[tuple[str, str, dict[str, Any]]], above: list[list[Any]]) -> Sheet:
    sheet = Sheet.of("汇总", [*above, ["填报项", *heads]])
    for code in columns[0][2]:
        cells = [Cell(values[code], means=Figure(unit, period, code)) for unit, period, values in columns]
        sheet.rows.append(Sheet.of("", [[names()[code], *cells]]).rows[0])
    return sheet


def _two_columns() -> Iterator[Case]:
    """双栏表: the second half of the form stands to the right of the first; or two units do."""
    for n in range(5):
        values = figures(2700 + n, blocks=SHORT if n % 2 else None)
        measures = n >= 2
        sheet = Sheet.of("报送表", [["封开县2021年2月报送表"], ["填报单位", "封开县", "报告期", "2021年2月"]])
        half = [*(["填报项", "计量单位", "本期数"] if measures else ["填报项", "本期数"])]
        sheet.rows.append(Sheet.of("", [[*half, *([None] if n == 4 else []), *half]]).rows[0])
        elements = [e for e in city_plan().elements if e.code in values]
        left = -(-len(elements) // 2)
        for k in range(left):
            pair: list[Any] = _piece(elements[k], values, measures)
            pair += [None] if n == 4 else []
            pair += _piece(elements[left + k], values, measures) if left + k < len(elements) else []
            sheet.rows.append(Sheet.of("", [pair]).rows[0])
        read = Reads(Book([sheet]).figures())
        yield case("two columns of the form beside each other", f"columns-{n}", sheet, read, _anywhere(sheet))
        cells = {place(r, c) for r in range(1, len(sheet.rows) + 1) for c in range(1, sheet.width + 1)}
        yield csv_case(
            "two columns of the form beside each other", f"columns-{n}", sheet, read, Refuses(frozenset({"", *cells}))
        )
    first, second = (
        form(u, "2021-02", figures(2720 + k, blocks=SHORT), FormLook(merged=False))
        for k, u in enumerate(("441225", "441202"))
    )
    for left_row, right_row in zip(first.rows, second.rows, strict=True):
        left_row += [Cell() for _ in range(5 - len(left_row))] + right_row
    yield case("two units beside each other", "columns-units", first, _anywhere(first), Reads(Book([first]).figures()))
    below = form("441225", "2021-02", figures(2730, blocks=("items", "online")))
    more = form("441225", "2021-02", figures(2731, blocks=("systems", "channels")), FormLook(title="", labels=()))
    below.rows += [[], *more.rows]
    yield case("two tables of one unit below each other", "tables-below", below)
    row, column = spot(below, "systems_due")
    assert below.cell(row, column).means is not None


def _piece(element: Element, values: dict[str, Any], measures: bool) -> list[Any]:
    figure = Cell(values[element.code], means=Figure("441225", "2021-02", element.code))
    return [element.name.zh, *([element.unit_of_measure.zh] if measures else []), figure]
