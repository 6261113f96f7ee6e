"""Ranks over time: a line a unit, the first place on top, its name where its line ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from html import escape
from typing import Any

from dashboard.charts.line_ends import LONGEST, LineEnd, gutter, joined, shortened
from dashboard.theme import PALETTES, Palette, Theme, plotly_layout
from metrics.periods import last_day

_EVERY_RANK = 16  # as many ranks are numbered one by one
_ROOM = timedelta(days=12)


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
    """The figure. `months`: (last day, text) of the marks along the time axis. The chosen line is drawn last.

    `projected`: for a room, where letters are half as large again.
    """
    palette, layout = PALETTES[theme], plotly_layout(theme)
    lowest = max((rank for line in lines for _month, rank, _words in line.places if rank is not None), default=1)
    step = 1 if lowest <= _EVERY_RANK else 5
    layout["xaxis"] |= {
        "type": "date",
        "tickvals": [day.isoformat() for day, _text in months],
        "ticktext": [text for _day, text in months],
        "tickangle": 0,
    }
    months_drawn = [last_day(month) for line in lines for month, _rank, _words in line.places]
    begins, ends = (end(months_drawn, default=date.min) for end in (min, max))
    if months_drawn:
        layout["xaxis"] |= {"range": [(begins - _ROOM).isoformat(), (ends + _ROOM).isoformat()]}
    numbered = [1, *range(step, lowest + 1, step)] if step > 1 else list(range(1, lowest + 1))
    layout["yaxis"] |= {"range": [lowest + 0.6, 0.4], "tickvals": numbered, "ticktext": [str(n) for n in numbered]}
    labelled = [line for line in lines if line.row is not None]
    found = [(_end(line, palette), line) for line in labelled]
    layout["margin"] = layout["margin"] | {"t": 8, "r": gutter([end for end, _line in found], projected=projected)}
    layout["annotations"] = [joined(end, ends + _ROOM, line.row or 0) for end, line in found]
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


def _end(line: RankLine, palette: Palette) -> LineEnd:
    month, rank, _words = line.places[-1]
    text = escape(f"{rank} {shortened(line.name, LONGEST)}")
    if line.chosen:
        return LineEnd(last_day(month), Fraction(rank or 0), f"<b>{text}</b>", palette.accent)
    return LineEnd(last_day(month), Fraction(rank or 0), text, palette.ink)
