"""The way a rate takes from deadline to deadline: slow, fast, slow again, as adoption goes. Whole numbers throughout.

Rates are in ten-thousandths (6000 is 60 %), times in months since the first period.
"""

from __future__ import annotations

from itertools import pairwise

from seed.demonstration.draws import draw

WHOLE = 10_000
ANCHORS = (0, 9, 12, 18, 24)  # 2018-12, and the plan's deadlines: 2019-09, 2019-12, 2020-06, 2020-12
Heights = tuple[int, int, int, int, int]

_STEPS = 3  # a month's value may be that of a third of a month earlier or later, so no two months move alike


def height(heights: Heights, month: int, *, key: tuple[str, ...]) -> int:
    """The rate of the month. It passes through `heights` at `ANCHORS` and moves one way only between two of them."""
    for (start, before), (end, after) in pairwise(zip(ANCHORS, heights, strict=True)):
        if start <= month <= end:
            at = _STEPS * (month - start)
            if start < month < end:
                at += draw(*key, month, below=3) - 1
            return _between(before, after, at=at, of=_STEPS * (end - start))
    return heights[-1]


def _between(before: int, after: int, *, at: int, of: int) -> int:
    """Half straight line, half smooth step (3x² − 2x³), rounded towards `before`."""
    parts = at * of * of + at * at * (3 * of - 2 * at)
    moved = abs(after - before) * parts // (2 * of**3)
    return before + moved if after >= before else before - moved
