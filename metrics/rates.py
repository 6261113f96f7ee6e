"""Exact rates (domain rules 1 and 4). Pure: no database, no floats."""

from __future__ import annotations

from fractions import Fraction

from metrics.plan.model import Direction, Indicator, Nature, Plan
from metrics.results import Exact, Rate


def value_of(indicator: Indicator, numerator: Exact, denominator: Exact) -> Fraction | None:
    """scale × numerator ÷ denominator, None for a denominator of 0 (not applicable)."""
    return None if denominator == 0 else Fraction(indicator.scale * numerator, denominator)


def is_carried(plan: Plan, indicator: Indicator) -> bool:
    """True if the indicator rests on stocks only; a flow is never carried."""
    # By the indicator, not the element: else one month's count over another's total (decision 5).
    return all(plan.element_by_code[code].nature is Nature.STOCK for code in indicator.elements)


def is_denominator_watch(indicator: Indicator, now: Rate, before: Rate) -> bool:
    """True if a rate got better only because its denominator shrank: 80/100 → 80/90 (分母关注)."""
    if indicator.direction is Direction.LOWER:
        return False
    if now.value is None or now.numerator is None or now.denominator is None:
        return False
    if before.value is None or before.numerator is None or before.denominator is None:
        return False
    return now.value > before.value and now.denominator < before.denominator and now.numerator <= before.numerator
