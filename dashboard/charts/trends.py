"""Small multiples: one panel a core indicator, all on one scale, each with its target steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.theme import PALETTES, Theme, plotly_layout


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
    figure.update_layout({key: value for key, value in base.items() if key not in ("xaxis", "yaxis")})
    for column, trend in enumerate(trends, start=1):
        figure.add_trace(
            go.Scatter(
                name=trend.title,
                x=[day.isoformat() for day, _value, _words in trend.points],
                y=[None if value is None else float(value) for _day, value, _words in trend.points],
                customdata=[words for _day, _value, words in trend.points],
                hovertemplate="%{customdata}<extra></extra>",
                mode="lines+markers",
                line={"color": palette.accent, "width": 2},
                marker={"size": 4},
            ),
            row=1,
            col=column,
        )
        for step in trend.steps:
            figure.add_hline(y=float(step), line={"color": palette.ink, "width": 2}, row=1, col=column)
    figure.update_xaxes(base["xaxis"] | {"showticklabels": False, "ticks": ""})
    figure.update_xaxes(title={"text": span, "font": {"size": 12, "color": palette.muted}, "standoff": 4})
    figure.update_yaxes(base["yaxis"])
    figure.update_yaxes(ticksuffix=" %", col=1)
    figure.update_annotations(font={"size": 12, "color": palette.ink})
    return figure
