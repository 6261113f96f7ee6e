"""Assessments (第三方评估) as values: how they were made, what was measured, how sure a sample can be. Pure.

A figure that is given as numerator and denominator is computed as reported ones are; one given as a value is in the
indicator's unit of measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from metrics.estimates import Interval, ratio_interval, wilson_interval
from metrics.plan.model import Direction, Indicator


class Method(StrEnum):
    """How a third party came to its figure."""

    BIG_DATA = "big_data"  # 大数据分析
    FIELD_VISIT = "field_visit"  # 现场调研
    INTERVIEW = "interview"  # 采访访谈
    QUESTIONNAIRE = "questionnaire"  # 问卷调查
    PLATFORM_DATA = "platform_data"  # 平台数据


def assessed_value(
    indicator: Indicator, *, numerator: Decimal | None, denominator: Decimal | None, value: Decimal | None
) -> Fraction:
    """The exact value in the indicator's unit of measure. `denominator` is above 0 where it is given."""
    if value is not None:
        return Fraction(value)
    if numerator is None or denominator is None:
        raise ValueError("neither a value nor a ratio")
    return indicator.scale * Fraction(numerator) / Fraction(denominator)


def sample_interval(
    indicator: Indicator,
    *,
    numerator: Decimal | None,
    denominator: Decimal | None,
    sample_size: int | None,
    clusters: Sequence[Sequence[str]] | None = None,
    clusters_in_all: int | None = None,
) -> Interval | None:
    """The interval of a ratio over clusters, or of a share found in a sample.

    Without clusters None for what is no share, no sample, negative, or no whole counts.
    """
    if clusters is not None:
        return ratio_interval(
            [(Fraction(above), Fraction(below)) for above, below in clusters],
            population=clusters_in_all,
            scale=indicator.scale,
            least=None if indicator.may_be_negative else Fraction(0),
            most=Fraction(100) if indicator.share else None,
        )
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
