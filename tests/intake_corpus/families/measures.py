"""Units of measure, wherever offices write them: the form's own are read past, any other refuses the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.intake_corpus.families.forms import UNITS
from tests.intake_corpus.families.writing import WRITERS, case, csv_case
from tests.intake_corpus.labels import Case, Reads, Refuses, refuses
from tests.intake_corpus.offices import SHORT, FormLook, at, figures, form, heading_row, spot, tidy, wide
from tests.spreadsheet.model import Book, Cell, Sheet, place
from tests.workbooks import city_plan

_OTHERS = (  # element and a measure that is not its own
    ("startups", "百户"), ("startups", "千户"), ("startups", "万户"), ("startups", "个"), ("startups", "家"),
    ("materials_current", "万份"), ("materials_baseline", "千份"), ("materials_current", "件"), ("items_instant", "百项"),
    ("items_instant", "件"), ("items_total", "千项"), ("startup_days", "小时"), ("startup_days", "天"),
    ("days_statutory", "月"), ("days_promised", "千工作日"), ("systems_due", "套"), ("items_online", "%"),
    ("items_hall", "万件"),
)  # fmt: skip
_CORNERS = ("单位:百户", "单位:万份", "单位：百项", "计量单位:千项", "(单位:百项)", "单位:件", "单位:万元")
_FOOTNOTES = ("注:企业开办户数按百户填报。", "注:材料数单位为万份。", "说明:本表事项数以千项计。", "注：单位:百项。")


def cases() -> Iterator[Case]:
    yield from _column()
    yield from _corner()
    yield from _headings()
    yield from _rows_of_measures()
    yield from _own()


def _whole(sheet: Sheet) -> Refuses:
    """Refused somewhere where the measure, or what it makes doubtful, stands."""
    return refuses(*(at(sheet, r, c) for r, line in enumerate(sheet.rows, start=1) for c in range(1, len(line) + 1)))


def _line(sheet: Sheet, row: int) -> Refuses:
    return refuses(*(at(sheet, row, c) for c in range(1, len(sheet.rows[row - 1]) + 1)))


def _column() -> Iterator[Case]:
    for n, (element, measure) in enumerate(_OTHERS):
        sheet = form(UNITS[n % 9], "2021-02", figures(1200 + n), FormLook(numbers=n % 2 == 0))
        row, column = spot(sheet, element)
        sheet.cell(row, column - 1).value = measure
        yield case("another measure in the column", f"measure-{n}", sheet, _line(sheet, row), writer=WRITERS[n % 6])
    for n, (element, measure) in enumerate(_OTHERS[:8]):
        sheet = tidy({("441225", "2021-03"): figures(1230 + n, blocks=("startup", "materials", "instant"))})
        found = any(c.means and c.means.element == element for _, _, c in sheet.places())
        code = element if found else "items_instant"
        sheet.insert_column(4, ["计量单位", *(_measure_of(line) for line in sheet.rows[1:])])
        row, column = spot(sheet, code)
        sheet.cell(row, column - 1).value = measure
        right = refuses(*(place(row, c) for c in range(1, 6)))
        yield csv_case("another measure in the column", f"measure-tidy-{n}", sheet, right, encoding="gb18030")


def _measure_of(line: Sequence[Cell]) -> str:
    means = next(cell.means for cell in line if cell.means is not None)
    return city_plan().element_by_code[means.element].unit_of_measure.zh


def _corner() -> Iterator[Case]:
    """Above the table, in its title or below it."""
    for n, words in enumerate(_CORNERS):
        corner = FormLook(above=((None, None, None, words),), measures=n % 2 == 0, numbers=True)
        sheet = form(UNITS[n], "2021-02", figures(1300 + n, blocks=SHORT), corner)
        yield case("another measure in the corner", f"corner-{n}", sheet, _whole(sheet), writer=WRITERS[n % 6])
        if n < 4:
            titled = FormLook(title="{unit}{month}报送表(" + words.strip("()") + ")", measures=False)
            sheet = form(UNITS[n], "2021-02", figures(1310 + n, blocks=SHORT), titled)
            yield case("another measure in the title", f"corner-title-{n}", sheet, _whole(sheet))
            labelled = FormLook(labels=(("填报单位:{unit}", "报告期:{month}", words),), measures=False, numbers=False)
            sheet = form(UNITS[n], "2021-02", figures(1315 + n, blocks=SHORT), labelled)
            cells = [place(r, c) for r in range(1, len(sheet.rows) + 1) for c in range(1, 4)]
            yield csv_case("another measure in the corner", f"corner-{n}", sheet, refuses(*cells))
    for n, words in enumerate(_FOOTNOTES):
        sheet = form(UNITS[n], "2021-02", figures(1330 + n), FormLook(below=((words,),), measures=n % 2 == 0))
        yield case("another measure in a footnote", f"footnote-{n}", sheet, _whole(sheet))
    sheet = form("441225", "2021-02", figures(1340), FormLook(sheet="报送表(百户)", measures=False))
    yield case(
        "another measure in the sheet's name", "corner-sheet", sheet, Refuses(_whole(sheet).cells | {sheet.name})
    )


def _headings() -> Iterator[Case]:
    """Behind the heading of the figures, in a group's heading, behind a name."""
    for n, heading in enumerate(
        ("本期数(百户)", "本期数(万)", "本期数（千项）", "本月数(单位:百项)", "数值(万份)", "本期数(%)")
    ):
        look = FormLook(value_heading=heading, measures=n % 2 == 0)
        sheet = form(UNITS[n], "2021-02", figures(1400 + n, blocks=SHORT), look)
        row = heading_row(sheet)
        right = Refuses(_whole(sheet).cells | {"", at(sheet, row, 4)})
        yield case("another measure in the heading", f"heading-measure-{n}", sheet, right)
    for n, words in enumerate(("企业开办(单位:百户)", "企业开办(百户)", "企业开办(万户、万工作日)")):
        rows = {("441225", "2021-02"): figures(1410 + n, blocks=("instant", "startup"))}
        sheet = wide(rows, grouped=True)
        next(c for _, _, c in sheet.places() if c.value == "企业开办").value = words
        yield case("another measure in a group's heading", f"group-measure-{n}", sheet, _whole(sheet))
        look = FormLook(blocks=True, measures=n == 0)
        long = form("441225", "2021-02", figures(1415 + n, blocks=SHORT), look)
        next(c for _, _, c in long.places() if c.value == "企业开办").value = words
        yield case("another measure in a group's heading", f"group-measure-long-{n}", long, _whole(long))
    for n, name in enumerate(("本月企业开办户数(百户)", "本月企业开办户数（万户）", "本月企业开办户数(单位:百户)")):
        sheet = form("441225", "2021-02", figures(1420 + n, blocks=SHORT), FormLook(measures=False))
        row, column = spot(sheet, "startups")
        sheet.cell(row, column - 1).value = name
        yield case("another measure behind a name", f"name-measure-{n}", sheet, _line(sheet, row))
        table = wide({("441225", "2021-02"): figures(1425 + n, blocks=("instant", "startup"))})
        next(c for _, _, c in table.places() if c.value == "本月企业开办户数").value = name
        cells = [place(r, c) for r in (1, 2) for c in range(1, 6)]
        yield csv_case("another measure behind a name", f"name-measure-{n}", table, refuses(*cells))


def _rows_of_measures() -> Iterator[Case]:
    """A row of measures under the headings of a wide table."""
    for n, measures in enumerate(
        (("项", "户", "工作日"), ("项", "百户", "工作日"), ("百项", "户", "工作日"), ("项", "户", "小时"))
    ):
        rows = {(unit, "2021-02"): figures(1440 + n, blocks=("instant", "startup")) for unit in ("441225", "441202")}
        sheet = wide(rows)
        sheet.insert_row(2, ["计量单位", None, *measures])
        own = n == 0
        cells = [place(r, c) for r in (1, 2, 3, 4) for c in range(1, 6)]
        right = ((Reads(Book([sheet]).figures()),) if own else ()) + (refuses(*(f"汇总表!{c}" for c in cells)),)
        kind = "a row of own measures" if own else "another measure in a row of measures"
        yield case(kind, f"measure-row-{n}", sheet, *right)
        right_csv = ((Reads(Book([sheet]).figures()),) if own else ()) + (refuses(*cells),)
        yield csv_case(kind, f"measure-row-{n}", sheet, *right_csv, encoding="gb18030")


def _own() -> Iterator[Case]:
    """The form's own measures in the same places change nothing."""
    items = ("items", "online", "one_window", "hall", "trips", "platform", "instant")
    for n, words in enumerate(("单位:项", "计量单位:项", "(单位:项)", "单位：项")):
        look = FormLook(above=((None, None, words),), measures=n % 2 == 1)
        sheet = form(UNITS[n], "2021-02", figures(1450 + n, blocks=items), look)
        yield case("own measure in the corner", f"own-corner-{n}", sheet, writer=WRITERS[n % 6])
    mixed = form(
        "441225", "2021-02", figures(1460), FormLook(above=((None, None, None, "单位:项、份、户、个、工作日"),))
    )
    yield case(
        "own measures in the corner, all of them",
        "own-corner-all",
        mixed,
        Reads(Book([mixed]).figures()),
        _whole(mixed),
    )
    group = wide({("441225", "2021-02"): figures(1461, blocks=("instant", "systems"))}, grouped=True)
    next(c for _, _, c in group.places() if c.value == "系统对接").value = "系统对接(单位:个)"
    yield case("own measure in a group's heading", "own-group", group)
    for n, name in enumerate(("即办件事项数(项)", "即办件事项数（项）", "1.即办件事项数(项)")):
        sheet = form("441225", "2021-02", figures(1470 + n, blocks=SHORT), FormLook(measures=n == 0))
        row, column = spot(sheet, "items_instant")
        sheet.cell(row, column - (2 if n == 0 else 1)).value = name
        yield case("own measure behind a name", f"own-name-{n}", sheet)
    sheet = form("441225", "2021-02", figures(1480, blocks=SHORT))
    for line in sheet.rows[3:6]:
        line[2].value = None
    yield case("measures left blank", "own-blank", sheet, Reads(Book([sheet]).figures()), _whole(sheet))
    by_hand = form("441225", "2021-02", figures(1481, blocks=SHORT))
    row, column = spot(by_hand, "items_instant")
    by_hand.cell(row, column).value = f"{by_hand.cell(row, column).value}项"
    book = Book([by_hand])
    submissions = {k: {e: v.removesuffix("项") for e, v in found.items()} for k, found in book.figures().items()}
    yield case("own measure behind the figure", "own-figure", by_hand, Reads(submissions))
