"""A bulletin as one HTML file that needs nothing beside it: words, tables, charts as SVG, fit to be printed."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from metrics.bulletin.chart import chart_svg
from metrics.bulletin.document import (
    Block,
    BulletinDocument,
    Chart,
    DocumentHeading,
    DocumentTable,
    Paragraph,
    Run,
    Shown,
)
from metrics.plan.model import Text

SYNTHETIC = Text(zh="演示数据（虚构），不得引用", en="Synthetic demonstration data. Do not cite.")
DRAFT = Text(zh="草稿，未签发", en="Draft, not issued")
_LANG = Text(zh="zh-CN", en="en")
OWN_NUMBER = "*"
_FONTS = "FangSong, 仿宋, STFangsong, 'Noto Serif CJK SC', serif"


def html_file(document: BulletinDocument, *, draft: bool = False) -> bytes:
    """The whole file. Every page that is printed of it says so if the figures are synthetic, or it is a draft."""
    style = files("metrics.bulletin").joinpath("bulletin.css").read_text(encoding="utf-8")
    marks = page_marks(document, draft=draft)
    said = "".join(f'<p class="mark">{escape(mark)}</p>' for mark in marks)
    body = "".join(_block(block) for block in document.blocks)
    notes = "".join(f"<li>{escape(note)}</li>" for note in document.notes)
    language = _LANG.in_language(document.language)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(document.title)}</title><style>{style}</style></head>"
        f'<body><div class="marks">{said}</div><main><h1>{escape(document.title)}</h1>{body}'
        f'<ul class="notes">{notes}</ul></main></body></html>'
    ).encode()


def page_marks(document: BulletinDocument, *, draft: bool) -> list[str]:
    """What every page says: that it is a draft, that its figures are synthetic."""
    marks = [*([DRAFT] if draft else []), *([SYNTHETIC] if document.synthetic else [])]
    return [mark.in_language(document.language) for mark in marks]


def _block(block: Block) -> str:
    if isinstance(block, DocumentHeading):
        return f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"
    if isinstance(block, Paragraph):
        mark = f'<span class="own-number">{OWN_NUMBER}</span>' if block.edited and block.has_own_number else ""
        lines = ["".join(_run(run) for run in line) for line in block.lines]
        styles = [""] * len(lines)
        if block.style == "signature":
            styles = [f' style="padding-right:{space:.2f}em"' for space in block.from_right]
        return "".join(
            f'<p class="{block.style}"{style}>{line}{mark if place == len(lines) else ""}</p>'
            for place, (line, style) in enumerate(zip(lines, styles, strict=True), start=1)
        )
    if isinstance(block, Chart):
        drawn = chart_svg(block, fonts=_FONTS)
        return f"<figure><figcaption>{escape(block.title)}</figcaption>{drawn}</figure>" if block.bars else ""
    return _table(block)


def _table(table: DocumentTable) -> str:
    kinds = ["number" if column.numbers else "text" for column in table.columns]
    head = "".join(
        f'<th scope="col" class="{kind}">{escape(column.heading)}</th>'
        for kind, column in zip(kinds, table.columns, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f'<td class="{kind}">{escape(cell)}</td>' for kind, cell in zip(kinds, row, strict=True))
        + "</tr>"
        for row in table.rows
    )
    wide = "".join(f'<col style="width:{100 * width:.1f}%">' for width in table.widths)
    return (
        f'<table class="{"wide" if table.is_wide else "narrow"}"><caption>{escape(table.title)}</caption>'
        f"<colgroup>{wide}</colgroup>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _run(run: Run) -> str:
    return f'<data value="{escape(run.key)}">{escape(run.text)}</data>' if isinstance(run, Shown) else escape(run)
