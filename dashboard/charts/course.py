"""The target page's figure: the line of what is due, every unit's course, one of them chosen, and where it is heading.

Takes dataclasses and gives a figure as plotly.js takes it (see `trends`); every text in it was written by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from dashboard.theme import PALETTES, Palette, Theme, faded, plotly_layout
from metrics.due_line import Corner, DueStep, due_runs
from metrics.periods import last_day, period_of, periods_between
from metrics.results import Status

_LABEL_ROW = 16  # px


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: what is to be reached by `due_on`; `label` stands at the due date."""

    threshold: Fraction
    due_on: date
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """One value on the last day of its month, with the words shown when it is pointed at. `value` None is a gap."""

    on: date
    value: Fraction | None
    words: str


@dataclass(frozen=True, slots=True)
class UnitCourse:
    """One unit's course, and what it is held against.

    `due`: from when on how much is due, oldest first. `ways`: the corners of each way to what is ahead. `last`: what
    was reported last, where the newest month is not. Pointing at a course lifts it out of the others, pressing it
    chooses it (src/charts/courses.js).
    """

    unit: str
    name: str
    points: tuple[Point, ...]
    due: tuple[DueStep, ...] = ()
    ways: tuple[tuple[Corner, ...], ...] = ()
    chosen: bool = False
    last: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A projection from the newest point to the due date, and its range if there is one."""

    start: Point
    on: date
    value: Fraction
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True, slots=True)
class CourseChart:
    """`window`: the verification window and its label; `months`: (day, text) of the marks along the time axis."""

    stages: tuple[Stage, ...]
    courses: tuple[UnitCourse, ...]
    begins: date
    ends: date
    months: tuple[tuple[date, str], ...]
    measure: str
    share: bool
    ahead: Ahead | None = None
    window: tuple[date, date, str] | None = None


def course_figure(chart: CourseChart, *, theme: Theme) -> dict[str, Any]:
    """The figure. Order of drawing: band, thin courses, chosen course, projection, ways ahead, the line of what is due.

    The line of what is due and the ways ahead are those of the chosen course.
    """
    palette, layout = PALETTES[theme], plotly_layout(theme)
    drawn = [_course(course, palette) for course in sorted(chart.courses, key=lambda course: course.chosen)]
    drawn += [] if chart.ahead is None else _ahead(chart.ahead, palette)
    for chosen in [course for course in chart.courses if course.chosen]:
        drawn += [_way(way, palette) for way in chosen.ways]
        drawn += _due(chosen, chart, palette)
    windows = [] if chart.window is None else [chart.window]
    layout["shapes"] = [_due_line(stage, palette) for stage in chart.stages]
    layout["shapes"] += [_band(window, palette) for window in windows]
    rows = label_rows(chart.stages, begins=chart.begins, ends=chart.ends)
    layout["annotations"] = [_due_label(*placed, palette) for placed in zip(chart.stages, rows, strict=True)]
    layout["margin"] = layout["margin"] | {"t": layout["margin"]["t"] + _LABEL_ROW * max(rows, default=0)}
    layout["annotations"] += [_band_label(window, palette, chart) for window in windows]
    layout["xaxis"] |= {
        "type": "date",
        "range": [chart.begins.isoformat(), chart.ends.isoformat()],
        "tickvals": [day.isoformat() for day, _text in chart.months],
        "ticktext": [text for _day, text in chart.months],
    }
    layout["yaxis"] |= {"ticksuffix": " %" if chart.measure == "%" else "", "range": _height(chart)}
    if chart.measure != "%":
        said = {"text": chart.measure, "font": {"size": 12, "color": palette.muted}, "standoff": 4}
        layout["yaxis"] |= {"title": said}
    return {"data": drawn, "layout": layout}


def _height(chart: CourseChart) -> list[float]:
    """From a little under the lowest value to a little over the highest line."""
    values = [p.value for course in chart.courses for p in course.points if p.value is not None]
    values += [stage.threshold for stage in chart.stages]
    values += [height for course in chart.courses if course.chosen for way in course.ways for _day, height in way]
    if chart.ahead is not None:
        values += [end for end in (chart.ahead.value, chart.ahead.low, chart.ahead.high) if end is not None]
    if not values:
        return [0, 100] if chart.share else [0, 1]
    low, high = float(min(values)), float(max(values))
    room = max((high - low) * 0.08, 0.5 if chart.share else 0.05)
    return [low - room, min(high + room, 102) if chart.share else high + room]


def _course(course: UnitCourse, palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": course.name,
        "meta": course.unit,
        "x": [point.on.isoformat() for point in course.points],
        "y": [None if point.value is None else float(point.value) for point in course.points],
        "customdata": [point.words for point in course.points],
        "hovertemplate": "%{customdata}<extra></extra>",
        "mode": "lines+markers",
        "connectgaps": False,
        "line": {"color": palette.accent if course.chosen else palette.muted, "width": 2.5 if course.chosen else 1},
        "marker": {"size": 6 if course.chosen else 3},
        "opacity": 1 if course.chosen else 0.5,
    }


def _due(chosen: UnitCourse, chart: CourseChart, palette: Palette) -> list[dict[str, Any]]:
    line = {"color": palette.ink, "width": 3}
    return [_line("due", run, line) for run in due_runs(chosen.due, begins=chart.begins, ends=chart.ends)]


def _way(way: Sequence[Corner], palette: Palette) -> dict[str, Any]:
    return _line("way", way, {"color": palette.ink, "width": 1, "dash": "dash"})


def _line(name: str, corners: Sequence[Corner], line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "x": [day.isoformat() for day, _height in corners],
        "y": [float(height) for _day, height in corners],
        "mode": "lines",
        "line": line,
        "hoverinfo": "skip",
    }


def _ahead(ahead: Ahead, palette: Palette) -> list[dict[str, Any]]:
    start, height = ahead.start.on.isoformat(), float(ahead.start.value or 0)
    due = ahead.on.isoformat()
    line = {"color": palette.accent, "width": 2, "dash": "dot"}
    drawn = [_line("projection", [(ahead.start.on, ahead.start.value or Fraction(0)), (ahead.on, ahead.value)], line)]
    if ahead.low is None or ahead.high is None:
        return drawn
    fan = {
        "type": "scatter",
        "name": "fan",
        "x": [start, due, due, start],
        "y": [height, float(ahead.high), float(ahead.low), height],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": faded(palette.accent, 0.14),
        "hoverinfo": "skip",
    }
    return [fan, *drawn]


def _due_line(stage: Stage, palette: Palette) -> dict[str, Any]:
    day = stage.due_on.isoformat()
    line = {"color": palette.muted, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "yref": "paper", "line": line, "layer": "below"}


def label_rows(stages: Sequence[Stage], *, begins: date, ends: date) -> list[int]:
    """How many rows above the chart each stage's label stands, so that on a phone no two lie on each other.

    A label ends at its due date. One whose follower is due within half the chart's width stands a row above it.
    """
    rows = [0] * len(stages)
    for place in reversed(range(len(stages) - 1)):
        if 2 * (stages[place + 1].due_on - stages[place].due_on) < ends - begins:
            rows[place] = rows[place + 1] + 1
    return rows


def _due_label(stage: Stage, row: int, palette: Palette) -> dict[str, Any]:
    return {
        "x": stage.due_on.isoformat(),
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": "right",
        "yshift": _LABEL_ROW * row,
        "text": stage.label,
        "showarrow": False,
        "font": {"size": 12, "color": palette.ink},
    }


def _band(window: tuple[date, date, str], palette: Palette) -> dict[str, Any]:
    start, end, _label = window
    return {
        "type": "rect",
        "x0": start.isoformat(),
        "x1": end.isoformat(),
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"width": 0},
        "fillcolor": faded(palette.statuses[Status.RECTIFYING], 0.1),
        "layer": "below",
    }


def _band_label(window: tuple[date, date, str], palette: Palette, chart: CourseChart) -> dict[str, Any]:
    """At the band's beginning; where that is near the chart's end, at the band's end, so that it stays whole."""
    start, end, label = window
    late = 2 * (start - chart.begins) > chart.ends - chart.begins
    return {
        "x": min(end, chart.ends).isoformat() if late else start.isoformat(),
        "y": 0,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": "right" if late else "left",
        "xshift": -4 if late else 4,
        "text": label,
        "showarrow": False,
        "font": {"size": 12, "color": palette.muted},
    }


def months_along(begins: date, ends: date) -> Sequence[date]:
    """The last days of quarters between two days, both included: the marks of the time axis."""
    return [last_day(p) for p in periods_between(period_of(begins), period_of(ends)) if p.month % 3 == 0]
