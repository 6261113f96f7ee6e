"""Labels at the ends of lines, in their colours, none on another: what a legend would have to be looked up for.

They stand in a gutter of their own at the chart's right, where no line is, each joined to its line's end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dashboard.theme import faded

ROW = 16  # px of a label
LEAST_HEIGHT = 216  # px of the lowest value axis, a phone's: labels that keep apart there do so everywhere
LONGEST = 14  # letters of a name in a label; a wide one counts twice
_WIDE, _NARROW = 12, 7.2  # px of a letter
_GAP = 12  # px before and behind a label
_LAST_NARROW = 0x2E7F
IN_A_ROOM = Fraction(3, 2)  # as much larger the letters of charts are for a room


@dataclass(frozen=True, slots=True)
class LineEnd:
    """The last day of a line and its height there, the line's label and its colour."""

    on: date
    height: Fraction
    text: str
    colour: str


def end_labels(
    ends: Sequence[LineEnd], *, gutter_at: date, upwards: tuple[float, float], projected: bool = False
) -> list[dict[str, Any]]:
    """The labels as annotations, right of the day `gutter_at`, with a thin line from each to its line's end.

    `upwards`: where the value axis begins and ends; `projected`: for a room, where letters are larger.
    """
    low, high = upwards
    apart = float(ROW * IN_A_ROOM) if projected else ROW
    places = [(float(end.height) - low) / (high - low) * LEAST_HEIGHT for end in ends]
    heights = spread(places, least=apart / 2, most=LEAST_HEIGHT - apart / 2, apart=apart)
    return [
        joined(end, gutter_at, low + height / LEAST_HEIGHT * (high - low))
        for end, height in zip(ends, heights, strict=True)
    ]


def gutter(ends: Sequence[LineEnd], *, projected: bool = False) -> int:
    """How wide the gutter has to be, in px; 0 without labels."""
    widest = max((_width(end.text) for end in ends), default=0.0)
    return round(widest * (float(IN_A_ROOM) if projected else 1) + 2 * _GAP) if widest else 0


def shortened(name: str, longest: int) -> str:
    """`name` as far as it fits: a letter is one wide, a Chinese character two."""
    wide = 0
    for place, letter in enumerate(name):
        wide += 2 if ord(letter) > _LAST_NARROW else 1
        if wide > longest:
            return name[: max(place - 1, 1)].rstrip() + "…"
    return name


def spread(heights: Sequence[float], *, least: float, most: float, apart: float) -> list[float]:
    """The heights of labels, moved as little as keeps them `apart` in their order and between `least` and `most`.

    More than have room between the two go on below `least`.
    """
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    found = [max(height, least) for height in heights]
    for below, place in pairwise(order):
        found[place] = max(found[place], found[below] + apart)
    ceiling = most
    for place in reversed(order):
        found[place] = round(min(found[place], ceiling), 1)
        ceiling = found[place] - apart
    return found


def joined(end: LineEnd, gutter_at: date, height: float) -> dict[str, Any]:
    """The label of `end` as an annotation: right of the day `gutter_at` at `height`, a thin line leads to it."""
    return {
        "x": end.on.isoformat(),
        "y": float(end.height),
        "axref": "x",
        "ayref": "y",
        "ax": gutter_at.isoformat(),
        "ay": round(height, 4),
        "xanchor": "left",
        "yanchor": "middle",
        "text": end.text,
        "borderpad": 2,
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 1,
        "arrowcolor": faded(end.colour, 0.5),
        "standoff": 4,
        "font": {"size": 12, "color": end.colour},
    }


def _width(text: str) -> float:
    text = re.sub("<[^>]*>", "", text)
    return sum(_WIDE if ord(letter) > _LAST_NARROW else _NARROW for letter in text)
