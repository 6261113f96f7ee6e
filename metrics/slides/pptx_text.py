"""Text in shapes, cells and captions of a slide: our font, for Chinese characters as well."""

from __future__ import annotations

from typing import Any

FONT = "Microsoft YaHei"
INK, MUTED, LINE, PAPER = "1B1F24", "5C6670", "E3E3DC", "FAFAF7"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def fill(frame: Any, text: str, *, size: float, colour: str, bold: bool = False, language: str = "") -> None:
    """`text`, a paragraph a line, in our font, for Chinese characters as well."""
    from pptx.util import Inches

    frame.word_wrap = True
    if hasattr(frame, "margin_left"):
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Inches(0.02)
    for place, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = None if not language else left()
        add_run(paragraph, line, size=size, colour=colour, bold=bold)


def add_run(paragraph: Any, text: str, *, size: float, colour: str, bold: bool = False) -> None:
    """More text at the end of a paragraph."""
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = points(size), bold, FONT
    run.font.color.rgb = rgb(colour)
    properties = run._r.get_or_add_rPr()
    properties.append(properties.makeelement(f"{{{DRAWING}}}ea", {"typeface": FONT}))


def left() -> Any:
    from pptx.enum.text import PP_ALIGN

    return PP_ALIGN.LEFT


def anchor(name: str) -> Any:
    from pptx.enum.text import MSO_ANCHOR

    return getattr(MSO_ANCHOR, name)


def points(size: float) -> Any:
    from pptx.util import Pt

    return Pt(size)


def rgb(code: str) -> Any:
    from pptx.dml.color import RGBColor

    kind: Any = RGBColor  # untyped
    return kind(*bytes.fromhex(code))
