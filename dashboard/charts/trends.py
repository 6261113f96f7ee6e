"""Small multiples: one panel a core indicator, those of one unit of measure on one scale, each with what is due.

A figure is written as plotly.js takes it: checking its properties in Python costs more than all else on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from html import escape
from typing import Any

from dashboard.charts.course import revised_marker
from dashboard.theme import PALETTES, Palette, Theme, plotly_layout
from metrics.due_line import Corner, DueStep, due_runs, judged_run

_ROOM = timedelta(days=12)
_GAP = 0.02  # between two panels, as a share of the width


@dataclass(frozen=True, slots=True)
class TrendPanel:
    """`points`: (last day of the month, value or None, words shown when pointed at). `measure`: the unit of measure.

    `due`: from when on how much is due, oldest first; `ways`: the corners of each way to what is ahead. `revised`: the
    days of points whose values were others before. `judged`: as in `course.UnitCourse`.
    """

    title: str
    points: tuple[tuple[date, Fraction | None, str], ...]
    due: tuple[DueStep, ...] = ()
    ways: tuple[tuple[Corner, ...], ...] = ()
    measure: str = "%"
    revised: frozenset[date] = frozenset()
    judged: Corner | None = None


def trends_figure(trends: Sequence[TrendPanel], *, span: str, theme: Theme) -> dict[str, Any]:
    """The figure: panels side by side, sharing their value axis if they share its unit.

    `span`: the months shown, written under each.
    """
    palette, layout = PALETTES[theme], plotly_layout(theme)
    across, upwards = layout.pop("xaxis"), layout.pop("yaxis")
    width = (1 - _GAP * (len(trends) - 1)) / len(trends)
    title = {"text": span, "font": {"size": 12, "color": palette.muted}, "standoff": 4}
    layout |= {"annotations": []}
    scales: dict[str, str] = {}  # unit of measure -> the axis that its panels share
    for place, trend in enumerate(trends):
        nth, start = _nth(place), place * (width + _GAP)
        quiet = {"showticklabels": False, "ticks": "", "title": title}
        layout[f"xaxis{nth}"] = across | quiet | {"domain": [start, start + width], "anchor": f"y{nth}"}
        layout[f"yaxis{nth}"] = upwards | _values(trend, scales.get(trend.measure), first=not place)
        layout[f"yaxis{nth}"] |= {"anchor": f"x{nth}"}
        scales.setdefault(trend.measure, f"y{nth}")
        layout["annotations"].append(_title(trend, middle=start + width / 2, palette=palette))
    drawn = []
    way_line = {"color": palette.ink, "width": 1, "dash": "dash"}
    for place, trend in enumerate(trends):
        drawn += [_line("way", way, _nth(place), way_line) for way in trend.ways]
        drawn += [_line("due", run, _nth(place), {"color": palette.ink, "width": 2}) for run in _due(trend)]
        drawn += [_line("judged", run, _nth(place), {"color": palette.ink, "width": 1}) for run in _judged(trend)]
        drawn.append(_course(trend, _nth(place), palette))
        drawn += [_revised(trend, _nth(place), palette)] if trend.revised else []
    return {"data": drawn, "layout": layout}


def _values(trend: TrendPanel, shared: str | None, *, first: bool) -> dict[str, Any]:
    """The value axis: without words if an earlier panel has the same; within the panel if one stands before it."""
    if shared is not None:
        return {"matches": shared, "showticklabels": False}
    suffix = {"ticksuffix": " %"} if trend.measure == "%" else {}
    return suffix if first else suffix | {"ticklabelposition": "inside", "ticks": ""}


def _nth(place: int) -> str:
    """How plotly.js numbers axes: x, x2, x3."""
    return str(place + 1) if place else ""


def _course(trend: TrendPanel, nth: str, palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": trend.title,
        "x": [day.isoformat() for day, _value, _words in trend.points],
        "y": [None if value is None else float(value) for _day, value, _words in trend.points],
        "xaxis": f"x{nth}",
        "yaxis": f"y{nth}",
        "customdata": [words for _day, _value, words in trend.points],
        "hovertemplate": "%{customdata}<extra></extra>",
        "mode": "lines+markers",
        "line": {"color": palette.accent, "width": 2},
        "marker": {"size": 4},
    }


def _revised(trend: TrendPanel, nth: str, palette: Palette) -> dict[str, Any]:
    points = [(day, value, words) for day, value, words in trend.points if day in trend.revised and value is not None]
    return {
        "type": "scatter",
        "name": "revised",
        "x": [day.isoformat() for day, _value, _words in points],
        "y": [float(value) for _day, value, _words in points],
        "xaxis": f"x{nth}",
        "yaxis": f"y{nth}",
        "customdata": [words for _day, _value, words in points],
        "hovertemplate": "%{customdata}<extra></extra>",
        "mode": "markers",
        "marker": revised_marker(palette.accent, palette),
    }


def _title(trend: TrendPanel, *, middle: float, palette: Palette) -> dict[str, Any]:
    return {
        "text": escape(trend.title if trend.measure == "%" else f"{trend.title} ({trend.measure})"),
        "x": middle,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12, "color": palette.ink},
    }


def _due(trend: TrendPanel) -> list[list[Corner]]:
    """The line of what is due, to a little beyond the newest point and the end of what is ahead."""
    begins, ends = _span(trend)
    return due_runs(trend.due, begins=begins, ends=ends)


def _judged(trend: TrendPanel) -> list[tuple[Corner, ...]]:
    """What it is judged by where the line of what is due has left that, as far as the line goes."""
    begins, ends = _span(trend)
    return [run] if (run := judged_run(trend.judged, begins=begins, ends=ends)) else []


def _span(trend: TrendPanel) -> tuple[date, date]:
    days = [*(day for day, _value, _words in trend.points), *(way[-1][0] for way in trend.ways)]
    return min(days), max(days) + _ROOM


def _line(name: str, corners: Sequence[Corner], nth: str, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "x": [day.isoformat() for day, _height in corners],
        "y": [float(height) for _day, height in corners],
        "xaxis": f"x{nth}",
        "yaxis": f"y{nth}",
        "mode": "lines",
        "line": line,
        "hoverinfo": "skip",
    }
