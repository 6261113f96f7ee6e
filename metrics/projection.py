"""Where a course is heading: Theil–Sen line, pace, projected value and date (domain rule 9).

Sources: P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968); the line passes
through the medians of both coordinates and the interval is Sen's at 95 %, as in SciPy's `theilslopes` — but exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from statistics import median

from metrics.periods import last_day, month_number, month_position
from metrics.plan.model import Direction, Indicator
from metrics.results import Progress, Projection, Status

POINTS = 6
FEWEST_POINTS = 3
_Z = 1.959963984540054  # two-sided 95 % of the normal distribution
_FARTHEST_MONTHS = 600

Course = Sequence[tuple[date, Fraction]]  # (period, value), oldest first


class Unprojected(StrEnum):
    """Why a verdict comes without a projection."""

    NO_VALUE = "no_value"
    NO_DUE_DATE = "no_due_date"
    PAST_DUE = "past_due"
    FEW_POINTS = "few_points"


def why_unprojected(progress: Progress) -> Unprojected | None:
    """Why `progress` has no projection; None where it has one."""
    if progress.projection is not None:
        return None
    if progress.value is None or progress.period is None or progress.status is Status.NOT_APPLICABLE:
        return Unprojected.NO_VALUE
    if progress.due_on is None:
        return Unprojected.NO_DUE_DATE
    if progress.due_on <= last_day(progress.period) or progress.due_on <= progress.evaluated_on:
        return Unprojected.PAST_DUE
    return Unprojected.FEW_POINTS


def pace(course: Course) -> Fraction | None:
    """Units of measure a month: the Theil–Sen slope of the last six monthly values; None with fewer than three."""
    recent = course[-POINTS:]
    return None if len(recent) < FEWEST_POINTS else Fraction(median(_slopes(recent)))


def project(course: Course, *, indicator: Indicator, threshold: Fraction, due_on: date) -> Projection | None:
    """Project the last six monthly values to `due_on`; None with fewer than three.

    Values are in the indicator's unit of measure; shares are clamped to 0–100.
    """
    recent = course[-POINTS:]
    if len(recent) < FEWEST_POINTS:
        return None
    positions = [_position(period) for period, _ in recent]
    values = [value for _, value in recent]
    slopes = _slopes(recent)
    slope = Fraction(median(slopes))
    low_slope, high_slope = _interval(slopes, points=len(recent))
    middle, height = Fraction(median(positions)), Fraction(median(values))
    ahead = month_position(due_on) - middle
    ends = sorted((height + low_slope * ahead, height + high_slope * ahead))
    return Projection(
        value=_clamped(height + slope * ahead, indicator),
        low=_clamped(ends[0], indicator),
        high=_clamped(ends[1], indicator),
        on=_reached_on(
            slope, middle=middle, height=height, after=recent[-1][0], indicator=indicator, threshold=threshold
        ),
        slope=slope,
        points=len(recent),
    )


def _position(period: date) -> Fraction:
    return Fraction(month_number(period) + 1)


def _slopes(course: Course) -> list[Fraction]:
    """The slopes between every two points, smallest first."""
    pairs = combinations(course, 2)
    return sorted((later - earlier) / (_position(then) - _position(first)) for (first, earlier), (then, later) in pairs)


def _interval(slopes: Sequence[Fraction], *, points: int) -> tuple[Fraction, Fraction]:
    """Sen's 95 % interval of the slope from the sorted pairwise slopes of distinct positions."""
    sigma = math.sqrt(points * (points - 1) * (2 * points + 5) / 18)
    upper = min(round((len(slopes) + _Z * sigma) / 2), len(slopes) - 1)
    lower = max(round((len(slopes) - _Z * sigma) / 2) - 1, 0)
    return slopes[lower], slopes[upper]


def _clamped(value: Fraction, indicator: Indicator) -> Fraction:
    return min(max(value, Fraction(0)), Fraction(100)) if indicator.share else max(value, Fraction(0))


def _reached_on(
    slope: Fraction, *, middle: Fraction, height: Fraction, after: date, indicator: Indicator, threshold: Fraction
) -> date | None:
    """The last day of the first month after `after` in which the line stands at the threshold or better."""
    better = slope if indicator.direction is Direction.HIGHER else -slope
    next_month = month_number(after) + 1
    short = (threshold - height) if indicator.direction is Direction.HIGHER else (height - threshold)
    if better <= 0:
        return None
    month = max(math.ceil(middle + short / better) - 1, next_month)
    if month > next_month + _FARTHEST_MONTHS:
        return None
    return last_day(date(month // 12, month % 12 + 1, 1))
