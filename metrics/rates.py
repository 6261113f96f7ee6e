"""Exact rates (domain rules 1 and 4). Pure: no database, no floats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.plan.model import Direction, Indicator, Nature, Plan, Unit
from metrics.results import Exact, Rate, State

LEAST_CHECKED_FIRST = (State.RETURNED, State.SUBMITTED, State.VERIFIED)


@dataclass(frozen=True, slots=True)
class Reported:
    """Numerator and denominator of one indicator as one unit reported them for one period."""

    numerator: Exact
    denominator: Exact
    state: State


# (unit, indicator) -> period -> what was reported
Returns = Mapping[tuple[str, str], Mapping[date, Reported]]


def value_of(indicator: Indicator, numerator: Exact, denominator: Exact) -> Fraction | None:
    """scale × numerator ÷ denominator, None for a denominator of 0 (not applicable)."""
    return None if denominator == 0 else Fraction(indicator.scale * numerator, denominator)


def is_carried(plan: Plan, indicator: Indicator) -> bool:
    """True if the indicator rests on stocks only; a flow is never carried."""
    return all(plan.element_by_code[code].nature is Nature.STOCK for code in indicator.elements)


def own_rate(indicator: Indicator, unit: Unit, *, period: date, returns: Returns) -> Rate:
    """The rate a reporting unit reported itself. Never carried: without a return it is not reported (未报)."""
    found = returns.get((unit.code, indicator.code), {}).get(period)
    expected = int(unit.figures_required or found is not None)
    if found is None:
        return Rate(unit.code, period, indicator.code, None, None, None, State.NOT_REPORTED, 0, 0, expected)
    value = value_of(indicator, found.numerator, found.denominator)
    return Rate(
        unit.code, period, indicator.code, found.numerator, found.denominator, value, found.state, 1, 0, expected
    )


def is_denominator_watch(indicator: Indicator, now: Rate, before: Rate) -> bool:
    """True if a rate got better only because its denominator shrank: 80/100 → 80/90 (分母关注)."""
    if indicator.direction is Direction.LOWER:
        return False
    if now.value is None or now.numerator is None or now.denominator is None:
        return False
    if before.value is None or before.numerator is None or before.denominator is None:
        return False
    return now.value > before.value and now.denominator < before.denominator and now.numerator <= before.numerator
