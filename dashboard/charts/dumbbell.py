"""Assessed beside reported: one line an assessment, reported at one end and assessed at the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import plotly.graph_objects as go

from dashboard.theme import PALETTES, Theme, plotly_layout


@dataclass(frozen=True, slots=True)
class Pair:
    """`low` and `high`: the interval of a sample; `words`: shown when pointed at."""

    name: str
    reported: Fraction | None
    assessed: Fraction
    low: Fraction | None
    high: Fraction | None
    words: str


def dumbbell_figure(pairs: Sequence[Pair], *, reported: str, assessed: str, suffix: str, theme: Theme) -> go.Figure:
    """The figure, first pair on top. `reported` and `assessed` name the two series; open and filled marks differ."""
    palette, base = PALETTES[theme], plotly_layout(theme)
    figure = go.Figure()
    figure.update_layout({key: value for key, value in base.items() if key not in ("xaxis", "yaxis")})
    places = list(range(len(pairs)))
    for place, pair in zip(places, pairs, strict=True):
        if pair.reported is not None:
            figure.add_shape(
                type="line",
                x0=float(pair.reported),
                x1=float(pair.assessed),
                y0=place,
                y1=place,
                line={"color": palette.muted, "width": 2},
            )
    words = [pair.words for pair in pairs]
    figure.add_trace(
        go.Scatter(
            name=reported,
            x=[None if pair.reported is None else float(pair.reported) for pair in pairs],
            y=places,
            mode="markers",
            marker={"symbol": "circle-open", "size": 11, "color": palette.ink, "line": {"width": 2}},
            customdata=words,
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            name=assessed,
            x=[float(pair.assessed) for pair in pairs],
            y=places,
            mode="markers",
            marker={"symbol": "diamond", "size": 10, "color": palette.accent},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [0 if pair.high is None else float(pair.high - pair.assessed) for pair in pairs],
                "arrayminus": [0 if pair.low is None else float(pair.assessed - pair.low) for pair in pairs],
                "color": palette.accent,
                "thickness": 1,
                "width": 4,
            },
            customdata=words,
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    figure.update_xaxes(base["xaxis"] | {"ticksuffix": suffix})
    names = [pair.name for pair in pairs]
    figure.update_yaxes(
        base["yaxis"]
        | {"tickmode": "array", "tickvals": places, "ticktext": names, "autorange": "reversed", "automargin": True}
    )
    return figure
