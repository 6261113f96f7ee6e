"""Sheets in whose words or type a neighbour, another month or a part is said in passing: short names, notes, tiny digits."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from tests.intake_corpus.families.writing import by_openpyxl, case
from tests.intake_corpus.labels import Case, Reads, Right, asks, refuses
from tests.intake_corpus.offices import SHORT, FormLook, at, figures, form, spot
from tests.spreadsheet.model import Book, Sheet

_NEIGHBOURS = (
    "端州2021年2月报送表",
    "2021年2月高要报表",
    "怀集:2021年2月月报",
    "2021年2月(广宁)报送表",
    "肇庆市德庆2月报表",
    "鼎湖2月",
)
_NO_NEIGHBOURS = ("封开2021年2月报送表", "第四会议室2021年2月报送表", "肇庆市2021年2月封开报送表")
_SAID_BELOW = (
    "注:即办件事项数为全年数", "注:即办件事项数自1月起累计", "另:镇级200项未计入", "以上含重复计算的20项", "数据沿用上月", "同上月",
    "注:第5行填错了,请按1243计", "以上仅为江口镇数据", "以上只含大厅窗口", "上述数须扣除12项", "各数再加镇级7项",
)  # fmt: skip
_SAID_BESIDE = ("沿用上月", "估", "(估)", "加镇级200", "扣除20", "江口镇", "按1243填", "同上期", "只含江口")
_HARMLESS = (
    "比上月增加20项",
    "较上月减少3项",
    "已核对",
    "增加2项为新下放",
    "联系电话0758-123456",
    "由各科室汇总",
    "参加1次培训后统一口径",
)
_CORNERS = ("本表为预计数", "累计数", "估算表")


def cases() -> Iterator[Case]:
    yield from _short_names()
    yield from _notes()
    yield from _corners()
    yield from _short_years()
    yield from _tiny()


def _form(seed: int, look: FormLook | None = None) -> Sheet:
    return form("441225", "2021-02", figures(seed, blocks=SHORT), look)


def _read(sheet: Sheet) -> Reads:
    return Reads(Book([sheet]).figures())


def _short_names() -> Iterator[Case]:
    """A neighbour by the name that people say, in a title or as the sheet's name; and what only looks like one."""
    kind = "neighbour's short name"
    for n, title in enumerate(_NEIGHBOURS):
        sheet = _form(5000 + n, FormLook(title=title))
        yield case(kind, f"short-title-{n}", sheet, asks(at(sheet, 1, 1)))
        named = _form(5010 + n, FormLook(sheet=title.replace(":", "")))
        yield case(kind, f"short-sheet-{n}", named, asks(named.name, at(named, 4, 1), at(named, 3, 1)))
    for n, title in enumerate(_NO_NEIGHBOURS):
        sheet = _form(5020 + n, FormLook(title=title))
        yield case("own short name, and words with another's inside", f"short-own-{n}", sheet, _read(sheet))
    alone = _form(5025, FormLook(title="封开2021年2月报送表", labels=()))
    yield case("own short name, and words with another's inside", "short-own-alone", alone, _read(alone))


def _notes() -> Iterator[Case]:
    for n, words in enumerate(_SAID_BELOW):
        sheet = _form(5030 + n, FormLook(below=((words,),)))
        yield case("note that says figures are others", f"said-below-{n}", sheet, asks(at(sheet, len(sheet.rows), 1)))
    for n, words in enumerate(_SAID_BESIDE):
        sheet = _form(5050 + n, FormLook(beside=(("备注", lambda *_, words=words: words),)))
        places = [at(sheet, row, column) for row, column, cell in sheet.places() if cell.value == words]
        yield case("remark that says figures are others", f"said-beside-{n}", sheet, asks(*places))
    for n, words in enumerate(_HARMLESS):
        beside = _form(5070 + n, FormLook(beside=(("备注", lambda *_, words=words: words),)))
        yield case("remark that changes no figure", f"harmless-beside-{n}", beside, _read(beside))


def _corners() -> Iterator[Case]:
    """Beside the labels, where no column is."""
    for n, words in enumerate(_CORNERS):
        labels = (("填报单位:", "{unit}", "报告期:", "{month}", words),)
        sheet = _form(5080 + n, FormLook(labels=labels))
        yield case("corner that says figures are others", f"said-corner-{n}", sheet, asks(at(sheet, 2, 5)))


def _short_years() -> Iterator[Case]:
    for n, name in enumerate(("21.01", "2101", "21-01", "20.02")):
        sheet = _form(5090 + n, FormLook(sheet=name))
        yield case("sheet named by another month of a short year", f"short-year-{n}", sheet, *_not_silently(sheet))
    for n, name in enumerate(("21.02", "2102", "9901", "1001", "2113")):
        sheet = _form(5095 + n, FormLook(sheet=name))
        yield case("sheet's name that is no other month", f"short-year-own-{n}", sheet, _read(sheet))


def _not_silently(sheet: Sheet) -> tuple[Right, ...]:
    cells = (sheet.name, *(at(sheet, row, column) for row, column, _ in sheet.places()))
    return (asks(*cells), refuses(*cells))


def _tiny() -> Iterator[Case]:
    """Type of a point or two: whoever looks sees an empty cell, or the digits beside it."""
    for n, size in enumerate((1.0, 2.0, 8.0)):
        sheet = _form(5100 + n)
        row, column = spot(sheet, "items_instant")
        content = _with_size(sheet, row, column, size)
        right = (_read(sheet),) if size > 3 else (refuses(at(sheet, row, column)),)
        yield Case("figure in tiny type", f"tiny-{n}.xlsx", content, right)
    runs = _form(5110)
    row, column = spot(runs, "items_instant")
    book = load_workbook(BytesIO(by_openpyxl(Book([runs]))))
    digits = CellRichText(TextBlock(InlineFont(sz=11), "12"), TextBlock(InlineFont(sz=1), "3"))
    book.worksheets[0].cell(row, column).value = digits
    yield Case("figure in tiny type", "tiny-run.xlsx", _saved(book), (refuses(at(runs, row, column)),))


def _with_size(sheet: Sheet, row: int, column: int, size: float) -> bytes:
    book = load_workbook(BytesIO(by_openpyxl(Book([sheet]))))
    book.worksheets[0].cell(row, column).font = Font(size=size)
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    written = BytesIO()
    book.save(written)
    return written.getvalue()
