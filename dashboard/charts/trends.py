"""Small multiples: one panel a core indicator, all on one scale, each with its target steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.theme import PALETTES, Palette, Theme, plotly_layout


@dataclass(frozen=True, slots=True)
class Trend:
    """`points`: (last day of the month, value or None, words shown when pointed at)."""

    title: str
    points: tuple[tuple[date, Fraction | None, str], ...]
    steps: tuple[Fraction, ...]


def trends_figure(trends: Sequence[Trend], *, span: str, theme: Theme) -> go.Figure:
    """The figure: panels side by side, sharing their value axis; `span`: the months shown, written under each."""
    palette, base = PALETTES[theme], plotly_layout(theme)
    figure = make_subplots(
        rows=1,
        cols=len(trends),
        shared_yaxes=True,
        horizontal_spacing=0.02,
        subplot_titles=[trend.title for trend in trends],
    )
    for column, trend in enumerate(trends, start=1):
        figure.add_trace(_course(trend, palette), row=1, col=column)
    # one change of the layout: each is checked by Plotly as a whole, and takes as long as drawing a course
    figure.update_layout(
        {key: value for key, value in base.items() if key not in ("xaxis", "yaxis")}
        | {f"xaxis{_number(place)}": _months(base["xaxis"], span, palette) for place in range(len(trends))}
        | {f"yaxis{_number(place)}": base["yaxis"] for place in range(1, len(trends))}
        | {"yaxis": base["yaxis"] | {"ticksuffix": " %"}}
        | {"shapes": [shape for place, trend in enumerate(trends) for shape in _steps(trend, place, palette)]}
    )
    figure.update_annotations(font={"size": 12, "color": palette.ink})
    return figure


def _course(trend: Trend, palette: Palette) -> go.Scatter:
    return go.Scatter(
        name=trend.title,
        x=[day.isoformat() for day, _value, _words in trend.points],
        y=[None if value is None else float(value) for _day, value, _words in trend.points],
        customdata=[words for _day, _value, words in trend.points],
        hovertemplate="%{customdata}<extra></extra>",
        mode="lines+markers",
        line={"color": palette.accent, "width": 2},
        marker={"size": 4},
    )


def _months(base: dict[str, Any], span: str, palette: Palette) -> dict[str, Any]:
    title = {"text": span, "font": {"size": 12, "color": palette.muted}, "standoff": 4}
    return base | {"showticklabels": False, "ticks": "", "title": title}


def _steps(trend: Trend, place: int, palette: Palette) -> list[dict[str, Any]]:
    """The target's steps across the panel, as lines."""
    number = _number(place)
    across = {"type": "line", "xref": f"x{number} domain", "x0": 0, "x1": 1, "yref": f"y{number}"}
    drawn = {"line": {"color": palette.ink, "width": 2}}
    return [across | {"y0": float(step), "y1": float(step)} | drawn for step in trend.steps]


def _number(place: int) -> str:
    """How Plotly numbers the axes of the panel at `place`."""
    return "" if place == 0 else str(place + 1)
