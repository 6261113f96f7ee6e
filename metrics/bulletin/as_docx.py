"""A bulletin as DOCX: plain paragraphs, tables, pictures, so that Word, WPS and LibreOffice open it and people work on.

Page, grid and fonts are those of GB/T 9704-2012. Fonts that a machine does not have are named with those to take
instead (`w:altName` of the font table).
"""

from __future__ import annotations

import io
from copy import deepcopy
from datetime import datetime
from typing import TYPE_CHECKING, Any

from metrics.bulletin.as_html import OWN_NUMBER, page_marks
from metrics.bulletin.as_pdf import INDENT, chart_png
from metrics.bulletin.document import (
    Block,
    BulletinDocument,
    Chart,
    DocumentHeading,
    DocumentTable,
    Paragraph,
    as_text,
    printable,
)
from metrics.bulletin.docx_lines import (
    BODY,
    BODY_SIZE,
    LATIN,
    PITCH,
    W,
    filled,
    points,
    set_shape,
    shaped,
    write,
)
from metrics.plan.model import Text

if TYPE_CHECKING:
    from docx.document import Document as Docx

_HEADING, _TITLE = "黑体", "方正小标宋简体"
_LANG = Text(zh="zh-CN", en="en-GB")
_INSTEAD = {
    BODY: "仿宋,FangSong,STFangsong,Noto Serif CJK SC",
    _HEADING: "SimHei,STHeiti,Noto Sans CJK SC",
    _TITLE: "宋体,SimSun,STSong,Noto Serif CJK SC",
}
# Of the body: 28 characters of 16 pt on 156 mm stand closer by so many twips. A grid of characters would say it too,
# but LibreOffice gives a character that is wider than its cell two of them.
_CLOSER = Text(zh="-5", en="0")


def docx_file(document: BulletinDocument, *, made_at: datetime, draft: bool = False) -> bytes:
    """The whole file. Raises Unavailable `font_missing` where its pictures cannot be drawn."""
    import docx

    document = printable(document)
    made = docx.Document()
    _set_normal(made, closer=_CLOSER.in_language(document.language))
    _set_page(made, document, draft=draft)
    _set_properties(made, document, made_at=made_at)
    _name_fonts(made)
    for place, text in enumerate(document.title_lines, start=1):
        after = 29 if place == len(document.title_lines) else 0
        _line(made, text, size=22, font=_TITLE, align="center", after=after)
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.style == "signature":  # never alone on a page
            made.paragraphs[-1].paragraph_format.keep_with_next = True
        _add(made, block, indent=float(INDENT.in_language(document.language)))
    for note in document.notes:
        _line(made, note, size=10.5, align="left", exact=16)
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
    for place, (line, from_right) in enumerate(zip(lines, block.from_right, strict=True)):
        if block.style == "signature":
            added = _line(made, line, align="right", before=29 if place == 0 else 0)
            added.paragraph_format.right_indent = points(16 * from_right)
            added.paragraph_format.keep_with_next = place < len(lines) - 1
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
    added = made.add_table(rows=2, cols=len(table.columns), style="Table Grid")
    added.autofit = False
    _set_margins(added)
    head, body = added.rows
    for place, (column, width) in enumerate(zip(table.columns, table.widths, strict=True)):
        added.columns[place].width = Mm(156 * width)
        for row, text, font in ((head, column.heading, _HEADING), (body, "", BODY)):
            row.cells[place].width = Mm(156 * width)
            _fill(row.cells[place], text, numbers=column.numbers, size=size, font=font)
    _set_row(head, "tblHeader")
    for row in (head, body):
        _set_row(row, "cantSplit")
    _write_rows(body, table.rows)
    _line(made, "", size=10.5, exact=12)


def _write_rows(pattern: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    """A row as `pattern` is for each of `rows`, in its place: copies, for a cell takes long to make."""
    for texts in rows:
        row = deepcopy(pattern._tr)
        for cell, text in zip(row.tc_lst, texts, strict=True):
            cell.p_lst[0].r_lst[0].text = text
        pattern._tr.addprevious(row)
    pattern._tr.getparent().remove(pattern._tr)


def _fill(cell: Any, text: str, *, numbers: bool, size: float, font: str) -> None:
    shape = shaped(size, font, "right" if numbers else "left", 15, in_cell=True)
    filled(cell.paragraphs[0], shape, text)


def _line(
    made: Docx,
    text: str,
    *,
    size: float = BODY_SIZE,
    font: str = BODY,
    align: str = "justify",
    indent: float = 0,
    before: float = 0,
    after: float = 0,
    exact: float = 0,
) -> Any:
    exact = exact or (34 if size > 16 else PITCH / 20)
    shape = shaped(size, font, align, exact, indent=indent, before=before, after=after)
    return filled(made.add_paragraph(), shape, text)


def _set_normal(made: Docx, *, closer: str) -> None:
    """The body's font, and how close its characters stand: what is typed anew is as the body."""
    from docx.oxml.ns import qn

    normal = made.styles["Normal"]
    normal.font.name = LATIN
    normal.paragraph_format.space_after = points(0)
    named = normal.element.rPr
    named.rFonts.set(qn("w:eastAsia"), BODY)
    named.append(named.makeelement(qn("w:spacing"), {qn("w:val"): closer}))
    normal.font.size = points(BODY_SIZE)
    named.append(named.makeelement(qn("w:lang"), {qn("w:val"): _LANG.en, qn("w:eastAsia"): _LANG.zh}))


def _set_page(made: Docx, document: BulletinDocument, *, draft: bool) -> None:
    from docx.shared import Mm

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance, section.header_distance = Mm(25), Mm(20)
    grid = section._sectPr.find(f"{{{W}}}docGrid")
    if grid is None:
        grid = section._sectPr.makeelement(f"{{{W}}}docGrid", {})
        section._sectPr.append(grid)
    for name, value in (("type", "lines"), ("linePitch", str(PITCH))):
        grid.set(f"{{{W}}}{name}", value)
    made.settings.odd_and_even_pages_header_footer = True
    for header in (section.header, section.even_page_header):
        set_shape(header.paragraphs[0], align="center", exact=16)
        write(header.paragraphs[0], "  ·  ".join(page_marks(document, draft=draft)), size=10.5)
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        _number_page(footer.paragraphs[0], side=side)


def _number_page(line: Any, *, side: str) -> None:
    """— 1 —, at the outer side, one character in."""
    set_shape(line, align=side, exact=20)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = points(14)
    write(line, "— ", size=14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = write(line, "", size=14)
        part = run._element.makeelement(f"{{{W}}}{'fldChar' if kind else 'instrText'}", {})
        if kind:
            part.set(f"{{{W}}}fldCharType", kind)
        else:
            part.text = text
        run._element.append(part)
    write(line, " —", size=14)


def _set_margins(table: Any) -> None:
    """Little room at both sides of a cell."""
    properties = table._tbl.tblPr
    margins = properties.makeelement(f"{{{W}}}tblCellMar", {})
    for side in ("left", "right"):
        margins.append(margins.makeelement(f"{{{W}}}{side}", {f"{{{W}}}w": "60", f"{{{W}}}type": "dxa"}))
    properties.find(f"{{{W}}}tblLook").addprevious(margins)


def _set_row(row: Any, name: str) -> None:
    """`tblHeader`: again on every page that the table goes on to; `cantSplit`: whole on one page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(f"{{{W}}}{name}", {}))


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
        font = root.makeelement(f"{{{W}}}font", {f"{{{W}}}name": name})
        for part, value in (("altName", instead), ("charset", "86")):
            font.append(root.makeelement(f"{{{W}}}{part}", {f"{{{W}}}val": value}))
        root.append(font)
    table._blob = serialize_part_xml(root)
