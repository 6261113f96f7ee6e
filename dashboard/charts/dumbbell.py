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


def dumbbell_figure(pairs: Sequence[Pair], *, reported: str, assessed: str, measure: str, theme: Theme) -> go.Figure:
    """The figure, first pair on top. `reported` and `assessed` name the two series; open and filled marks differ.

    `measure`: the unit of measure, at the marks if it is %, else once under the axis.
    """
    palette, base = PALETTES[theme], plotly_layout(theme)
    figure = go.Figure()
    figure.update_layout({key: value for key, value in base.items() if key not in ("xaxis", "yaxis")})
    for place, pair in enumerate(pairs):
        _join(figure, pair, place=place, colour=palette.muted)
    figure.add_trace(_reported(pairs, name=reported, colour=palette.ink))
    figure.add_trace(_assessed(pairs, name=assessed, colour=palette.accent))
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    figure.update_xaxes(base["xaxis"] | {"ticksuffix": " %" if measure == "%" else "", "nticks": 6})
    if measure != "%":
        figure.update_xaxes(title={"text": measure, "font": {"size": 12, "color": palette.muted}, "standoff": 4})
    places, names = list(range(len(pairs))), [pair.name for pair in pairs]
    figure.update_yaxes(
        base["yaxis"]
        | {"tickmode": "array", "tickvals": places, "ticktext": names, "autorange": "reversed", "automargin": True}
    )
    return figure


def _join(figure: go.Figure, pair: Pair, *, place: int, colour: str) -> None:
    if pair.reported is not None:
        line = {"color": colour, "width": 2}
        ends = {"x0": float(pair.reported), "x1": float(pair.assessed)}
        figure.add_shape(type="line", y0=place, y1=place, line=line, **ends)


def _reported(pairs: Sequence[Pair], *, name: str, colour: str) -> go.Scatter:
    return go.Scatter(
        name=name,
        x=[None if pair.reported is None else float(pair.reported) for pair in pairs],
        y=list(range(len(pairs))),
        mode="markers",
        marker={"symbol": "circle-open", "size": 11, "color": colour, "line": {"width": 2}},
        customdata=[pair.words for pair in pairs],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _assessed(pairs: Sequence[Pair], *, name: str, colour: str) -> go.Scatter:
    """The assessed values with the intervals of samples."""
    return go.Scatter(
        name=name,
        x=[float(pair.assessed) for pair in pairs],
        y=list(range(len(pairs))),
        mode="markers",
        marker={"symbol": "diamond", "size": 10, "color": colour},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [0 if pair.high is None else float(pair.high - pair.assessed) for pair in pairs],
            "arrayminus": [0 if pair.low is None else float(pair.assessed - pair.low) for pair in pairs],
            "color": colour,
            "thickness": 1,
            "width": 4,
        },
        customdata=[pair.words for pair in pairs],
        hovertemplate="%{customdata}<extra></extra>",
    )
