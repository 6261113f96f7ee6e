"""The table of a slide: native cells, ruled by hairlines, in the largest type in which it fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from metrics.bulletin.document import unparted, width_of
from metrics.slides.pptx_text import DRAWING, INK, LINE, MUTED, anchor, fill
from metrics.slides.slide import SlideTable

_SIZES = (12, 11, 10, 9, 8)
_AROUND, _WIDER, _LEAST_FIRST = 0.12, 1.18, 1.0  # of cells: inches around a text, room for wider letters
_BETWEEN = re.compile(r"(?<=[\u2e80-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u2e80-\u9fff])")
_SPACED = 0.25  # of a wide character: what programs put between a Chinese character and a figure or a letter
_LEADING, _UNDER, _ROW = 1.32, 0.05, 0.33  # of rows: lines apart, and inches below them and of one at most


def add_table(page: Any, table: SlideTable, *, left: float, top: float, wide: float, high: float) -> None:
    """The table in at most that room, its first row the headings."""
    from pptx.util import Inches

    fit = _fitting(table, wide, high)
    frame = page.shapes.add_table(
        len(table.rows) + 1, len(table.headings), Inches(left), Inches(top), Inches(wide), Inches(sum(fit.heights))
    )
    described = frame._element.nvGraphicFramePr.cNvPr
    described.set("descr", table.caption)
    described.set("name", table.caption)
    made = frame.table
    made.horz_banding = False
    _plain_style(made)
    for place, width in enumerate(fit.widths):
        made.columns[place].width = Inches(width)
    alike: dict[tuple[bool, bool], Any] = {}  # of cells that differ by their text alone the first, which is copied
    for at, (row, cells) in enumerate(zip(made._tbl.tr_lst, fit.rows, strict=True)):
        row.h = Inches(fit.heights[at])
        for place, (cell, words) in enumerate(zip(row.tc_lst, cells, strict=True)):
            text = unparted(words)
            head, right = at == 0, place not in table.texts
            if (head, right) in alike and "\n" not in text:
                row.replace(cell, _with_text(alike[head, right], text))
            else:
                _cell(made.cell(at, place), text, size=fit.size, head=head, right=right)
                alike.setdefault((head, right), cell)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a table is laid out: its type, the widths of its columns and heights of its rows, and its cells."""

    size: float
    widths: list[float]
    heights: list[float]
    rows: list[tuple[str, ...]]


def _fitting(table: SlideTable, wide: float, high: float) -> _Fit:
    """The largest type in which the table fits.

    The first column takes what the others leave, and as many lines as it needs; headings break between words. Where
    even the smallest type does not fit, the first column is cut and says so by its dots.
    """
    rest, rows = range(1, len(table.headings)), [table.headings, *table.rows]
    for size in _SIZES:
        scale = _WIDER * size / 72
        needed = [max([_least(table.headings[p]), *(_wide(row[p]) for row in table.rows)]) for p in rest]
        others = [need * scale + _AROUND for need in needed]
        widths = [max(wide - sum(others), _LEAST_FIRST), *others]
        heights = [_height(_lines(row, widths, scale), size) for row in rows]
        if sum(widths) <= wide + 0.01 and sum(heights) <= high:
            break
    else:
        most = max(1, int((high / len(rows) - _UNDER) / (_LEADING * size / 72)))
        room = most * (widths[0] - _AROUND) / scale
        rows = [(_cut(row[0], room), *row[1:]) for row in rows]
        heights = [min(height, _height(most, size)) for height in heights]
    spare = max(0.0, min((high - sum(heights)) / len(heights), _ROW - min(heights)))
    return _Fit(size, [width * wide / sum(widths) for width in widths], [height + spare for height in heights], rows)


def _lines(row: Sequence[str], widths: Sequence[float], scale: float) -> int:
    return max(-int(-(_wide(text) * scale + _AROUND - 0.01) // width) for text, width in zip(row, widths, strict=True))


def _wide(text: str) -> float:
    """About how wide a cell's text is set, in wide characters: a date in Chinese is six parts with room between."""
    return width_of(text) + _SPACED * len(_BETWEEN.findall(text))


def _height(lines: int, size: float) -> float:
    return _LEADING * size / 72 * lines + _UNDER


def _cut(text: str, room: float) -> str:
    """As much of `text` as fits, in wide characters, with dots for the rest."""
    while _wide(text) > room and len(text) > 1:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def _least(heading: str) -> float:
    """What a heading needs over its column: its longest word, half of it where it has no spaces."""
    words = heading.split()
    return (
        max(width_of(word) for word in words) if len(words) > 1 else width_of(heading) / (1 if heading.isascii() else 2)
    )


def _cell(cell: Any, text: str, *, size: float, head: bool, right: bool) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches

    cell.margin_left = cell.margin_right = Inches(0.05)
    cell.margin_top = cell.margin_bottom = Inches(0.01)
    cell.vertical_anchor = anchor("MIDDLE")
    cell.fill.background()
    fill(cell.text_frame, text, size=size, colour=MUTED if head else INK)
    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    _bottom_line(cell, MUTED if head else LINE)


def _with_text(cell: Any, text: str) -> Any:
    """A copy of a cell of one line, with another text: a sixth of the time that it takes to make one."""
    copied = deepcopy(cell)
    first, *more = copied.txBody.p_lst
    for line in more:
        copied.txBody.remove(line)
    first.r_lst[0].text = text
    return copied


def _bottom_line(cell: Any, colour: str) -> None:
    """A hairline under a cell, for which python-pptx has no name."""
    from pptx.oxml import parse_xml

    line = f'<a:lnB xmlns:a="{DRAWING}" w="9525"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:lnB>'
    properties = cell._tc.get_or_add_tcPr()
    properties.insert(0, parse_xml(line))


def _plain_style(made: Any) -> None:
    """No style of the program's own: neither grid nor bands."""
    made._tbl.tblPr.find(f"{{{DRAWING}}}tableStyleId").text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
