"""Assessed beside reported: one line an assessment, reported at one end and assessed at the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dashboard.theme import PALETTES, Palette, Theme, plotly_layout


@dataclass(frozen=True, slots=True)
class Pair:
    """`low` and `high`: the interval of a sample; `words`: shown when pointed at."""

    name: str
    reported: Fraction | None
    assessed: Fraction
    low: Fraction | None
    high: Fraction | None
    words: str


def dumbbell_figure(
    pairs: Sequence[Pair], *, reported: str, assessed: str, measure: str, theme: Theme
) -> dict[str, Any]:
    """The figure, first pair on top. `reported` and `assessed` name the two series; open and filled marks differ.

    `measure`: the unit of measure, at the marks if it is %, else once under the axis. As plain data: Plotly's own
    objects take a tenth of a second to check a hundred lines.
    """
    palette, base = PALETTES[theme], plotly_layout(theme)
    across = base["xaxis"] | {"ticksuffix": " %" if measure == "%" else "", "nticks": 6}
    if measure != "%":
        across["title"] = {"text": measure, "font": {"size": 12, "color": palette.muted}, "standoff": 4}
    places, names = list(range(len(pairs))), [pair.name for pair in pairs]
    upwards = {"tickmode": "array", "tickvals": places, "ticktext": names, "autorange": "reversed", "automargin": True}
    return {
        "data": [_reported(pairs, name=reported, colour=palette.ink), _assessed(pairs, name=assessed, palette=palette)],
        "layout": base
        | {
            "xaxis": across,
            "yaxis": base["yaxis"] | upwards,
            "shapes": [line for place, pair in enumerate(pairs) for line in _join(pair, place, palette.muted)],
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        },
    }


def _join(pair: Pair, place: int, colour: str) -> list[dict[str, Any]]:
    """The line between the two marks; none where nothing was reported."""
    if pair.reported is None:
        return []
    ends = {"x0": float(pair.reported), "x1": float(pair.assessed), "y0": place, "y1": place}
    return [{"type": "line", "line": {"color": colour, "width": 2}, **ends}]


def _marks(pairs: Sequence[Pair], *, name: str, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "y": list(range(len(pairs))),
        "mode": "markers",
        "marker": marker,
        "customdata": [pair.words for pair in pairs],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _reported(pairs: Sequence[Pair], *, name: str, colour: str) -> dict[str, Any]:
    marker = {"symbol": "circle-open", "size": 11, "color": colour, "line": {"width": 2}}
    values = [None if pair.reported is None else float(pair.reported) for pair in pairs]
    return _marks(pairs, name=name, marker=marker) | {"x": values}


def _assessed(pairs: Sequence[Pair], *, name: str, palette: Palette) -> dict[str, Any]:
    """The assessed values with the intervals of samples."""
    marker = {"symbol": "diamond", "size": 10, "color": palette.accent}
    intervals = {
        "type": "data",
        "symmetric": False,
        "array": [0 if pair.high is None else float(pair.high - pair.assessed) for pair in pairs],
        "arrayminus": [0 if pair.low is None else float(pair.assessed - pair.low) for pair in pairs],
        "color": palette.accent,
        "thickness": 1,
        "width": 4,
    }
    return _marks(pairs, name=name, marker=marker) | {
        "x": [float(pair.assessed) for pair in pairs],
        "error_x": intervals,
    }
