"""Present pace, projected value, its range and the projected date of one course: rule 9 as slow, obvious code.

What the paces of whole columns (:mod:`metrics.verdicts.paces`) are held against. Source of the slope: P. K. Sen,
"Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968), as in SciPy's `theilslopes` — but
exact, since a verdict hangs on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations

from metrics.periods import last_day, month_number, period_numbered
from metrics.plan.model import Direction, Indicator
from metrics.projection import FARTHEST_MONTHS, FEWEST_FOR_RANGE, FEWEST_POINTS, POINTS, Course
from metrics.results import Projection, Rate


@dataclass(frozen=True, slots=True)
class PresentPace:
    """What a unit makes a month, in units of measure: the median of the slopes between any two of its points.

    `least`, `most`: the smallest and the largest of those slopes; `points`: how many points there are, 3 to 6.
    """

    monthly: Fraction
    least: Fraction
    most: Fraction
    points: int


def points_of(course: Sequence[Rate], *, months_apart: int = 1) -> list[tuple[date, Fraction]]:
    """The months of `course` that are points of a pace, with their values: those that were owed and reported.

    What stands between owed months is none, nor is a carried month; the month of a rolled-up unit is one if at least
    half of its expected units reported.
    """
    return [
        (rate.period, rate.value)
        for rate in course
        if rate.value is not None
        and rate.period.month % months_apart == 0
        and rate.units_reported > 0
        and 2 * rate.units_reported >= rate.units_expected
    ]


def pace_of(points: Course) -> PresentPace | None:
    """The Theil–Sen slope of the last six of `points`, months apart as they are; None with fewer than three.

    Reckoned in whole numbers of one denominator, which is exact and a tenth of the work.
    """
    recent = points[-POINTS:]
    if len(recent) < FEWEST_POINTS:
        return None
    months = [month_number(period) for period, _ in recent]
    pairs = list(combinations(range(len(recent)), 2))
    below = math.lcm(*(value.denominator for _, value in recent))
    apart = math.lcm(*(months[j] - months[i] for i, j in pairs))
    heights = [value.numerator * (below // value.denominator) for _, value in recent]
    slopes = sorted((heights[j] - heights[i]) * (apart // (months[j] - months[i])) for i, j in pairs)
    twice_median = slopes[(len(slopes) - 1) // 2] + slopes[len(slopes) // 2]
    return PresentPace(
        monthly=Fraction(twice_median, 2 * below * apart),
        least=Fraction(slopes[0], below * apart),
        most=Fraction(slopes[-1], below * apart),
        points=len(recent),
    )


def projected(
    pace: PresentPace, value: Fraction, *, left: Fraction, period: date, indicator: Indicator, threshold: Fraction
) -> Projection:
    """Where `pace` leads from `value`, that of `period`, in the months `left`, and when it reaches `threshold`.

    The range runs from where the least to where the most of the pace's slopes leads; it is said from five points on.
    """
    ranged = pace.points >= FEWEST_FOR_RANGE
    return Projection(
        value=_clamped(value + pace.monthly * left, indicator),
        low=_clamped(value + pace.least * left, indicator) if ranged else None,
        high=_clamped(value + pace.most * left, indicator) if ranged else None,
        on=_reached_on(pace, value, period=period, indicator=indicator, threshold=threshold),
        slope=pace.monthly,
        points=pace.points,
    )


def _clamped(value: Fraction, indicator: Indicator) -> Fraction:
    """Not below 0 unless the numerator is a difference, and not above 100 for a share."""
    if value < 0 and not indicator.may_be_negative:
        return Fraction(0)
    return min(value, Fraction(100)) if indicator.share else value


def _reached_on(
    pace: PresentPace, value: Fraction, *, period: date, indicator: Indicator, threshold: Fraction
) -> date | None:
    """The last day of the first month after `period` by whose end the threshold is reached; None if it never is."""
    better = 1 if indicator.direction is Direction.HIGHER else -1
    short = better * (threshold - value)
    if short <= 0 or better * pace.monthly <= 0:
        return None
    months = math.ceil(short / (better * pace.monthly))
    if months > FARTHEST_MONTHS:
        return None
    month = month_number(period) + months
    return last_day(period_numbered(month))
