"""Labels at the ends of lines, in their colours, none on another: what a legend would have to be looked up for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dashboard.theme import Palette, faded

_ROW = 16  # px of a label
_USUAL_HEIGHT = 280  # px of a value axis, by which it is told which labels would lie on each other


@dataclass(frozen=True, slots=True)
class LineEnd:
    """The last day of a line and its height there, the line's label and its colour."""

    on: date
    height: Fraction
    text: str
    colour: str


def end_labels(
    ends: Sequence[LineEnd], *, across: tuple[date, date], upwards: tuple[float, float], palette: Palette
) -> list[dict[str, Any]]:
    """The labels as annotations. `across`, `upwards`: where both axes begin and end."""
    low, high = upwards
    heights = [(float(end.height) - low) / (high - low) * _USUAL_HEIGHT for end in ends]
    shifts = [place - height for place, height in zip(spread(heights), heights, strict=True)]
    return [_label(end, shift, across, palette) for end, shift in zip(ends, shifts, strict=True)]


def spread(heights: Sequence[float]) -> list[float]:
    """The heights of labels, in px upwards, moved up as little as it takes for none to lie on another.

    None rises above the axis, where the due dates have their labels: what would is moved down, and what it lies on.
    """
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    found = list(heights)
    for below, place in pairwise(order):
        found[place] = max(found[place], found[below] + _ROW)
    ceiling: float = _USUAL_HEIGHT
    for place in reversed(order):
        ceiling = min(found[place], ceiling - _ROW)
        found[place] = ceiling
    return found


def _label(end: LineEnd, shift: float, across: tuple[date, date], palette: Palette) -> dict[str, Any]:
    """Behind the end where there is room, else above it."""
    behind = 9 * (across[1] - end.on) > 4 * (across[1] - across[0])  # room for a name on a phone too
    return {
        "x": end.on.isoformat(),
        "y": float(end.height),
        "xanchor": "left" if behind else "right",
        "yanchor": "middle" if behind else "bottom",
        "xshift": 8 if behind else 0,
        "yshift": round(shift, 1),
        "text": end.text,
        "showarrow": False,
        "bgcolor": faded(palette.paper, 0.8),
        "borderpad": 1,
        "font": {"size": 12, "color": end.colour},
    }
