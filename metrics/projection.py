"""Where a course is heading: Theil–Sen line, pace, projected value and date (domain rule 9).

Sources: P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968); the line passes
through the medians of both coordinates and the interval is Sen's at 95 %, as in SciPy's `theilslopes` — but exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

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


@dataclass(frozen=True, slots=True)
class Trend:
    """The line through (`middle`, `height`), months and units of measure, that rises by `slope` a month.

    `low`, `high`: the slope's interval; `points`: how many values it rests on; `newest`: the period of the last.
    """

    middle: Fraction
    height: Fraction
    slope: Fraction
    low: Fraction
    high: Fraction
    points: int
    newest: date


def trend_of(course: Course) -> Trend | None:
    """The Theil–Sen line through the last six monthly values; None with fewer than three.

    Reckoned in whole numbers of one denominator, which is exact and a tenth of the work.
    """
    recent = course[-POINTS:]
    if len(recent) < FEWEST_POINTS:
        return None
    positions = [month_number(period) + 1 for period, _ in recent]
    pairs = list(combinations(range(len(recent)), 2))
    below = math.lcm(*(value.denominator for _, value in recent))
    apart = math.lcm(*(positions[j] - positions[i] for i, j in pairs))
    heights = [value.numerator * (below // value.denominator) for _, value in recent]
    slopes = sorted((heights[j] - heights[i]) * (apart // (positions[j] - positions[i])) for i, j in pairs)
    low, high = _interval(slopes, points=len(recent))
    return Trend(
        middle=Fraction(_twice_median(positions), 2),
        height=Fraction(_twice_median(sorted(heights)), 2 * below),
        slope=Fraction(_twice_median(slopes), 2 * below * apart),
        low=Fraction(low, below * apart),
        high=Fraction(high, below * apart),
        points=len(recent),
        newest=recent[-1][0],
    )


def pace(course: Course) -> Fraction | None:
    """Units of measure a month: the Theil–Sen slope of the last six monthly values; None with fewer than three."""
    trend = trend_of(course)
    return None if trend is None else trend.slope


def projected(trend: Trend, *, indicator: Indicator, threshold: Fraction, due_on: date) -> Projection:
    """Where `trend` leads to by `due_on`, and when it reaches `threshold`.

    Values are in the indicator's unit of measure; shares are clamped to 0–100.
    """
    ahead = month_position(due_on) - trend.middle
    ends = sorted((_led_on(trend, trend.low, ahead), _led_on(trend, trend.high, ahead)))
    return Projection(
        value=_clamped(_led_on(trend, trend.slope, ahead), indicator),
        low=_clamped(ends[0], indicator),
        high=_clamped(ends[1], indicator),
        on=_reached_on(trend, indicator=indicator, threshold=threshold),
        slope=trend.slope,
        points=trend.points,
    )


def _led_on(trend: Trend, slope: Fraction, ahead: Fraction) -> Fraction:
    """height + slope · ahead, brought to lowest terms once."""
    height = trend.height
    above = slope.numerator * ahead.numerator * height.denominator
    below = slope.denominator * ahead.denominator
    return Fraction(height.numerator * below + above, height.denominator * below)


def _twice_median(ordered: Sequence[int]) -> int:
    """Twice the median of sorted whole numbers, which is whole."""
    return ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]


def _interval(slopes: Sequence[int], *, points: int) -> tuple[int, int]:
    """Sen's 95 % interval of the slope from the sorted pairwise slopes of distinct positions."""
    sigma = math.sqrt(points * (points - 1) * (2 * points + 5) / 18)
    upper = min(round((len(slopes) + _Z * sigma) / 2), len(slopes) - 1)
    lower = max(round((len(slopes) - _Z * sigma) / 2) - 1, 0)
    return slopes[lower], slopes[upper]


def _clamped(value: Fraction, indicator: Indicator) -> Fraction:
    if value.numerator < 0:
        return Fraction(0)
    return Fraction(100) if indicator.share and value.numerator > 100 * value.denominator else value


def _reached_on(trend: Trend, *, indicator: Indicator, threshold: Fraction) -> date | None:
    """The last day of the first month after the newest in which the line stands at the threshold or better."""
    higher = indicator.direction is Direction.HIGHER
    better = trend.slope if higher else -trend.slope
    next_month = month_number(trend.newest) + 1
    short = threshold - trend.height if higher else trend.height - threshold
    if better <= 0:
        return None
    month = max(math.ceil(trend.middle + short / better) - 1, next_month)
    if month > next_month + _FARTHEST_MONTHS:
        return None
    return last_day(date(month // 12, month % 12 + 1, 1))
