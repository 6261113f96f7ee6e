"""The charts of a bulletin, drawn as SVG by the service itself: bars, their figures, the line of the target. Pure.

Told apart in print and in greyscale: every bar has its figure and its word beside it, colour says nothing alone.
"""

from __future__ import annotations

import re
from html import escape

from metrics.bulletin.document import Bar, Chart, width_of

WIDTH = 620
_ROW, _LINE_HIGH, _TOP, _SIZE = 26, 17, 8, 14
_WIDE = 15.6  # of a wide character, with room for wider letters
_MOST_LABEL, _LEAST_AFTER, _GAP = 220, 150, 8
_PARTS = re.compile(r"[^\s\u2e80-\uffff]+\s*|.")  # between which a label breaks: words, and wide characters one by one
_DASHES = ' stroke-dasharray="4 3"'  # of what is not due yet, as on the pages
_INK, _BAR, _TRACK, _LINE = "#1b1f24", "#4a5f86", "#e8e8e2", "#b3261e"


def chart_svg(chart: Chart, *, fonts: str) -> str:
    """The chart as an SVG document, :data:`WIDTH` units wide; `fonts`: a list of families as CSS has it.

    A label that is too long for its column goes on in the next line.
    """
    labels = [_broken(bar.label) for bar in chart.bars]
    left = 2 * _GAP + max((_drawn(line) for lines in labels for line in lines), default=0)
    right = WIDTH - max([_LEAST_AFTER, *(2 * _GAP + _drawn(_said(bar)) for bar in chart.bars)])
    body, y = "", _TOP
    for bar, lines in zip(chart.bars, labels, strict=True):
        high = _ROW + (len(lines) - 1) * _LINE_HIGH
        body += _bar(bar, lines, middle=y + high / 2, left=left, right=right)
        y += high
    height = y + _TOP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" font-family="{escape(fonts)}" font-size="{_SIZE}" fill="{_INK}">'
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.text)}</desc>{body}</svg>"
    )


def _bar(bar: Bar, lines: list[str], *, middle: float, left: int, right: int) -> str:
    long, high = right - left, _ROW - 10
    line = ""
    if bar.line is not None:
        at = left + _tenths(bar.line * long)
        line = (
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{middle - 12}" y2="{middle + 12}" stroke="{_LINE}"'
            f' stroke-width="2"{_DASHES if bar.ahead else ""}/>'
        )
    first = middle + 5 - (len(lines) - 1) * _LINE_HIGH / 2
    label = "".join(
        f'<text x="{left - _GAP}" y="{first + place * _LINE_HIGH}" text-anchor="end">{escape(text)}</text>'
        for place, text in enumerate(lines)
    )
    return (
        f'{label}<rect x="{left}" y="{middle - high / 2}" width="{long}" height="{high}" fill="{_TRACK}"/>'
        f'<rect x="{left}" y="{middle - high / 2}" width="{_tenths(bar.part * long):.1f}" height="{high}"'
        f' fill="{_BAR}"/>{line}<text x="{right + _GAP}" y="{middle + 5}">{escape(_said(bar))}</text>'
    )


def _said(bar: Bar) -> str:
    return " ".join(filter(None, (bar.shown, bar.word)))


def _tenths(length: object) -> float:
    """A place on paper: what a figure is drawn at, not what it is."""
    return round(float(length), 1)  # type: ignore[arg-type]  # a Fraction


def _drawn(text: str) -> int:
    """How wide a text is drawn, at most."""
    return round(_WIDE * width_of(text))


def _broken(text: str) -> list[str]:
    """A label in lines of its column."""
    lines = [""]
    for part in _PARTS.findall(text):
        if lines[-1] and _drawn((lines[-1] + part).rstrip()) > _MOST_LABEL - 2 * _GAP:
            lines.append("")
        lines[-1] += part
    return [line.rstrip() for line in lines]
