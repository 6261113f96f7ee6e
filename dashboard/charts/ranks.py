"""Ranks over time: a line a unit, the first place on top, its name where its line ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from dashboard.theme import PALETTES, Palette, Theme, plotly_layout
from metrics.periods import last_day

_EVERY_RANK = 16  # as many ranks are numbered one by one
_WIDE, _NARROW = 12, 7  # px of a letter in a label: Chinese, and all others
_LABEL_GAP = 10  # px
_MOST_ROOM = 150  # px, that a telephone has room for the lines


@dataclass(frozen=True, slots=True)
class RankLine:
    """One unit's ranks. `places`: (first day of the month, rank or None, words shown when pointed at).

    `row`: where its label stands, from 1; those who share a rank stand below each other, down to the next rank, which
    ties leave free. None for who has no rank at the end. Pressing a line chooses its unit (src/charts/courses.js).
    """

    unit: str
    name: str
    places: tuple[tuple[date, int | None, str], ...]
    row: int | None = None
    chosen: bool = False


def ranks_figure(
    lines: Sequence[RankLine], *, months: Sequence[tuple[date, str]], theme: Theme, projected: bool = False
) -> dict[str, Any]:
    """The figure. `months`: (first day, text) of the marks along the time axis. The chosen line is drawn last.

    `projected`: for a room, where letters are half as large again (frame.css).
    """
    palette, layout = PALETTES[theme], plotly_layout(theme)
    lowest = max((rank for line in lines for _month, rank, _words in line.places if rank is not None), default=1)
    step = 1 if lowest <= _EVERY_RANK else 5
    layout["xaxis"] |= {
        "type": "date",
        "tickvals": [last_day(month).isoformat() for month, _text in months],
        "ticktext": [text for _month, text in months],
        "tickangle": 0,
    }
    numbered = [1, *range(step, lowest + 1, step)] if step > 1 else list(range(1, lowest + 1))
    layout["yaxis"] |= {"range": [lowest + 0.6, 0.4], "tickvals": numbered, "ticktext": [str(n) for n in numbered]}
    labelled = [line for line in lines if line.row is not None]
    room = max((_width(line.name) for line in labelled), default=0) + 2 * _LABEL_GAP
    layout["margin"] = layout["margin"] | {"t": 8, "r": room * 3 // 2 if projected else min(room, _MOST_ROOM)}
    layout["annotations"] = [_label(line, palette) for line in labelled]
    return {"data": [_line(line, palette) for line in sorted(lines, key=lambda line: line.chosen)], "layout": layout}


def _line(line: RankLine, palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": line.name,
        "meta": line.unit,
        "x": [last_day(month).isoformat() for month, _rank, _words in line.places],
        "y": [rank for _month, rank, _words in line.places],
        "customdata": [words for _month, _rank, words in line.places],
        "hovertemplate": "%{customdata}<extra></extra>",
        "mode": "lines+markers",
        "connectgaps": False,
        "cliponaxis": False,
        "line": {"color": palette.accent if line.chosen else palette.muted, "width": 3 if line.chosen else 1.5},
        "marker": {"size": 8 if line.chosen else 5},
        "opacity": 1 if line.chosen else 0.5,
    }


def _label(line: RankLine, palette: Palette) -> dict[str, Any]:
    rank = line.places[-1][1]
    words = escape(f"{rank} {line.name}")
    return {
        "x": last_day(line.places[-1][0]).isoformat(),
        "y": line.row,
        "xanchor": "left",
        "yanchor": "middle",
        "xshift": _LABEL_GAP,
        "showarrow": False,
        "text": f"<b>{words}</b>" if line.chosen else words,
        "font": {"size": 12, "color": palette.accent if line.chosen else palette.ink},
    }


def _width(name: str) -> int:
    """About how wide a label is, with its rank before the name."""
    return 3 * _NARROW + sum(_NARROW if letter.isascii() else _WIDE for letter in name)
