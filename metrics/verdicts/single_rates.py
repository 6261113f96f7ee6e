"""Rates one by one out of whole columns: for the few units that a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from metrics.periods import last_day, period_numbered
from metrics.plan.model import Indicator, Plan
from metrics.rates import value_of
from metrics.results import Exact, Rate
from metrics.submission_states import State
from metrics.verdicts.rate_table import RateTable
from metrics.verdicts.ratios import Whole

_STATES = list(State)


def single_rates(rates: RateTable, places: Whole, *, unit: Sequence[int], indicator: Whole, month: Whole) -> list[Rate]:
    """The rates at `places`, −1 for one that was not reported; each of its unit, indicator and month."""
    plan = rates.plan
    names = ("numerator", "denominator", "state", "reported", "carried", "expected")
    known = [(rates.column(name)[places] if len(rates) else places).tolist() for name in names]
    found = []
    for place, of_unit, of_indicator, at, *figures in zip(
        places.tolist(), unit, indicator.tolist(), month.tolist(), *known, strict=True
    ):
        period, measured = period_numbered(at), plan.indicators[of_indicator]
        if place < 0:
            code = plan.units[of_unit].code
            expected = expected_units(plan, code, period)
            found.append(Rate(code, period, measured.code, None, None, None, State.NOT_REPORTED, 0, 0, expected))
        else:
            found.append(_rate(plan, measured, plan.units[of_unit].code, period, figures))
    return found


def _rate(plan: Plan, indicator: Indicator, unit: str, period: date, figures: list[int]) -> Rate:
    above, below, state, reported, carried, expected = figures
    scale = 10 ** plan.indicator_decimals[indicator.code]
    numerator, denominator = _amount(above, scale), _amount(below, scale)
    return Rate(
        unit_code=unit,
        period=period,
        indicator_code=indicator.code,
        numerator=numerator,
        denominator=denominator,
        value=value_of(indicator, numerator, denominator),
        state=_STATES[state],
        units_reported=reported,
        units_carried=carried,
        units_expected=expected,
    )


def expected_units(plan: Plan, unit: str, period: date) -> int:
    """How many reporting units at or below `unit` are required to report for the period."""
    under = plan.reporting_units_under(unit)
    return sum(below.figures_required and below.exists_on(last_day(period)) for below in under)


def _amount(number: int, scale: int) -> Exact:
    return number // scale if number % scale == 0 else Fraction(number, scale)
