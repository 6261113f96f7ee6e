"""A drawn workbook as .xlsx, written part by part, so that nothing is in the file that the drawing does not say."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from tests.spreadsheet.model import Book, Cell, Run, Sheet, place, serial

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WPS = ' xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"'
_FIRST_FORMAT = 164  # numbers below are built in
_HIDDEN_SHEET, _HIDDEN, _THIN, _FLAT = ' state="hidden"', ' hidden="1"', ' width="0"', ' ht="0" customHeight="1"'


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a program writes what all of them mean. `shared`: texts in a table of their own; `references`: every row and
    cell says where it stands; `wps`: the marks of WPS; `prefix`: of every element's name, as the .NET library has it.
    """

    shared: bool = True
    references: bool = True
    wps: bool = False
    prefix: str = ""


@dataclass(slots=True)
class _Parts:
    """Texts and looks that the sheets share."""

    dialect: Dialect
    texts: dict[str, int] = field(default_factory=dict)
    looks: dict[tuple[str, bool, str], int] = field(default_factory=lambda: {("", False, ""): 0})

    def look(self, cell: Cell) -> int:
        return self.looks.setdefault((cell.look, cell.strike, cell.colour), len(self.looks))

    def text(self, content: str) -> int:
        return self.texts.setdefault(content, len(self.texts))


def xlsx(book: Book, dialect: Dialect | None = None) -> bytes:
    """The workbook's bytes."""
    return zipped(parts(book, dialect or Dialect()))


def zipped(content: Mapping[str, str | bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(zipfile.ZipInfo(name, (2021, 3, 2, 9, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def parts(book: Book, dialect: Dialect) -> dict[str, str | bytes]:
    """Name → content of every part; tests change one to have what no program should write."""
    common = _Parts(dialect)
    sheets = {f"xl/worksheets/sheet{n}.xml": _sheet(sheet, common) for n, sheet in enumerate(book.sheets, start=1)}
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{_TYPES}{kind}+xml"/>'
        for name, kind in [
            ("xl/workbook.xml", "sheet.main"),
            ("xl/styles.xml", "styles"),
            *((name, "worksheet") for name in sheets),
            *([("xl/sharedStrings.xml", "sharedStrings")] if common.texts else []),
        ]
    )
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _workbook(book, dialect),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)}
            | {"rId901": ("styles", "styles.xml")}
            | ({"rId902": ("sharedStrings", "sharedStrings.xml")} if common.texts else {})
        ),
        "xl/styles.xml": _styles(common),
        **sheets,
    }
    if common.texts:
        strings = "".join(f"<si>{text}</si>" for text in common.texts)
        found["xl/sharedStrings.xml"] = f'{_HEAD}<sst xmlns="{MAIN}">{strings}</sst>'
    if dialect.prefix:
        found |= {n: _prefixed(str(t), dialect.prefix) for n, t in found.items() if f'xmlns="{MAIN}"' in str(t)}
    return found


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'{_HEAD}<Relationships xmlns="{PACKAGE}">{each}</Relationships>'


def _workbook(book: Book, dialect: Dialect) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}"{_HIDDEN_SHEET if sheet.hidden else ""} r:id="rId{n}"/>'
        for n, sheet in enumerate(book.sheets, start=1)
    )
    calculation = (' fullCalcOnLoad="1"' if book.recalculate else "") + (' calcMode="manual"' if book.manual else "")
    version = '<fileVersion appName="xl" lastEdited="3"/><workbookPr/>' if dialect.wps else "<workbookPr/>"
    return (
        f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"{_WPS if dialect.wps else ""}>{version}'
        f'<sheets>{sheets}</sheets><calcPr calcId="144525"{calculation}/></workbook>'
    )


def _styles(common: _Parts) -> str:
    formats = {look: n for n, look in enumerate(sorted({look for look, _, _ in common.looks} - {""}), _FIRST_FORMAT)}
    faces = list(dict.fromkeys((strike, colour) for _, strike, colour in common.looks))
    fonts = "".join(
        f'<font>{"<strike/>" if strike else ""}<sz val="11"/>'
        + (f'<color rgb="FF{colour}"/>' if colour else "")
        + '<name val="宋体"/></font>'
        for strike, colour in faces
    )
    records = "".join(
        f'<xf numFmtId="{formats.get(look, 0)}" fontId="{faces.index((strike, colour))}" fillId="0" borderId="0"'
        ' xfId="0" applyNumberFormat="1" applyFont="1"/>'
        for look, strike, colour in common.looks
    )
    written = "".join(f'<numFmt numFmtId="{n}" formatCode={quoteattr(look)}/>' for look, n in formats.items())
    fills = '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    return (
        f'{_HEAD}<styleSheet xmlns="{MAIN}">'
        + (f'<numFmts count="{len(formats)}">{written}</numFmts>' if formats else "")
        + f'<fonts count="{len(faces)}">{fonts}</fonts><fills count="2">{fills}</fills>'
        "<borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
        '<cellStyleXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(common.looks)}">{records}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _sheet(sheet: Sheet, common: _Parts) -> str:
    columns = "".join(
        f'<col min="{c}" max="{c}"{_THIN if c in sheet.thin_columns else ""} customWidth="1"'
        f"{_HIDDEN if c in sheet.hidden_columns else ''}/>"
        for c in sorted(sheet.hidden_columns | sheet.thin_columns)
    )
    rows = "".join(_row(sheet, n, row, common) for n, row in enumerate(sheet.rows, start=1))
    merges = "".join(f'<mergeCell ref="{place(m[0], m[1])}:{place(m[2], m[3])}"/>' for m in sheet.merges)
    extra = _WPS if common.dialect.wps else ""
    return (
        f'{_HEAD}<worksheet xmlns="{MAIN}"{extra}>'
        + (f"<cols>{columns}</cols>" if columns else "")
        + f"<sheetData>{rows}</sheetData>"
        + (f"<mergeCells>{merges}</mergeCells>" if merges else "")
        + "</worksheet>"
    )


def _row(sheet: Sheet, number: int, row: list[Cell], common: _Parts) -> str:
    references = common.dialect.references
    cells = "".join(
        _cell(cell, place(number, column) if references else "", common)
        for column, cell in enumerate(row, start=1)
        if not references or not cell.is_blank or cell.look
    )
    about = f' r="{number}"' if references else ""
    if number in sheet.hidden_rows:
        about += _HIDDEN
    if number in sheet.flat_rows:
        about += _FLAT
    return f"<row{about}>{cells}</row>" if cells or about != f' r="{number}"' or not references else ""


def _cell(cell: Cell, reference: str, common: _Parts) -> str:
    about = (f' r="{reference}"' if reference else "") + (f' s="{s}"' if (s := common.look(cell)) else "")
    formula = f"<f>{escape(cell.formula)}</f>" if cell.formula else ""
    if cell.runs:
        return _written_text("".join(_run(run) for run in cell.runs), about, common)
    value = cell.value
    if isinstance(value, str) and not formula:
        return _written_text(f'<t xml:space="preserve">{escape(value)}</t>', about, common)
    if isinstance(value, str):
        kind = "e" if value.startswith("#") else "str"
        return f'<c{about} t="{kind}">{formula}<v>{escape(value)}</v></c>'
    if isinstance(value, bool):
        return f'<c{about} t="b">{formula}<v>{int(value)}</v></c>'
    if isinstance(value, date):
        value = serial(value)
    stored = "" if value is None else f"<v>{value if isinstance(value, int | Decimal) else repr(float(value))}</v>"
    return f"<c{about}>{formula}{stored}</c>"


def _written_text(content: str, about: str, common: _Parts) -> str:
    if common.dialect.shared:
        return f'<c{about} t="s"><v>{common.text(content)}</v></c>'
    return f'<c{about} t="inlineStr"><is>{content}</is></c>'


def _run(run: Run) -> str:
    look = ("<b/>" if run.bold else "") + ("<strike/>" if run.strike else "")
    look += f'<vertAlign val="{run.vertical}"/>' if run.vertical else ""
    return f'<r><rPr>{look}<sz val="11"/></rPr><t xml:space="preserve">{escape(run.text)}</t></r>'


def _prefixed(text: str, prefix: str) -> str:
    """The part with every name of the main language behind a prefix, as the .NET library writes it."""
    head, _, body = text.partition("?>\n")
    body = body.replace("</", f"</{prefix}:").replace("<", f"<{prefix}:").replace(f"<{prefix}:/", "</")
    return f"{head}?>\n" + body.replace(f'xmlns="{MAIN}"', f'xmlns:{prefix}="{MAIN}"', 1)
