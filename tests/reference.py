"""Slow, obvious oracles: written apart from the code they check, for clarity and not for speed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from metrics.plan.model import Direction


def months_before(period: date, months: int) -> date:
    """Step back one month at a time."""
    for _ in range(months):
        period = date(period.year - 1, 12, 1) if period.month == 1 else date(period.year, period.month - 1, 1)
    return period


def city_sum(
    reports: Mapping[str, Mapping[date, tuple[Fraction, Fraction]]], period: date, *, carry_months: int
) -> tuple[Fraction, Fraction, int, int]:
    """(Σ numerators, Σ denominators, units reported, units carried) by looking at every unit and month in turn."""
    numerator, denominator, reported, carried = Fraction(0), Fraction(0), 0, 0
    for history in reports.values():
        for back in range(carry_months + 1):
            found = history.get(months_before(period, back))
            if found is not None:
                if found[1] != 0:  # not applicable: reported, but left out of the sums
                    numerator, denominator = numerator + found[0], denominator + found[1]
                if back == 0:
                    reported += 1
                else:
                    carried += 1
                break
    return numerator, denominator, reported, carried


def plainly_rounded(value: Fraction) -> Decimal:
    """Two decimals, half up, with the decimal module and far more digits than needed."""
    from decimal import localcontext

    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def competition_ranks(scores: Sequence[Fraction]) -> list[int]:
    """1 + the number of better scores."""
    return [1 + sum(other > score for other in scores) for score in scores]


def judged_by_default(
    counted: Mapping[date, set[str]], owing: Mapping[date, set[str]], *, share: Fraction
) -> date | None:
    """The month judged by default, looking at one month after the other. `counted`: the units whose submission counts,
    by month; `owing`: those that owe one."""
    found: date | None = None
    most = Fraction(-1)
    for month in sorted(counted, reverse=True):
        if not counted[month] or not owing[month]:
            continue
        part = Fraction(len([unit for unit in counted[month] if unit in owing[month]]), len(owing[month]))
        if part >= share:
            return month
        if part > most:
            found, most = month, part
    return found


def attainment(value: Fraction, threshold: Fraction, *, direction: Direction) -> Fraction:
    """How much of a target is reached: all of it at the threshold or better, else value ÷ threshold, or the reverse
    where lower is better; nothing where that is below 0, and of a threshold that is not above 0."""
    if value >= threshold if direction is Direction.HIGHER else value <= threshold:
        return Fraction(1)
    if threshold <= 0:
        return Fraction(0)
    return max(Fraction(0), value / threshold if direction is Direction.HIGHER else threshold / value)
