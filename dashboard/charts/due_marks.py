"""What a course is held against in time: due dates as labelled verticals, and the verification window as a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from dashboard.charts.line_ends import IN_A_ROOM, ROW
from dashboard.theme import Palette, faded
from metrics.results import Status


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: what is to be reached by `due_on`; `label` stands at the due date."""

    threshold: Fraction
    due_on: date
    label: str


@dataclass(frozen=True, slots=True)
class DueMarks:
    """Shapes and annotations as plotly.js takes them; `above`: the px that the labels need above the chart."""

    shapes: list[dict[str, Any]]
    labels: list[dict[str, Any]]
    above: int


def due_marks(
    stages: Sequence[Stage],
    window: tuple[date, date, str] | None,
    *,
    across: tuple[date, date],
    palette: Palette,
    projected: bool = False,
) -> DueMarks:
    """The marks of `stages` and of a verification window on a time axis from `across[0]` to `across[1]`.

    `projected`: for a room, where letters are larger.
    """
    height = int(ROW * IN_A_ROOM) if projected else ROW
    windows = [] if window is None else [window]
    rows = label_rows(stages, begins=across[0], ends=across[1])
    labels = [_due_label(stage, row * height, palette) for stage, row in zip(stages, rows, strict=True)]
    labels += [_band_label(one, palette, across) for one in windows]
    shapes = [_due_line(stage, palette) for stage in stages] + [_band(one, palette) for one in windows]
    return DueMarks(shapes, labels, height * max(rows, default=0))


def _due_line(stage: Stage, palette: Palette) -> dict[str, Any]:
    day = stage.due_on.isoformat()
    line = {"color": palette.muted, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "yref": "paper", "line": line, "layer": "below"}


def label_rows(stages: Sequence[Stage], *, begins: date, ends: date) -> list[int]:
    """How many rows above the chart each stage's label stands, so that on a phone no two lie on each other.

    A label ends at its due date. One whose follower is due within half the chart's width stands a row above it.
    """
    rows = [0] * len(stages)
    for place in reversed(range(len(stages) - 1)):
        if 2 * (stages[place + 1].due_on - stages[place].due_on) < ends - begins:
            rows[place] = rows[place + 1] + 1
    return rows


def _due_label(stage: Stage, above: int, palette: Palette) -> dict[str, Any]:
    return {
        "x": stage.due_on.isoformat(),
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": "right",
        "yshift": above,
        "text": stage.label,
        "showarrow": False,
        "font": {"size": 12, "color": palette.ink},
    }


def _band(window: tuple[date, date, str], palette: Palette) -> dict[str, Any]:
    start, end, _label = window
    return {
        "type": "rect",
        "x0": start.isoformat(),
        "x1": end.isoformat(),
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"width": 0},
        "fillcolor": faded(palette.statuses[Status.RECTIFYING], 0.1),
        "layer": "below",
    }


def _band_label(window: tuple[date, date, str], palette: Palette, across: tuple[date, date]) -> dict[str, Any]:
    """At the band's beginning; where that is near the chart's end, at the band's end, so that it stays whole."""
    start, end, label = window
    late = 2 * (start - across[0]) > across[1] - across[0]
    return {
        "x": min(end, across[1]).isoformat() if late else start.isoformat(),
        "y": 0,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": "right" if late else "left",
        "xshift": -4 if late else 4,
        "text": label,
        "showarrow": False,
        "font": {"size": 12, "color": palette.muted},
    }
