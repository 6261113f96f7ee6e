"""The target page's figure: the stepped target line, every unit's course, one of them chosen, and where it is heading.

Takes dataclasses and gives a figure as plotly.js takes it (see `trends`); every text in it was written by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from dashboard.theme import PALETTES, Palette, Theme, faded, plotly_layout
from metrics.periods import last_day, period_of, periods_between
from metrics.results import Status

_LABEL_ROW = 16  # px


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the target line: `threshold` holds up to and with `due_on`; `label` stands at the due date."""

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
    """One unit's course. Pointing at it lifts it out of the others, pressing it chooses it (assets/courses.js)."""

    unit: str
    name: str
    points: tuple[Point, ...]
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """A projection from the newest point to the due date, with its interval."""

    start: Point
    on: date
    value: Fraction
    low: Fraction
    high: Fraction


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
    """The figure. Order of drawing: band, thin courses, projection, chosen course, target line."""
    palette, layout = PALETTES[theme], plotly_layout(theme)
    drawn = [_course(course, palette) for course in sorted(chart.courses, key=lambda course: course.chosen)]
    drawn += [] if chart.ahead is None else _ahead(chart.ahead, palette)
    drawn += [_target_line(chart, palette)] if chart.stages else []
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
    if chart.ahead is not None:
        values += [chart.ahead.low, chart.ahead.high]
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


def target_steps(stages: Sequence[Stage], *, begins: date, ends: date) -> list[tuple[date, Fraction]]:
    """The corners of the stepped target line from `begins` to `ends`; nothing without a stage."""
    corners: list[tuple[date, Fraction]] = []
    for stage in stages:
        start = corners[-1][0] if corners else begins
        corners += [(start, stage.threshold), (stage.due_on, stage.threshold)]
    if corners and corners[-1][0] < ends:
        corners.append((ends, corners[-1][1]))
    return corners


def _target_line(chart: CourseChart, palette: Palette) -> dict[str, Any]:
    corners = target_steps(chart.stages, begins=chart.begins, ends=chart.ends)
    return {
        "type": "scatter",
        "name": "target",
        "x": [day.isoformat() for day, _height in corners],
        "y": [float(height) for _day, height in corners],
        "mode": "lines",
        "line": {"color": palette.ink, "width": 3},
        "hoverinfo": "skip",
    }


def _ahead(ahead: Ahead, palette: Palette) -> list[dict[str, Any]]:
    start, height = ahead.start.on.isoformat(), float(ahead.start.value or 0)
    due = ahead.on.isoformat()
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
    line = {
        "type": "scatter",
        "name": "projection",
        "x": [start, due],
        "y": [height, float(ahead.value)],
        "mode": "lines",
        "line": {"color": palette.accent, "width": 2, "dash": "dot"},
        "hoverinfo": "skip",
    }
    return [fan, line]


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
