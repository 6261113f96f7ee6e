"""Lines of a DOCX as python-docx shapes them, which takes it long: each shape is made once, and copied."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from typing import Any

BODY, LATIN = "仿宋_GB2312", "Times New Roman"
BODY_SIZE = 16  # points
PITCH = 579  # twips: 22 lines on 225 mm, which is a little less than 22 of 29 points
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@lru_cache(maxsize=256)
def shaped(size: float, font: str, align: str, exact: float, *, in_cell: bool = False, **around: float) -> Any:
    """The element of a line without a text, which nobody changes; lengths are in points.

    `around`: the `indent` of its first line, room `before` and `after`; a line in a cell has none of these.
    """
    import docx

    line = docx.Document().add_paragraph()
    for name in ("autoSpaceDE", "autoSpaceDN") if in_cell else ():  # columns are narrow
        add_to(line, name, "0")  # no room between characters and digits
    set_shape(line, align=align, exact=exact)
    if around:
        line.paragraph_format.first_line_indent = points(around["indent"])
        line.paragraph_format.space_before = points(around["before"])
        line.paragraph_format.space_after = points(around["after"])
    write(line, "", size=size, font=font)
    return line._p


def filled(line: Any, shape: Any, text: str) -> Any:
    """`text` in a copy of `shape`, in the place of the empty `line`."""
    copy = type(line)(deepcopy(shape), line._parent)
    line._p.getparent().replace(line._p, copy._p)
    copy.runs[0].text = text
    return copy


def set_shape(line: Any, *, align: str, exact: float) -> None:
    """How the line stands, and its height in points, of which one of the page's keeps to its grid."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    if exact != PITCH / 20:  # lines of their own height, not of the page's
        add_to(line, "snapToGrid", "0")
    line.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    line.paragraph_format.line_spacing = points(exact)
    line.paragraph_format.space_before = line.paragraph_format.space_after = points(0)


def add_to(line: Any, name: str, value: str) -> None:
    """A property of a paragraph for which python-docx has no name; before those that it has."""
    properties = line._p.get_or_add_pPr()
    properties.append(properties.makeelement(f"{{{W}}}{name}", {f"{{{W}}}val": value}))


def write(line: Any, text: str, *, size: float, font: str = BODY) -> Any:
    """Put `text` at the end of the line, `size` in points; answers the run."""
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    run = line.add_run(text)
    run.font.size, run.font.name, run.font.bold = points(size), LATIN, False
    run.font.color.rgb = RGBColor(0, 0, 0)
    properties = run._element.rPr
    properties.rFonts.set(qn("w:eastAsia"), font)
    if size != BODY_SIZE:
        properties.find(qn("w:sz")).addprevious(properties.makeelement(qn("w:spacing"), {qn("w:val"): "0"}))
    return run


def points(count: float) -> Any:
    """A length as python-docx takes it."""
    from docx.shared import Pt

    return Pt(count)
