"""One of several small charts: the courses of a few units on one scale, each labelled at its end.

Drawn as SVG text like the instruments. Colour, dash and label say which line is whose; the figures stand in a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from html import escape

from dashboard.charts.instrument import Scale, as_svg
from dashboard.charts.line_ends import shortened, spread
from dashboard.theme import FONT, Palette
from metrics.due_line import Corner

WIDTH, HEIGHT = 360, 156
DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 4")  # by the place of a unit among those compared
_LEFT, _RIGHT, _TOP, _FOOT = 36, 124, 8, 20
_TYPE = 13  # where a chart is as narrow as a telephone it is drawn a little smaller, and nothing is under 12 px
_LABEL = 15  # the height of a label
_LONGEST = 15  # characters of a name that fit at a line's end; a wide one counts twice


@dataclass(frozen=True, slots=True)
class ComparedCourse:
    """`points`: (last day of the month, value), oldest first; None is a gap. `label`: what stands at its end.

    `revised`: the days of points whose values were others before.
    """

    label: str
    points: tuple[tuple[date, Fraction | None], ...]
    revised: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class ComparedChart:
    """`due`: the runs of the line of what is due; `judged`: of what is judged by where that has left it.

    `words`: the first and the last day shown, below the chart.
    """

    courses: tuple[ComparedCourse, ...]
    due: tuple[tuple[Corner, ...], ...]
    scale: Scale
    begins: date
    ends: date
    words: tuple[str, str]
    judged: tuple[tuple[Corner, ...], ...] = ()

    def x(self, day: date) -> float:
        whole = (self.ends - self.begins).days or 1
        return round(_LEFT + (day - self.begins).days / whole * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: Fraction) -> float:
        return round(HEIGHT - _FOOT - self.scale.share(value) * (HEIGHT - _FOOT - _TOP), 1)


def compared_courses(chart: ComparedChart, *, palette: Palette) -> str:
    """The drawing: what is due as the one heavy line, then the courses, the first one on top."""
    due = "".join(
        f'<polyline points="{_corners(chart, run)}" fill="none" stroke="{palette.ink}" stroke-width="{width}"/>'
        for runs, width in ((chart.due, 2.5), (chart.judged, 1))
        for run in runs
    )
    drawn = "".join(
        _course(chart, course, palette.series[place], DASHES[place])
        + _revised(chart, course, palette.series[place], palette)
        for place, course in reversed(list(enumerate(chart.courses)))
    )
    labels = _labels(chart, palette)
    return as_svg(
        WIDTH,
        HEIGHT,
        f'<g font-family={_quoted(FONT)} font-size="{_TYPE}">{_axes(chart, palette)}{due}{drawn}{labels}</g>',
    )


def _quoted(font: str) -> str:
    return "'" + font + "'"


def _axes(chart: ComparedChart, palette: Palette) -> str:
    left, right, foot = _LEFT, WIDTH - _RIGHT, HEIGHT - _FOOT
    middle = (chart.scale.foot + chart.scale.head) / 2
    lines = "".join(
        f'<path d="M{left} {chart.y(height)}H{right}" stroke="{palette.line}"/>'
        f'<text x="{left - 4}" y="{chart.y(height) + 4}" text-anchor="end" fill="{palette.muted}">'
        f"{_written(height)}</text>"
        for height in (chart.scale.foot, middle, chart.scale.head)
    )
    first, last = (escape(word) for word in chart.words)
    return (
        lines
        + f'<text x="{left}" y="{foot + 15}" fill="{palette.muted}">{first}</text>'
        + f'<text x="{right}" y="{foot + 15}" text-anchor="end" fill="{palette.muted}">{last}</text>'
    )


def _written(height: Fraction) -> str:
    return f"{float(height):.1f}".removesuffix(".0")


def _corners(chart: ComparedChart, run: Sequence[Corner]) -> str:
    return " ".join(f"{chart.x(day)} {chart.y(height)}" for day, height in run)


def _course(chart: ComparedChart, course: ComparedCourse, colour: str, dash: str) -> str:
    """A month without a value is a gap, a value between two gaps a dot, the newest value a larger one."""
    runs: list[list[str]] = [[]]
    for day, value in course.points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{chart.x(day)} {chart.y(value)}")
    drawn = ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    for run in runs:
        if len(run) > 1:
            drawn += f'<polyline points="{" ".join(run)}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
        elif run:
            drawn += _dot(run[0], 2, colour)
    last = next((run for run in reversed(runs) if run), None)
    return drawn + (_dot(last[-1], 3.5, colour) if last else "")


def _revised(chart: ComparedChart, course: ComparedCourse, colour: str, palette: Palette) -> str:
    """The marks of a course's corrected points: hollow diamonds in its colour."""
    return "".join(
        f'<path class="revised" d="M{chart.x(day)} {round(chart.y(value) - 5, 1)}l5 5l-5 5l-5 -5z"'
        f' fill="{palette.raised}" stroke="{colour}" stroke-width="2"/>'
        for day, value in course.points
        if day in course.revised and value is not None
    )


def _dot(place: str, radius: float, colour: str) -> str:
    x, y = place.split()
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>'


def _labels(chart: ComparedChart, palette: Palette) -> str:
    """Each name at the height of its line's end, moved apart where two would cover each other."""
    ends = []
    for place, course in enumerate(chart.courses):
        known = [(day, value) for day, value in course.points if value is not None]
        if known:
            ends.append((chart.y(known[-1][1]), chart.x(known[-1][0]), place))
    heights = spread([y for y, _x, _place in ends], least=_TOP + 2, most=HEIGHT - _FOOT, apart=_LABEL)
    drawn = ""
    for (y, x, place), height in zip(ends, heights, strict=True):
        colour, at = palette.series[place], WIDTH - _RIGHT + 10
        drawn += f'<path d="M{x + 4} {y}L{at - 2} {height}" stroke="{colour}" stroke-width="1" opacity="0.6"/>'
        name = escape(shortened(chart.courses[place].label, _LONGEST))
        drawn += f'<text x="{at}" y="{height + 4}" fill="{colour}" font-weight="600">{name}</text>'
    return drawn
