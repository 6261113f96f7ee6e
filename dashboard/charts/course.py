"""The target page's figure: the line of what is due, every unit's course, one of them chosen, and where it is heading.

Takes dataclasses and gives a figure as plotly.js takes it (see `trends`); every text in it was written by the caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from dashboard.charts.due_marks import Stage, due_marks
from dashboard.charts.line_ends import LineEnd, end_labels, gutter
from dashboard.theme import PALETTES, Palette, Theme, faded, plotly_layout
from metrics.due_line import Corner, DueStep, due_runs, judged_run
from metrics.periods import last_day, period_of, periods_between

MOST_MARKS = 10  # along the time axis
MARKERS = ("circle", "square", "diamond", "triangle-up", "x")  # of courses in colour: it never tells alone


@dataclass(frozen=True, slots=True)
class Point:
    """One value on the last day of its month, with the words shown when it is pointed at. `value` None is a gap.

    `revised`: the value was another before.
    """

    on: date
    value: Fraction | None
    words: str
    revised: bool = False


@dataclass(frozen=True, slots=True)
class UnitCourse:
    """One unit's course, and what it is held against.

    `due`: from when on how much is due, oldest first. `ways`: the corners of each way to what is ahead. `last`: what
    was reported last, where the newest month is not. `chosen`: what the figure is about, in the first colour; `place`:
    of another that is compared with it, in the colour at that place; None is grey. `label` stands at the end of a
    course in colour. `due_dates`, `window`: the days at which its stages fall due, and its verification window's first
    and last day, as a small chart of its own marks them. Pointing at a course lifts it out of the others, pressing it
    chooses it (src/charts/courses.js). `judged`: from when on, and by what, its target is judged beside what is due.
    """

    unit: str
    name: str
    points: tuple[Point, ...]
    due: tuple[DueStep, ...] = ()
    ways: tuple[tuple[Corner, ...], ...] = ()
    chosen: bool = False
    last: str = ""
    place: int | None = None
    label: str = ""
    due_dates: tuple[date, ...] = ()
    window: tuple[date, date] | None = None
    judged: Corner | None = None

    @property
    def in_colour(self) -> int | None:
        """The place of its colour; None for a grey one."""
        return 0 if self.chosen else self.place


@dataclass(frozen=True, slots=True)
class Ahead:
    """A projection from the newest point to the due date, and its range if there is one."""

    start: Point
    on: date
    value: Fraction
    low: Fraction | None
    high: Fraction | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class CourseChart:
    """`window`: the verification window and its label; `months`: (day, text) of the marks along the time axis.

    `due_label`: at the end of the line of what is due; `judged_label`: of what it is judged by beside that;
    `way_labels`: at the ends of the ways of the chosen course.
    """

    stages: tuple[Stage, ...]
    courses: tuple[UnitCourse, ...]
    begins: date
    ends: date
    months: tuple[tuple[date, str], ...]
    measure: str
    share: bool
    ahead: Ahead | None = None
    window: tuple[date, date, str] | None = None
    due_label: str = ""
    judged_label: str = ""
    way_labels: tuple[str, ...] = ()


def course_figure(chart: CourseChart, *, theme: Theme, projected: bool = False) -> dict[str, Any]:
    """The figure. Order of drawing: band, thin courses, those in colour, projection, ways ahead, what is due.

    The line of what is due and the ways ahead are those of the chosen course. Each line in colour, the projection, the
    ways and what is due have their label behind their end. `projected`: for a room, where letters are larger.
    """
    palette, layout = PALETTES[theme], plotly_layout(theme)
    drawn = [_course(course, palette) for course in sorted(chart.courses, key=_order_of_drawing)]
    drawn += [] if chart.ahead is None else _ahead(chart.ahead, palette)
    for chosen in [course for course in chart.courses if course.chosen]:
        drawn += [_way(way, palette) for way in chosen.ways]
        drawn += _due(chosen, chart, palette)
    drawn += [_revised(course, palette) for course in chart.courses if any(point.revised for point in course.points)]
    across, upwards = (chart.begins, chart.ends), _height(chart)
    marks = due_marks(chart.stages, chart.window, across=across, palette=palette, projected=projected)
    layout["shapes"], layout["annotations"] = marks.shapes, marks.labels
    ends = [*_ends(chart, palette)]
    room = max(gutter(ends, projected=projected), layout["margin"]["r"])
    layout["margin"] = layout["margin"] | {"t": layout["margin"]["t"] + marks.above, "r": room}
    layout["annotations"] += end_labels(ends, gutter_at=chart.ends, upwards=upwards, projected=projected)
    layout["meta"] = {"lifted": palette.series[_free_place(chart)]}  # courses.js draws what is pointed at in it
    layout["xaxis"] |= {
        "type": "date",
        "range": [chart.begins.isoformat(), chart.ends.isoformat()],
        "tickvals": [day.isoformat() for day, _text in chart.months],
        "ticktext": [text for _day, text in chart.months],
        "tickangle": 0,
    }
    layout["yaxis"] |= {"ticksuffix": " %" if chart.measure == "%" else "", "range": [*upwards]}
    if chart.measure != "%":
        said = {"text": chart.measure, "font": {"size": 12, "color": palette.muted}, "standoff": 4}
        layout["yaxis"] |= {"title": said}
    return {"data": drawn, "layout": layout}


def _height(chart: CourseChart) -> tuple[float, float]:
    """From a little under the lowest value to a little over the highest line."""
    values = [p.value for course in chart.courses for p in course.points if p.value is not None]
    values += [stage.threshold for stage in chart.stages]
    values += [height for course in chart.courses if course.chosen for way in course.ways for _day, height in way]
    values += [height for course in chart.courses if course.chosen for _day, height in course.due if height is not None]
    if chart.ahead is not None:
        values += [end for end in (chart.ahead.value, chart.ahead.low, chart.ahead.high) if end is not None]
    if not values:
        return (0, 100) if chart.share else (0, 1)
    low, high = float(min(values)), float(max(values))
    room = max((high - low) * 0.08, 0.5 if chart.share else 0.05)
    return low - room, min(high + room, 102) if chart.share else high + room


def _order_of_drawing(course: UnitCourse) -> int:
    """Grey ones first, the chosen one last, over all others."""
    place = course.in_colour
    return -len(MARKERS) if place is None else -place


def _free_place(chart: CourseChart) -> int:
    """The place of the first colour that no course has, else the last."""
    taken = {course.in_colour for course in chart.courses}
    return next((place for place in range(1, len(MARKERS)) if place not in taken), len(MARKERS) - 1)


def _course(course: UnitCourse, palette: Palette) -> dict[str, Any]:
    place = course.in_colour
    size, shape = (3, "circle") if place is None else (6, MARKERS[place])
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
        "line": {
            "color": palette.muted if place is None else palette.series[place],
            "width": 1 if place is None else 2.5 if course.chosen else 2,
        },
        "marker": {"size": size, "symbol": shape},
        "opacity": 0.5 if place is None else 1,
    }


def _revised(course: UnitCourse, palette: Palette) -> dict[str, Any]:
    """The marks of a course's corrected points, over all lines."""
    place = course.in_colour
    points = [point for point in course.points if point.revised and point.value is not None]
    return {
        "type": "scatter",
        "name": "revised",
        "meta": course.unit,
        "x": [point.on.isoformat() for point in points],
        "y": [float(point.value or 0) for point in points],
        "customdata": [point.words for point in points],
        "hovertemplate": "%{customdata}<extra></extra>",
        "mode": "markers",
        "marker": revised_marker(palette.muted if place is None else palette.series[place], palette),
    }


def revised_marker(colour: str, palette: Palette) -> dict[str, Any]:
    """The mark of a value that was corrected: a hollow diamond in the colour of its course."""
    return {"symbol": "diamond", "size": 10, "color": palette.paper, "line": {"color": colour, "width": 2}}


def _due(chosen: UnitCourse, chart: CourseChart, palette: Palette) -> list[dict[str, Any]]:
    line = {"color": palette.ink, "width": 3}
    drawn = [_line("due", run, line) for run in due_runs(chosen.due, begins=chart.begins, ends=chart.ends)]
    judged = judged_run(chosen.judged, begins=chart.begins, ends=chart.ends)
    return drawn + ([_line("judged", judged, {"color": palette.ink, "width": 1})] if judged else [])


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


def _ends(chart: CourseChart, palette: Palette) -> Iterator[LineEnd]:
    """Where each labelled line ends."""
    for course in chart.courses:
        newest = next((point for point in reversed(course.points) if point.value is not None), None)
        if course.in_colour is not None and course.label and newest is not None and newest.value is not None:
            yield LineEnd(newest.on, newest.value, course.label, palette.series[course.in_colour])
    if chart.ahead is not None and chart.ahead.label:
        yield LineEnd(chart.ahead.on, chart.ahead.value, chart.ahead.label, palette.accent)
    for chosen in [course for course in chart.courses if course.chosen]:
        for way, label in zip(chosen.ways, chart.way_labels, strict=False):
            yield LineEnd(*way[-1], label, palette.ink)
        runs = due_runs(chosen.due, begins=chart.begins, ends=chart.ends)
        if runs and chart.due_label:
            yield LineEnd(*runs[-1][-1], chart.due_label, palette.ink)
        judged = judged_run(chosen.judged, begins=chart.begins, ends=chart.ends)
        if judged and chart.judged_label:
            yield LineEnd(*judged[-1], chart.judged_label, palette.ink)


def months_along(begins: date, ends: date) -> list[date]:
    """The marks of the time axis: the last days of quarters between two days, both included; of half-years or years
    where there are more than MOST_MARKS, so that all are read side by side on a telephone.
    """
    months = list(periods_between(period_of(begins), period_of(ends)))
    ways = ([last_day(p) for p in months if p.month % apart == 0] for apart in (3, 6, 12))
    return next((marks for marks in ways if len(marks) <= MOST_MARKS), [last_day(p) for p in months if p.month == 12])
