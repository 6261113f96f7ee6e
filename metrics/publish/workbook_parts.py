"""The parts of a spreadsheet file besides its rows (ECMA-376 part 1, 12.3; part 2, 10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DECIMALS = 10
PLAIN, TITLE, NAME, DAY, FIRST_NUMBER = range(5)  # cell styles; a number with n decimals has FIRST_NUMBER + n

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."


def parts(sheets: Sequence[str], *, title: str, created: datetime) -> Iterator[tuple[str, str]]:
    """Path and content of every part that holds the sheets, named in their order, together."""
    numbered = list(enumerate(sheets, 1))
    yield "[Content_Types].xml", _content_types(len(sheets))
    yield (
        "_rels/.rels",
        _relations(
            [
                ("rId1", f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
                ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
    )
    yield (
        "xl/workbook.xml",
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
        + "</sheets></workbook>",
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(
            [
                *((f"rId{n}", f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n, _ in numbered),
                (f"rId{len(sheets) + 1}", f"{_OFFICE}/styles", "styles.xml"),
            ]
        ),
    )
    yield "xl/styles.xml", _styles()
    yield "docProps/core.xml", _properties(title, created)


def _content_types(sheets: int) -> str:
    overrides = [
        ("/xl/workbook.xml", _TYPES + "sheet.main+xml"),
        ("/xl/styles.xml", _TYPES + "styles+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        *((f"/xl/worksheets/sheet{n}.xml", _TYPES + "worksheet+xml") for n in range(1, sheets + 1)),
    ]
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides)
        + "</Types>"
    )


def _properties(title: str, created: datetime) -> str:
    moment = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>Biaochi</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created></cp:coreProperties>'
    )


def _relations(relations: Iterable[tuple[str, str, str]]) -> str:
    targets = "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{path}"/>' for i, kind, path in relations)
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{targets}</Relationships>'


def _styles() -> str:
    """Cell formats in the order of PLAIN, TITLE, NAME, DAY and numbers with 0 to 10 decimals. 49 is text."""
    numbers = ["0", *("0." + "0" * decimals for decimals in range(1, DECIMALS + 1))]
    codes = ["yyyy\\-mm\\-dd", *numbers]
    formats = "".join(f'<numFmt numFmtId="{n}" formatCode="{code}"/>' for n, code in enumerate(codes, 164))
    fonts = (
        '<font><sz val="11"/><name val="Microsoft YaHei"/></font>'
        '<font><b/><sz val="11"/><name val="Microsoft YaHei"/></font>'
        '<font><sz val="9"/><color rgb="FF5C6670"/><name val="Consolas"/></font>'
    )
    wrapped = '<alignment vertical="top" wrapText="1"/>'
    cells = (
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        f'<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyAlignment="1">{wrapped}</xf>'
        '<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0"/>'
    ) + "".join(
        f'<xf numFmtId="{n}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for n, _ in enumerate(codes, 164)
    )
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="{len(codes)}">{formats}</numFmts>'
        f'<fonts count="3">{fonts}</fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{3 + len(codes)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
