"""Assessments (第三方评估) as values: how they were made, what was measured, how sure a sample can be. Pure.

A figure that is given as numerator and denominator is computed as reported ones are; one given as a value is in the
indicator's unit of measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from metrics.plan.model import Direction, Indicator

# The 0.975 quantile of the standard normal distribution, to 15 places.
Z_95 = Decimal("1.959963984540054")
_EXACT_ENOUGH = Context(prec=50)


class Method(StrEnum):
    """How a third party came to its figure."""

    BIG_DATA = "big_data"  # 大数据分析
    FIELD_VISIT = "field_visit"  # 现场调研
    INTERVIEW = "interview"  # 采访访谈
    QUESTIONNAIRE = "questionnaire"  # 问卷调查
    PLATFORM_DATA = "platform_data"  # 平台数据


@dataclass(frozen=True, slots=True)
class Interval:
    """The ends of an interval, in percent."""

    low: Fraction
    high: Fraction


def assessed_value(
    indicator: Indicator, *, numerator: Decimal | None, denominator: Decimal | None, value: Decimal | None
) -> Fraction:
    """The exact value in the indicator's unit of measure. `denominator` is above 0 where it is given."""
    if value is not None:
        return Fraction(value)
    if numerator is None or denominator is None:
        raise ValueError("neither a value nor a ratio")
    return indicator.scale * Fraction(numerator) / Fraction(denominator)


def wilson_interval(successes: int, trials: int) -> Interval:
    """The Wilson score interval at 95 % for a proportion of `successes` out of `trials` ≥ 1, in percent.

    Centre (p + z²/2n)/(1 + z²/n), half width z·√(p(1−p)/n + z²/4n²)/(1 + z²/n), with p = successes/trials, n = trials,
    z = 1.959963984540054; no continuity correction, no correction for a finite population. Wilson, E. B. (1927),
    Journal of the American Statistical Association 22, 209–212. Computed with 50 digits; 0 and 100 are exact.
    """
    with localcontext(_EXACT_ENOUGH):
        n, p, squared = Decimal(trials), Decimal(successes) / Decimal(trials), Z_95 * Z_95
        centre = p + squared / (2 * n)
        half = Z_95 * (p * (1 - p) / n + squared / (4 * n * n)).sqrt()
        scale = 100 / (1 + squared / n)
        low = Decimal(0) if successes == 0 else (centre - half) * scale
        high = Decimal(100) if successes == trials else (centre + half) * scale
    return Interval(low=Fraction(low), high=Fraction(high))


def sample_interval(
    indicator: Indicator, *, numerator: Decimal | None, denominator: Decimal | None, sample_size: int | None
) -> Interval | None:
    """The interval of a share found in a sample; None for what is no share, no sample, negative, or no whole counts."""
    if sample_size is None or numerator is None or denominator is None or not indicator.share:
        return None
    if numerator < 0 or numerator != int(numerator) or denominator != int(denominator):
        return None
    return wilson_interval(int(numerator), int(denominator))


def falls_short(indicator: Indicator, *, assessed: Fraction, reported: Fraction, interval: Interval | None) -> bool:
    """True if what was assessed is worse than what was reported, in the indicator's direction and beyond chance.

    With an interval the reported value has to lie outside it, on its better side; without one every difference counts.
    """
    if indicator.direction is Direction.LOWER:
        return reported < (assessed if interval is None else interval.low)
    return reported > (assessed if interval is None else interval.high)


def assessment_etag(assessment_id: int, revision: int) -> str:
    """The entity tag of one revision of an assessment."""
    return f'"assessment-{assessment_id}-{revision}"'
