"""A bulletin as DOCX: plain paragraphs, tables, pictures, so that Word, WPS and LibreOffice open it and people work on.

Page, grid and fonts are those of GB/T 9704-2012. Fonts that a machine does not have are named with those to take
instead (`w:altName` of the font table).
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from metrics.bulletin.as_html import OWN_NUMBER, page_marks
from metrics.bulletin.as_pdf import INDENT, chart_png
from metrics.bulletin.document import Block, BulletinDocument, Chart, DocumentHeading, DocumentTable, Paragraph, as_text
from metrics.plan.model import Text

if TYPE_CHECKING:
    from docx.document import Document as Docx

_BODY, _HEADING, _TITLE = "仿宋_GB2312", "黑体", "方正小标宋简体"
_LATIN = "Times New Roman"
_LANG = Text(zh="zh-CN", en="en-GB")
_INSTEAD = {
    _BODY: "仿宋,FangSong,STFangsong,Noto Serif CJK SC",
    _HEADING: "SimHei,STHeiti,Noto Sans CJK SC",
    _TITLE: "宋体,SimSun,STSong,Noto Serif CJK SC",
}
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PITCH, _SPACE = 580, -838  # of the grid: 22 lines (twips), 28 characters (4096ths of a point)


def docx_file(document: BulletinDocument, *, made_at: datetime, draft: bool = False) -> bytes:
    """The whole file. Raises Unavailable `font_missing` where its pictures cannot be drawn."""
    import docx

    made = docx.Document()
    _set_page(made, document, draft=draft)
    _set_properties(made, document, made_at=made_at)
    _name_fonts(made)
    _line(made, document.title, size=22, font=_TITLE, align="center", after=29)
    for block in document.blocks:
        _add(made, block, indent=float(INDENT.in_language(document.language)))
    for note in document.notes:
        _line(made, note, size=10.5, exact=16)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _add(made: Docx, block: Block, *, indent: float) -> None:
    if isinstance(block, DocumentHeading):
        line = _line(made, block.text, font=_HEADING, indent=indent if block.level == 1 else 0)
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.page_break_before = block.level == 2
        line.style = made.styles[f"Heading {block.level}"]
    elif isinstance(block, Paragraph):
        _add_paragraph(made, block, indent=indent)
    elif isinstance(block, Chart):
        if block.bars:
            _add_chart(made, block)
    else:
        _add_table(made, block)


def _add_paragraph(made: Docx, block: Paragraph, *, indent: float) -> None:
    lines = ["".join(as_text(run) for run in line) for line in block.lines]
    if lines and block.edited and block.has_own_number:
        lines[-1] += OWN_NUMBER
    for place, line in enumerate(lines):
        if block.style == "signature":
            added = _line(made, line, align="right", before=29 if place == 0 else 0)
            added.paragraph_format.right_indent = _points(32)
        else:
            _line(made, line, indent=indent if block.style == "body" else 0)


def _add_chart(made: Docx, chart: Chart) -> None:
    from docx.shared import Mm

    _line(made, chart.title, size=12, font=_HEADING, align="center", exact=20).paragraph_format.keep_with_next = True
    picture = made.add_picture(io.BytesIO(chart_png(chart)), width=Mm(156))
    described: Any = picture._inline.docPr  # python-docx has no name for the text of a picture
    described.set("descr", chart.text)
    described.set("title", chart.title)


def _add_table(made: Docx, table: DocumentTable) -> None:
    from docx.shared import Mm

    _line(made, table.title, size=12, font=_HEADING, align="center", exact=20).paragraph_format.keep_with_next = True
    size = 9 if table.is_wide else 10.5
    added = made.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    for cell, column in zip(added.rows[0].cells, table.columns, strict=True):
        _fill(cell, column.heading, numbers=column.numbers, size=size, font=_HEADING)
    _repeat_heading(added.rows[0])
    added.autofit = False
    for row in table.rows:
        for cell, column, text in zip(added.add_row().cells, table.columns, row, strict=True):
            _fill(cell, text, numbers=column.numbers, size=size)
    for column, width in zip(added.columns, table.widths, strict=True):
        for cell in column.cells:
            cell.width = Mm(156 * width)
    _line(made, "", size=10.5, exact=12)


def _fill(cell: Any, text: str, *, numbers: bool, size: float, font: str = _BODY) -> None:
    line = cell.paragraphs[0]
    _shape(line, align="right" if numbers else "left", exact=15)
    _write(line, text, size=size, font=font)


def _line(
    made: Docx,
    text: str,
    *,
    size: float = 16,
    font: str = _BODY,
    align: str = "justify",
    indent: float = 0,
    before: float = 0,
    after: float = 0,
    exact: float = 0,
) -> Any:
    line = made.add_paragraph()
    _shape(line, align=align, exact=exact or (34 if size > 16 else _PITCH / 20))
    line.paragraph_format.first_line_indent = _points(indent)
    line.paragraph_format.space_before, line.paragraph_format.space_after = _points(before), _points(after)
    _write(line, text, size=size, font=font)
    return line


def _shape(line: Any, *, align: str, exact: float) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    line.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    line.paragraph_format.line_spacing = _points(exact)
    line.paragraph_format.space_before = line.paragraph_format.space_after = _points(0)


def _write(line: Any, text: str, *, size: float, font: str = _BODY) -> Any:
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    run = line.add_run(text)
    run.font.size, run.font.name, run.font.bold = _points(size), _LATIN, False
    run.font.color.rgb = RGBColor(0, 0, 0)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    return run


def _points(count: float) -> Any:
    from docx.shared import Pt

    return Pt(count)


def _set_page(made: Docx, document: BulletinDocument, *, draft: bool) -> None:
    from docx.shared import Mm

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance, section.header_distance = Mm(25), Mm(20)
    grid = section._sectPr.find(f"{{{_W}}}docGrid")
    if grid is None:
        grid = section._sectPr.makeelement(f"{{{_W}}}docGrid", {})
        section._sectPr.append(grid)
    for name, value in (("type", "linesAndChars"), ("linePitch", str(_PITCH)), ("charSpace", str(_SPACE))):
        grid.set(f"{{{_W}}}{name}", value)
    made.settings.odd_and_even_pages_header_footer = True
    for header in (section.header, section.even_page_header):
        _shape(header.paragraphs[0], align="center", exact=16)
        _write(header.paragraphs[0], "  ·  ".join(page_marks(document, draft=draft)), size=10.5)
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        _number_page(footer.paragraphs[0], side=side)


def _number_page(line: Any, *, side: str) -> None:
    """— 1 —, at the outer side, one character in."""
    _shape(line, align=side, exact=20)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = _points(14)
    _write(line, "— ", size=14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = _write(line, "", size=14)
        part = run._element.makeelement(f"{{{_W}}}{'fldChar' if kind else 'instrText'}", {})
        if kind:
            part.set(f"{{{_W}}}fldCharType", kind)
        else:
            part.text = text
        run._element.append(part)
    _write(line, " —", size=14)


def _repeat_heading(row: Any) -> None:
    """The first row again on every page that the table goes on to."""
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(f"{{{_W}}}tblHeader", {}))


def _set_properties(made: Docx, document: BulletinDocument, *, made_at: datetime) -> None:
    about = made.core_properties
    about.title, about.author, about.comments = document.title, "", ""
    about.created = about.modified = made_at.replace(tzinfo=None)
    about.language = _LANG.in_language(document.language)


def _name_fonts(made: Docx) -> None:
    """What Word and WPS take where a font is missing: the other names of each, in the font table."""
    from docx.opc.oxml import serialize_part_xml
    from docx.oxml import parse_xml

    table = next((part for part in made.part.package.parts if str(part.partname).endswith("/fontTable.xml")), None)
    if table is None:
        return
    root: Any = parse_xml(table.blob)
    for name, instead in _INSTEAD.items():
        font = root.makeelement(f"{{{_W}}}font", {f"{{{_W}}}name": name})
        for part, value in (("altName", instead), ("charset", "86")):
            font.append(root.makeelement(f"{{{_W}}}{part}", {f"{{{_W}}}val": value}))
        root.append(font)
    table._blob = serialize_part_xml(root)
