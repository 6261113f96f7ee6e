"""The charts of a bulletin, drawn as SVG by the service itself: bars, their figures, the line of the target. Pure.

Told apart in print and in greyscale: every bar has its figure and its word beside it, colour says nothing alone.
"""

from __future__ import annotations

from html import escape

from metrics.bulletin.document import Bar, Chart, width_of

WIDTH = 620
_ROW, _TOP, _SIZE, _WIDE = 26, 8, 14, 15.6  # the last: of a wide character, with room for wider letters
_MOST_LABEL, _AFTER = 220, 150
_INK, _BAR, _TRACK, _LINE = "#1b1f24", "#4a5f86", "#e8e8e2", "#b3261e"


def chart_svg(chart: Chart, *, fonts: str) -> str:
    """The chart as an SVG document, :data:`WIDTH` units wide; `fonts`: a list of families as CSS has it."""
    height = 2 * _TOP + _ROW * len(chart.bars)
    label = min(_MOST_LABEL, 12 + round(max((_WIDE * width_of(bar.label) for bar in chart.bars), default=0)))
    body = "".join(_bar(bar, y=_TOP + place * _ROW, left=label) for place, bar in enumerate(chart.bars))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" font-family="{escape(fonts)}" font-size="{_SIZE}" fill="{_INK}">'
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.text)}</desc>{body}</svg>"
    )


def _bar(bar: Bar, *, y: int, left: int) -> str:
    long = WIDTH - left - _AFTER
    middle = y + _ROW / 2
    said = " ".join(filter(None, (bar.shown, bar.word)))
    line = ""
    if bar.line is not None:
        at = left + _tenths(bar.line * long)
        line = f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{y + 1}" y2="{y + _ROW - 1}" stroke="{_LINE}" stroke-width="2"/>'
    return (
        f'<text x="{left - 8}" y="{middle + 5}" text-anchor="end">{escape(_shortened(bar.label, left - 10))}</text>'
        f'<rect x="{left}" y="{y + 5}" width="{long}" height="{_ROW - 10}" fill="{_TRACK}"/>'
        f'<rect x="{left}" y="{y + 5}" width="{_tenths(bar.part * long):.1f}" height="{_ROW - 10}" fill="{_BAR}"/>'
        f'{line}<text x="{left + long + 8}" y="{middle + 5}">{escape(said)}</text>'
    )


def _tenths(length: object) -> float:
    """A place on paper: what a figure is drawn at, not what it is."""
    return round(float(length), 1)  # type: ignore[arg-type]  # a Fraction


def _shortened(text: str, most: int) -> str:
    if _WIDE * width_of(text) <= most:
        return text
    while text and _WIDE * width_of(text + "…") > most:
        text = text[:-1]
    return text + "…"
