"""Defects that programs open without a word, since no figure depends on them, and files of every writer and dialect."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook as WrittenWorkbook

from metrics.errors import Message, Problem
from metrics.intake.annotation.annotated_workbook import annotate
from metrics.intake.annotation.problem_sheet import PROBLEMS_SHEET
from metrics.intake.grid import CellKind
from metrics.intake.isolated_process import read_bytes
from metrics.intake.refusals import FileRefused
from tests.metrics.intake.raw_workbooks import (
    MAIN,
    RELATIONSHIPS,
    SHEET,
    STRICT,
    STRICT_RELATIONSHIPS,
    STRINGS,
    STYLES,
    packed,
    parts_of,
    styles,
)
from tests.workbooks import xlsx_bytes

Parts = dict[str, str | bytes]
TABLE: list[list[str | int]] = [["填报单位", "报告期", "填报项", "数值"], ["端州区", "2019-09", "自建系统应接数", 12]]


def shared() -> Parts:
    """The table as Excel writes it, with shared strings, styles, a theme and properties."""
    texts = [str(text) for row in TABLE for text in row if isinstance(text, str)]
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    rows, count = "", 0
    for number, row in enumerate(TABLE, 1):
        rows += f'<row r="{number}">'
        for letter, value in zip("ABCD", row, strict=True):
            is_text = isinstance(value, str)
            rows += f'<c r="{letter}{number}" s="1"' + (
                f' t="s"><v>{count}</v></c>' if is_text else f"><v>{value}</v></c>"
            )
            count += is_text
        rows += "</row>"
    written = f'<sst xmlns="{MAIN}">{strings}</sst>'
    look = styles(['<xf numFmtId="3" fontId="0"/>'])
    more = {"xl/theme/theme1.xml": "<a/>", "docProps/app.xml": "<a/>", "docProps/core.xml": "<a/>"}
    return {**parts_of(rows, strings=written, style=look, around=('<dimension ref="A1:D2"/>', "")), **more}


def as_read(content: bytes) -> list[list[object]]:
    """The table, with numbers as numbers."""
    (sheet,) = read_bytes(content).sheets
    return [
        [int(cell.text) if cell.kind is CellKind.NUMBER else cell.text for cell in row.values()]
        for row in sheet.cells.values()
    ]


def change(part: str, old: str, new: str) -> Callable[[Parts], None]:
    def changed(parts: Parts) -> None:
        content = parts[part]
        assert isinstance(content, str)
        assert old in content
        parts[part] = content.replace(old, new)

    return changed


def rename(old: str, new: str) -> Callable[[Parts], None]:
    def renamed(parts: Parts) -> None:
        parts[new] = parts.pop(old)

    return renamed


def content(part: str, new: str | bytes) -> Callable[[Parts], None]:
    return lambda parts: parts.update({part: new})


def without(part: str) -> Callable[[Parts], None]:
    def gone(parts: Parts) -> None:
        del parts[part]

    return gone


def strict(parts: Parts) -> None:
    """Excel's “Strict Open XML”: other namespaces everywhere."""
    for name, written in parts.items():
        if isinstance(written, str):
            parts[name] = written.replace(MAIN, STRICT).replace(RELATIONSHIPS, STRICT_RELATIONSHIPS)


def prefixed(parts: Parts) -> None:
    """Every element of the sheet with a prefix, as some libraries write."""
    written = str(parts[SHEET])
    for name in ("worksheet", "dimension", "sheetData", "row", "c", "v"):
        for start in (f"<{name} ", f"<{name}>", f"</{name}>"):
            written = written.replace(start, start.replace("</", "</x:") if "/" in start else start.replace("<", "<x:"))
    parts[SHEET] = written.replace('xmlns="', 'xmlns:x="')


def utf16(parts: Parts) -> None:
    parts[SHEET] = ('<?xml version="1.0" encoding="UTF-16"?>' + str(parts[SHEET])).encode("utf-16")


def nowhere(parts: Parts) -> None:
    """Cells and rows that do not say where they are stand one after the other."""
    written = str(parts[SHEET])
    for place in ("A1", "B1", "C1", "D1", "A2", "B2", "C2", "D2", "1", "2"):
        written = written.replace(f' r="{place}"', "")
    parts[SHEET] = written


FONT, FILL = "<font/>", "<fills><fill/></fills>"
DEFECTS: dict[str, Callable[[Parts], None]] = {
    "none": lambda _: None,
    "an empty fill": change(STYLES, FILL, "<fills><fill><patternFill/></fill><fill></fill></fills>"),
    "an unknown fill": change(STYLES, FILL, '<fills><fill><patternFill patternType="sparkling"/></fill></fills>'),
    "no fills": change(STYLES, FILL, ""),
    "a colour like #FFF": change(STYLES, FONT, '<font><color rgb="#FFF"/></font>'),
    "a colour by name": change(STYLES, FONT, '<font><color rgb="red" theme="x"/></font>'),
    "a font of no size": change(STYLES, FONT, '<font><sz val="big"/><family val="99"/></font>'),
    "an empty border": change(STYLES, "<border/>", '<border><left style="wavy"/></border>'),
    "a style that is not there": change(SHEET, 's="1"', 's="77"'),
    "a style that is no number": change(SHEET, 's="1"', 's="x"'),
    "a format that is not there": change(STYLES, 'numFmtId="3"', 'numFmtId="999"'),
    "an unknown part of the styles": change(STYLES, FILL, "<fills/><nonsense><a/></nonsense>"),
    "styles that are no XML": content(STYLES, "<styleSheet><fonts>"),
    "styles that are empty": content(STYLES, ""),
    "styles of noise": content(STYLES, b"\x00\xff\xfe" * 50),
    "styles that are something else": content(STYLES, "<html/>"),
    "no styles": without(STYLES),
    "no theme": without("xl/theme/theme1.xml"),
    "a theme that is no XML": content("xl/theme/theme1.xml", "<a:theme"),
    "no properties": without("docProps/core.xml"),
    "properties that are no XML": content("docProps/core.xml", "<cp:coreProperties><dc:title>&nbsp;"),
    "properties with a date that is none": content("docProps/core.xml", "<created>yesterday</created>"),
    "content types that are no XML": content("[Content_Types].xml", "<Types"),
    "no dimension": change(SHEET, '<dimension ref="A1:D2"/>', ""),
    "a wrong dimension": change(SHEET, "A1:D2", "A1"),
    "a dimension that is none": change(SHEET, "A1:D2", "nowhere"),
    "spans that are wrong": change(SHEET, '<row r="2">', '<row r="2" spans="9:3">'),
    "a view that is none": change(SHEET, "<sheetData>", '<sheetViews><sheetView zoomScale="huge"/></sheetViews><sheetData>'),
    "a drawing that is not there": change(SHEET, "</sheetData>", '</sheetData><drawing r="nothing"/>'),
    "an unknown extension": change(SHEET, "</sheetData>", '</sheetData><extLst><ext uri="x"><y:c xmlns:y="y"><y:v>1</y:v></y:c></ext></extLst>'),
    "counts that are wrong": change(STRINGS, "<sst ", '<sst count="1" uniqueCount="0" '),
    "shared strings in capitals": rename(STRINGS, "xl/SharedStrings.xml"),
    "styles in capitals": rename(STYLES, "XL/STYLES.XML"),
    "a sheet in capitals": rename(SHEET, "xl/Worksheets/Sheet1.xml"),
    "a workbook in capitals": rename("xl/workbook.xml", "xl/Workbook.xml"),
    "relationships in capitals": rename("xl/_rels/workbook.xml.rels", "xl/_rels/Workbook.xml.RELS"),
    "content types in small letters": rename("[Content_Types].xml", "[content_types].xml"),
    "backslashes": lambda parts: rename(SHEET, SHEET.replace("/", "\\"))(parts),
    "absolute targets": change("xl/_rels/workbook.xml.rels", 'Target="', 'Target="/xl/'),
    "targets by another way": change("xl/_rels/workbook.xml.rels", 'Target="', 'Target="../xl/./'),
    "targets with backslashes": change("xl/_rels/workbook.xml.rels", "worksheets/", "worksheets\\"),
    "an absolute workbook": change("_rels/.rels", 'Target="', 'Target="/'),
    "an outside link": change("xl/_rels/workbook.xml.rels", "</Relationships>", '<Relationship Id="o" Type="x/styles" Target="http://x" TargetMode="External"/></Relationships>'),
    "strict": strict,
    "prefixes": prefixed,
    "UTF-16": utf16,
    "cells without a place": nowhere,
    "a comment among the rows": change(SHEET, "<row r=\"2\">", "<!-- x --><row r=\"2\">"),
    "escaped line ends": change(STRINGS, "端州区", "端州区_x000D_"),
    "characters in CDATA": change(STRINGS, "<t>端州区</t>", "<t><![CDATA[端州区]]></t>"),
    "spaces in numbers": change(SHEET, "<v>12</v>", "<v> 12\n</v>"),
    "a number in the long form": change(SHEET, "<v>12</v>", "<v>1.2E1</v>"),
}  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS)
def test_harmless_defects_change_nothing(defect: str) -> None:
    parts = shared()
    DEFECTS[defect](parts)
    if defect == "a number in the long form":
        assert read_bytes(packed(parts)).sheets[0].cells[2][4].text == "12.0"
        return
    read = as_read(packed(parts))
    assert [[str(value).strip() if isinstance(value, str) else value for value in row] for row in read] == TABLE


MARKABLE = sorted(DEFECTS.keys() - {"content types that are no XML"})


@pytest.mark.parametrize("defect", MARKABLE)
def test_a_refused_file_with_harmless_defects_is_marked(defect: str) -> None:
    parts = shared()
    DEFECTS[defect](parts)
    problem = Problem("x", Message("不是数字。", "is no number."), sheet="月报", row=2, column="D", given="12")
    marked = annotate(packed(parts), [problem])
    before, (after, listed) = read_bytes(packed(parts)).sheets[0], read_bytes(marked).sheets
    assert after.cells == before.cells
    assert listed.name == PROBLEMS_SHEET
    with zipfile.ZipFile(BytesIO(marked)) as archive:
        notes = [archive.read(name).decode() for name in archive.namelist() if "omments" in name]
    assert len(notes) == 1
    assert "不是数字。" in notes[0]


HARMFUL: dict[str, Callable[[Parts], None]] = {
    "a sheet that is not there": without(SHEET),
    "shared strings that are not there": without(STRINGS),
    "a text that is not there": change(SHEET, "<v>3</v>", "<v>99</v>"),
    "a text before the first": change(SHEET, "<v>3</v>", "<v>-1</v>"),
    "a sheet of another root": content(SHEET, "<html/>"),
    "a sheet without a namespace": change(SHEET, f' xmlns="{MAIN}"', ""),
    "a sheet that ends early": change(SHEET, "</sheetData>", ""),
    "no number": change(SHEET, "<v>12</v>", "<v>twelve</v>"),
    "a number in wide digits": change(SHEET, "<v>12</v>", "<v>１２</v>"),
    "a number with an underscore": change(SHEET, "<v>12</v>", "<v>1_2</v>"),
    "two values": change(SHEET, "<v>12</v>", "<v>12</v><v>13</v>"),
    "an unknown type": change(SHEET, 'r="D2" s="1"', 'r="D2" t="z"'),
    "a cell in another row": change(SHEET, 'r="D2"', 'r="D3"'),
    "a cell in no column": change(SHEET, 'r="D2"', 'r="2"'),
    "a cell beyond the last column": change(SHEET, 'r="D2"', 'r="XFE2"'),
    "cells out of order": change(SHEET, 'r="D2"', 'r="B2"'),
    "a row twice": change(SHEET, '<row r="2">', '<row r="1">'),
    "a row that is no number": change(SHEET, '<row r="2">', '<row r="two">'),
    "two parts of one name": lambda parts: parts.update({"XL/Worksheets/sheet1.xml": parts[SHEET]}),
    "no workbook": without("xl/workbook.xml"),
}


@pytest.mark.parametrize("defect", HARMFUL)
def test_what_could_change_a_figure_is_refused(defect: str) -> None:
    parts = shared()
    HARMFUL[defect](parts)
    with pytest.raises(FileRefused) as refused:
        read_bytes(packed(parts))
    assert refused.value.code == "file_broken"


def test_a_cell_that_holds_no_value_of_its_type_is_named() -> None:
    parts = shared()
    change(SHEET, "<v>12</v>", "<v>twelve</v>")(parts)
    with pytest.raises(FileRefused) as refused:
        read_bytes(packed(parts))
    assert refused.value.about == {"sheet": "月报", "row": 2, "column": 4, "given": "twelve"}


def _xlsxwriter(options: dict[str, bool]) -> bytes:
    written = BytesIO()
    with WrittenWorkbook(written, options) as book:
        sheet = book.add_worksheet("月报")
        for number, row in enumerate(TABLE):
            sheet.write_row(number, 0, row)
    return written.getvalue()


def _saved_again(content: bytes) -> bytes:
    written = BytesIO()
    load_workbook(BytesIO(content)).save(written)
    return written.getvalue()


WRITERS: dict[str, Callable[[], bytes]] = {
    "openpyxl": lambda: xlsx_bytes(TABLE),
    "openpyxl, from another": lambda: _saved_again(_xlsxwriter({})),
    "XlsxWriter": lambda: _xlsxwriter({}),
    "XlsxWriter in constant memory": lambda: _xlsxwriter({"constant_memory": True}),
    "by hand": lambda: packed(shared()),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_every_writer_is_read_alike(writer: str) -> None:
    assert as_read(WRITERS[writer]()) == TABLE


@pytest.mark.parametrize("value", ["", 0, "0", "12"])
def test_the_placeholder_of_a_writer_library_is_no_result(value: str | int) -> None:
    """XlsxWriter stores what it is told, or 0, and asks for a calculation; of "" it makes no text, but no result."""
    written = BytesIO()
    with WrittenWorkbook(written) as book:
        book.add_worksheet("月报").write_formula("A1", "=5+7", None, value)
    cell = read_bytes(written.getvalue()).sheets[0].cells[1][1]
    assert cell.recalculate
    assert (cell.kind is CellKind.UNCALCULATED) is (value == "")


@pytest.mark.parametrize(("from_1904", "day"), [("0", "2021-02-01"), ("1", "2025-02-02"), ("true", "2025-02-02")])
def test_the_year_that_dates_are_counted_from(from_1904: str, day: str) -> None:
    row = '<row r="1"><c r="A1" s="1"><v>44228</v></c></row>'
    parts = parts_of(row, style=styles(['<xf numFmtId="14"/>']), book=f'<workbookPr date1904="{from_1904}"/>')
    assert read_bytes(packed(parts)).sheets[0].cells[1][1].text == day
