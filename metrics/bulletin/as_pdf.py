"""A bulletin as PDF, set by Typst inside the service: no browser, no network, charts as the service draws them.

The page is that of GB/T 9704-2012: A4, 22 lines of 28 characters, the page's number between dashes at its outer side.
"""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

from metrics.bulletin.as_html import OWN_NUMBER, page_marks
from metrics.bulletin.chart import chart_svg
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
from metrics.bulletin.fonts import FontChoice, fonts_for
from metrics.plan.model import Text

INDENT = Text(zh="32", en="24")  # points, of a paragraph's first line
_REGION = Text(zh="cn", en="gb")


def pdf_file(document: BulletinDocument, *, made_at: datetime, draft: bool = False) -> bytes:
    """The whole file, dated `made_at`. Raises Unavailable `font_missing` where what is Chinese cannot be set."""
    import typst

    document = printable(document)
    fonts = fonts_for(_all_text(document))
    source = typst_source(document, fonts, draft=draft)
    made = typst.compile(source.encode(), format="pdf", font_paths=fonts.loaded, timestamp=int(made_at.timestamp()))
    return bytes(made)


def chart_png(chart: Chart) -> bytes:
    """A chart as a picture, for documents that hold no SVG."""
    import typst

    chart = printable(chart)
    fonts = fonts_for(chart.title + chart.text)
    source = f"#set page(width: auto, height: auto, margin: 0pt)\n#{_image(chart, fonts, width='156mm')}"
    return bytes(typst.compile(source.encode(), format="png", ppi=200, font_paths=fonts.loaded))


def typst_source(document: BulletinDocument, fonts: FontChoice, *, draft: bool = False) -> str:
    """The document in Typst's language; every text of it is a string there, none is markup."""
    language = document.language
    given = {
        "title": document.title,
        "marks": "  ·  ".join(page_marks(document, draft=draft)),
        "language": language,
        "region": _REGION.in_language(language),
        "latin": fonts.latin,
        "body-font": fonts.body or fonts.latin,
        "heading-font": fonts.heading or fonts.latin,
        "title-font": fonts.title or fonts.latin,
    }
    parts = [
        "\n".join(f"#let {name} = {_string(value)}" for name, value in given.items()),
        f"#let indent = {INDENT.in_language(language)}pt",
        files("metrics.bulletin").joinpath("bulletin.typ").read_text(encoding="utf-8"),
        f"= #{' #linebreak() #'.join(map(_string, document.title_lines))}",
        *(_block(block, fonts) for block in document.blocks),
        "#line(length: 100%, stroke: 0.5pt)",
        *(f"#small({_string(note)})" for note in document.notes),
    ]
    return "\n\n".join(parts)


def _block(block: Block, fonts: FontChoice) -> str:
    if isinstance(block, DocumentHeading):
        return f"{'=' * (block.level + 1)} #{_string(block.text)}"
    if isinstance(block, Paragraph):
        return _paragraph(block)
    if isinstance(block, Chart):
        if not block.bars:
            return ""
        return f"#figure-of({_string(block.title)}, {_image(block, fonts, width='100%')})"
    return _table(block)


def _paragraph(block: Paragraph) -> str:
    lines = ["".join(as_text(run) for run in line) for line in block.lines]
    if lines and block.edited and block.has_own_number:
        lines[-1] += OWN_NUMBER
    if block.style == "signature":
        spaced = zip(lines, block.from_right, strict=True)
        return f"#signed(({''.join(f'({_string(line)}, {space:.2f}em), ' for line, space in spaced)}))"
    call = {"body": "#{}", "addressees": "#plain({})", "notice": "#notice({})"}[block.style]
    return "\n\n".join(call.format(_string(line)) for line in lines)


def _table(table: DocumentTable) -> str:
    sides = ", ".join("right" if column.numbers else "left" for column in table.columns)
    widths = ", ".join(f"{1000 * width:.0f}fr" for width in table.widths)
    head = ", ".join(_string(column.heading) for column in table.columns)
    cells = ",\n".join(", ".join(_string(cell) for cell in row) for row in table.rows)
    call = "wide-table" if table.is_wide else "table"
    return (
        f"#caption({_string(table.title)})\n"
        f"#{call}(columns: ({widths}), align: ({sides}), table.header({head}),\n{cells})"
    )


def _image(chart: Chart, fonts: FontChoice, *, width: str) -> str:
    family = ", ".join(f"'{name}'" for name in (fonts.heading or fonts.body, fonts.latin) if name)
    svg = chart_svg(chart, fonts=family)
    return f'image(bytes({_string(svg)}), format: "svg", width: {width}, alt: {_string(chart.text)})'


def _string(text: str) -> str:
    r"""`text` as a string of Typst's, in which only a backslash, a quotation mark and ends of lines mean anything."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "").replace("\t", "\\t")
    return f'"{escaped}"'


def _all_text(document: BulletinDocument) -> str:
    parts = [document.title, *document.notes]
    for block in document.blocks:
        if isinstance(block, DocumentTable):
            parts += [
                block.title,
                *(column.heading for column in block.columns),
                *(c for row in block.rows for c in row),
            ]
        elif isinstance(block, Chart):
            parts += [block.title, block.text]
        else:
            parts.append(block.text)
    return "".join(parts)
