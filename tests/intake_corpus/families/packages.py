"""Workbooks that programs write oddly: harmless defects are read, since no figure depends on them."""

from __future__ import annotations

import csv
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import BytesIO, StringIO

from tests.builders import whole_values
from tests.intake_corpus.families.writing import by_xlsxwriter, case, csv_case
from tests.intake_corpus.labels import Case, Reads, Right, refuses
from tests.intake_corpus.offices import SHORT, FormLook, at, figures, form, spot, tidy
from tests.spreadsheet.csv_text import csv_text
from tests.spreadsheet.model import Book, Cell, Sheet, plain
from tests.spreadsheet.xlsx import MAIN, RELATIONS, Dialect, parts, xlsx, zipped
from tests.templates import form as unit_form
from tests.templates import written
from tests.workbooks import city_plan

Parts = dict[str, str | bytes]
_SHEET, _STYLES, _BOOK = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"
_STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    RELATIONS: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}


def cases() -> Iterator[Case]:
    yield from _defects()
    yield from _languages()
    yield from _texts()
    yield from _far_and_empty()
    yield from _templates()
    yield from _odd_csv()


def _form(seed: int, *, short: bool = False) -> Sheet:
    return form("441225", "2021-02", figures(seed, blocks=SHORT if short else None))


def _changed(
    seed: int, changes: Mapping[str, tuple[str, str] | None], dialect: Dialect | None = None
) -> tuple[Parts, Sheet]:
    """The parts of a form, with a text of some of them put in place of another; None leaves a part out."""
    sheet = _form(seed)
    found = parts(Book([sheet]), dialect or Dialect())
    for name, change in changes.items():
        if change is None:
            del found[name]
        else:
            before, after = change
            assert before in str(found[name]), (name, before)
            found[name] = str(found[name]).replace(before, after)
    return found, sheet


_TYPE = '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
_LINK = f'<Relationship Id="rId901" Type="{RELATIONS}/styles" Target="styles.xml"/>'
_DEFECTS: dict[str, dict[str, tuple[str, str] | None]] = {
    "empty-fill": {_STYLES: ('<fill><patternFill patternType="gray125"/></fill>', "<fill/>")},
    "colour-hash": {_STYLES: ('<name val="宋体"/>', '<color rgb="#FF0000"/><name val="宋体"/>')},
    "colour-word": {_STYLES: ('<name val="宋体"/>', '<color rgb="red"/><name val="宋体"/>')},
    "colour-short": {_STYLES: ('<name val="宋体"/>', '<color rgb="FFF"/><name val="宋体"/>')},
    "no-styles": {_STYLES: None, "[Content_Types].xml": (_TYPE, ""), "xl/_rels/workbook.xml.rels": (_LINK, "")},
    "pattern-unknown": {_STYLES: ('patternType="gray125"', 'patternType="dotty"')},
    "font-size": {_STYLES: ('<sz val="11"/>', '<sz val="0"/>')},
    "font-family": {_STYLES: ('<name val="宋体"/>', '<name val="宋体"/><family val="99"/><charset val="134"/>')},
    "no-cell-styles": {_STYLES: ('<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>', "")},
    "border-unknown": {_STYLES: ("<border><left/>", '<border><left style="wobbly"/>')},
    "dimension-wrong": {_SHEET: ("<sheetData>", '<dimension ref="A1"/><sheetData>')},
    "dimension-broken": {_SHEET: ("<sheetData>", '<dimension ref=""/><sheetData>')},
    "name-broken": {_BOOK: ("</sheets>", "</sheets><definedNames><definedName name=\"旧\">#REF!</definedName></definedNames>")},
    "name-area": {_BOOK: ("</sheets>", "</sheets><definedNames><definedName name=\"_xlnm.Print_Area\" localSheetId=\"0\">报送表!$A$1:$D$60</definedName></definedNames>")},
    "view-broken": {_BOOK: ("<sheets>", '<bookViews><workbookView activeTab="9" firstSheet="7"/></bookViews><sheets>')},
    "target-absolute": {"xl/_rels/workbook.xml.rels": ('Target="worksheets', 'Target="/xl/worksheets')},
    "unknown-extension": {_SHEET: ("</worksheet>", '<extLst><ext uri="{0}"><any xmlns="urn:x">1</any></ext></extLst></worksheet>')},
    "validation": {_SHEET: ("</worksheet>", '<dataValidations count="1"><dataValidation type="whole" sqref="D4:D50" operator="odd"><formula1>0</formula1></dataValidation></dataValidations></worksheet>')},
    "protection": {_SHEET: ("</sheetData>", '</sheetData><sheetProtection sheet="1" password="CC1A"/>')},
    "panes": {_SHEET: ("<sheetData>", '<sheetViews><sheetView workbookViewId="0"><pane ySplit="3" state="frozen"/></sheetView></sheetViews><sheetData>')},
    "spans": {_SHEET: ('<row r="4">', '<row r="4" spans="1:999" customFormat="1" s="0">')},
    "comment-link": {_SHEET: ("</worksheet>", "<!-- 由系统导出 --></worksheet>")},
    "mark": {_BOOK: ('<?xml version="1.0"', '\ufeff<?xml version="1.0"')},
    "theme-missing": {_STYLES: ('<name val="宋体"/>', '<color theme="77"/><name val="宋体"/><scheme val="minor"/>')},
    "calculation-unknown": {_BOOK: ('calcId="144525"', 'calcId="0" calcMode="auto" iterateCount="0"')},
}  # fmt: skip


def _defects() -> Iterator[Case]:
    for n, (name, changes) in enumerate(_DEFECTS.items()):
        found, sheet = _changed(3100 + n, changes)
        yield Case("harmless defect", f"defect-{name}.xlsx", zipped(found), (Reads(Book([sheet]).figures()),))
    capital, sheet = _changed(3150, {})
    capital["xl/SharedStrings.xml"] = capital.pop("xl/sharedStrings.xml")
    yield Case("harmless defect", "defect-capital.xlsx", zipped(capital), (Reads(Book([sheet]).figures()),))
    lower, sheet = _changed(3151, {})
    lower["[content_types].xml"] = lower.pop("[Content_Types].xml")
    read = Reads(Book([sheet]).figures())
    yield Case("harmless defect", "defect-types.xlsx", zipped(lower), (read, refuses("")))
    slashes, sheet = _changed(3152, {})
    written_ = {name.replace("/", "\\"): part for name, part in slashes.items()}
    yield Case(
        "harmless defect", "defect-slashes.xlsx", zipped(written_), (Reads(Book([sheet]).figures()), refuses(""))
    )
    odd, sheet = _changed(3153, {"xl/_rels/workbook.xml.rels": ("worksheets/sheet1.xml", "worksheets/Sheet0.xml"),
                                 "[Content_Types].xml": ("worksheets/sheet1.xml", "worksheets/Sheet0.xml")})  # fmt: skip
    odd["xl/worksheets/Sheet0.xml"] = odd.pop(_SHEET)
    yield Case("harmless defect", "defect-part-name.xlsx", zipped(odd), (Reads(Book([sheet]).figures()),))
    yield from _parts_twice()
    stored, sheet = _changed(3154, {})
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, part in reversed(stored.items()):
            archive.writestr(name, part)
    yield Case("harmless defect", "defect-order.xlsx", target.getvalue(), (Reads(Book([sheet]).figures()),))


def _parts_twice() -> Iterator[Case]:
    """Two parts of one name, or of names that differ in case: programs take one or the other."""
    for n, second in enumerate((_SHEET, "xl/worksheets/Sheet1.xml")):
        found, sheet = _changed(3156 + n, {})
        row, column = spot(sheet, "items_total")
        value = sheet.cell(row, column).value
        target = BytesIO()
        with warnings.catch_warnings(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            warnings.simplefilter("ignore")  # about the name that comes twice
            for name, part in found.items():
                archive.writestr(name, part)
            archive.writestr(second, str(found[_SHEET]).replace(f"<v>{value}</v>", f"<v>{value + 1}</v>"))
        yield Case("two parts of one name", f"twice-{n}.xlsx", target.getvalue(), (refuses(""),))


def _languages() -> Iterator[Case]:
    """Strict Open XML, a prefix before every name, no references, WPS's own marks."""
    for n, short in enumerate((True, False)):
        sheet = _form(3160 + n, short=short)
        strict = parts(Book([sheet]), Dialect())
        for before, after in _STRICT.items():
            strict = {name: str(part).replace(before, after) for name, part in strict.items()}
        read = Reads(Book([sheet]).figures())
        yield Case("Strict Open XML", f"strict-{n}.xlsx", zipped(strict), (read, refuses("", says=("xlsx",))))
    for n, dialect in enumerate((Dialect(prefix="x"), Dialect(prefix="ns0", shared=False), Dialect(references=False),
                                 Dialect(wps=True), Dialect(wps=True, shared=False, references=False))):  # fmt: skip
        sheet = _form(3165 + n)
        yield Case(
            "other dialects", f"dialect-{n}.xlsx", xlsx(Book([sheet]), dialect), (Reads(Book([sheet]).figures()),)
        )


def _texts() -> Iterator[Case]:
    """Escapes, spellings of sounds, spaces and widths in texts."""
    for n, mark in enumerate(("_x000D_", "_x000d_\n", "\r\n", "\n", "\u200b", "\u3000", "_x0009_")):
        sheet = tidy({("441202", "2021-06"): figures(3170 + n, blocks=("systems", "instant"))})
        for row in sheet.rows[1:]:
            row[0].value, row[1].value = f"端州区{mark}", f"2021-06{mark}"
        yield case("line ends and spaces behind texts", f"text-{n}", sheet)
    sheet = _form(3180, short=True)
    found = parts(Book([sheet]), Dialect())
    sound = '<t xml:space="preserve">封开县</t>'
    found["xl/sharedStrings.xml"] = str(found["xl/sharedStrings.xml"]).replace(
        sound, sound + '<rPh sb="0" eb="3"><t>ほうかいけん</t></rPh><phoneticPr fontId="0"/>'
    )
    yield Case("texts with their sound", "text-sound.xlsx", zipped(found), (Reads(Book([sheet]).figures()),))
    literal = _form(3181, short=True)
    literal.cell(1, 1).value = "封开县_x005F_x000D_2021年2月"
    yield case(
        "texts with an escaped escape",
        "text-escape",
        literal,
        Reads(Book([literal]).figures()),
        refuses(at(literal, 1, 1)),
    )


def _far_and_empty() -> Iterator[Case]:
    """Cells far away; formats without content, down to the last row and column."""
    for n, (row, column) in enumerate(((3, 16384), (3, 1500), (1_048_576, 1), (60_000, 8))):
        sheet = tidy({("441202", "2021-06"): figures(3190 + n, blocks=("systems",))})
        found = parts(Book([sheet]), Dialect(shared=False))
        cell = Sheet.of("", [[Cell("x")]])
        where = at(Sheet("明细"), row, column)
        inline = f'<c r="{where.partition("!")[2]}" t="inlineStr"><is><t>{cell.rows[0][0].value}</t></is></c>'
        text = str(found[_SHEET])
        found[_SHEET] = (
            text.replace("</row></sheetData>", f"{inline}</row></sheetData>")
            if row == 3
            else text.replace("</sheetData>", f'<row r="{row}">{inline}</row></sheetData>')
        )
        yield Case(
            "one cell far away", f"far-{n}.xlsx", zipped(found), (refuses(where), Reads(Book([sheet]).figures()))
        )
    for n, count in enumerate((30_000, 150_000)):
        sheet = _form(3200 + n)
        found = parts(Book([sheet]), Dialect())
        empty = "".join(f'<row r="{r}" s="0" customFormat="1"/>' for r in range(100, 100 + count))
        found[_SHEET] = str(found[_SHEET]).replace("</sheetData>", empty + "</sheetData>")
        yield Case(
            "formatted rows without content", f"empty-rows-{n}.xlsx", zipped(found), (Reads(Book([sheet]).figures()),)
        )
    wide_ = _form(3210)
    found = parts(Book([wide_]), Dialect())
    empty = "".join(f'<c r="{at(Sheet(""), 60, c)[1:]}" s="0"/>' for c in range(1, 16_385))
    found[_SHEET] = str(found[_SHEET]).replace("</sheetData>", f'<row r="60">{empty}</row></sheetData>')
    yield Case("formatted cells without content", "empty-cells.xlsx", zipped(found), (Reads(Book([wide_]).figures()),))
    columns = _form(3211)
    found = parts(Book([columns]), Dialect())
    whole = '<cols><col min="1" max="16384" width="9" style="0"/></cols><sheetData>'
    found[_SHEET] = str(found[_SHEET]).replace("<sheetData>", whole)
    yield Case(
        "formatted columns without content", "empty-columns.xlsx", zipped(found), (Reads(Book([columns]).figures()),)
    )


def _templates() -> Iterator[Case]:
    """The product's own template, filled in whole or in part."""
    plan = city_plan()
    for n, language in enumerate(("zh", "en", "zh", "en")):
        values = {
            code: Decimal(str(value)) for code, value in figures(3220 + n, blocks=SHORT if n > 1 else None).items()
        }
        before = {code: Decimal(str(value)) for code, value in whole_values().items()}
        content = written(plan, unit_form(plan, values, before), language)
        right: tuple[Right, ...] = (Reads({"441202/2019-09": {code: plain(value) for code, value in values.items()}}),)
        yield Case("filled template", f"template-{n}.xlsx", content, right)


def _odd_csv() -> Iterator[Case]:
    """CSV with quotes, empty lines, padding, another end of line, a mark in the middle of the name."""
    sheet = form("441225", "2021-02", figures(3230), FormLook(below=(("注:以上,为月末数。",), ("填表人:李四",))))
    read = (Reads(Book([sheet]).figures()),)
    text = csv_text(sheet)
    yield Case("CSV as programs write it", "csv-lf.csv", text.replace("\r\n", "\n").encode(), read)
    yield Case("CSV as programs write it", "csv-cr.csv", text.replace("\r\n", "\r").encode(), read)
    yield Case("CSV as programs write it", "csv-quoted.csv", _quoted(text).encode("gb18030"), read)
    yield Case(
        "CSV as programs write it", "csv-blank-lines.csv", text.replace("\r\n", "\r\n\r\n").encode("utf-8-sig"), read
    )
    yield Case("CSV as programs write it", "csv-trailing.csv", (text + ",,,,\r\n" * 30).encode(), read)
    yield Case("CSV as programs write it", "csv-wider.csv", text.replace("\r\n", ",,,,,,\r\n").encode("gb18030"), read)
    thousands = form("441225", "2021-02", figures(3231))
    for _, _, cell in thousands.places():
        cell.look = "#,##0" if cell.means and isinstance(cell.value, int) else ""
    yield csv_case("CSV as programs write it", "csv-thousands", thousands, encoding="gb18030")
    row, column = spot(sheet, "items_total")
    lost = text.replace(f",{sheet.cell(row, column).value}\r\n", ",1,000\r\n", 1)
    yield Case("CSV with unquoted thousands", "csv-thousands-lost.csv", lost.encode(), (refuses("E4", "D4"),))
    content = by_xlsxwriter(Book([sheet]))
    yield Case("workbook named CSV", "named.csv", content, read)
    yield Case("cut-off workbook", "cut.xlsx", content[: len(content) // 2], (refuses(""),))


def _quoted(text: str) -> str:
    """Every field in quotes."""
    written_ = StringIO()
    csv.writer(written_, quoting=csv.QUOTE_ALL).writerows(csv.reader(StringIO(text)))
    return written_.getvalue()
