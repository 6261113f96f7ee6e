"""How the cost of a verdict grows with history: every unit and target, judged after 25 months and after 12."""

from __future__ import annotations

import time
from datetime import date
from statistics import median

from metrics.database import read_session
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at

NAME = "P5 verdicts of 12 units, 25 months of history against 12"
REACH = "≤ 1.2 (at 120 against 12 months)"
_ROUNDS = 9


def ratio() -> float:
    """Median time of the long history over that of the short one, taken in turns."""
    short, long = [], []
    for _ in range(_ROUNDS):
        short.append(_seconds(date(2019, 11, 30)))
        long.append(_seconds(date(2020, 12, 31)))
    return median(long) / median(short)


def _seconds(on: date) -> float:
    with read_session() as session:
        begun = time.perf_counter()
        progress_by_unit(session, view_at(session), on=on)
        return time.perf_counter() - begun
