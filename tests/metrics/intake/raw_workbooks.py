"""Workbooks written part by part, for what no library writes: any markup, in any dialect, with any defect."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from metrics.intake.grid import Cell, GridSheet
from metrics.intake.isolated_process import read_bytes

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
SHEET, STYLES, STRINGS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"


def styles(cells: Sequence[str] = (), *, formats: Mapping[int, str] | None = None, more: str = "") -> str:
    """A part of styles: `cells` are the `xf` after the plain one; font 1 is struck out, font 2 raised."""
    written = "".join(
        f"<numFmt numFmtId={quoteattr(str(number))} formatCode={quoteattr(code)}/>"
        for number, code in (formats or {}).items()
    )
    fonts = '<font/><font><strike/></font><font><vertAlign val="superscript"/></font>'
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{written}</numFmts><fonts>{fonts}</fonts><fills><fill/></fills>'
        f'<borders><border/></borders><cellXfs><xf numFmtId="0" fontId="0"/>{"".join(cells)}</cellXfs>{more}</styleSheet>'
    )


def number_formats(codes: Sequence[str]) -> str:
    """Styles in which the cell style n has the n-th format, counted from 1."""
    numbered = {200 + place: code for place, code in enumerate(codes)}
    return styles([f'<xf numFmtId="{number}" fontId="0"/>' for number in numbered], formats=numbered)


def parts_of(
    rows: str,
    *,
    around: tuple[str, str] = ("", ""),
    style: str | None = None,
    strings: str | None = None,
    book: str = "",
) -> dict[str, str]:
    """The parts of a workbook of one sheet, 月报. `around`: markup before and after the rows; `book`: in the workbook."""
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kept = {"styles": (STYLES, style), "sharedStrings": (STRINGS, strings)}
    related = "".join(
        f'<Relationship Id="{kind}" Type="{RELATIONSHIPS}/{kind}" Target="{part.removeprefix("xl/")}"/>'
        for kind, (part, content) in kept.items()
        if content is not None
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    return {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="{types}"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><sheets>'
        f'<sheet name="月报" sheetId="1" r:id="sheet"/></sheets>{book}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="sheet" '
        f'Type="{RELATIONSHIPS}/worksheet" Target="worksheets/sheet1.xml"/>{related}</Relationships>',
        SHEET: f'<worksheet xmlns="{MAIN}">{around[0]}<sheetData>{rows}</sheetData>{around[1]}</worksheet>',
        **{part: content for part, content in kept.values() if content is not None},
    }


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def read(parts: Mapping[str, str | bytes]) -> GridSheet:
    """The first sheet, as it is read."""
    return read_bytes(packed(parts)).sheets[0]


def only_cell(parts: Mapping[str, str | bytes]) -> Cell:
    """A1 of the first sheet, which is not blank."""
    cell = read(parts).at(1, 1)
    assert cell is not None
    return cell


def inline(place: str, text: str, *, style: int = 0) -> str:
    """A cell with a text of its own."""
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
