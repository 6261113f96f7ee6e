"""How rates are stored: which indicator stands at which place of a row, and in which whole steps its amounts are.

A row of `unit_rates` holds the numerators and the denominators of all indicators, in the order of their codes. Both
amounts of one indicator are multiplied by the same power of ten, so that elements with decimals are whole numbers as
well; the ratio is unaffected, and the amount itself is the stored one ÷ 10**decimals. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from metrics.comparisons import sum_of
from metrics.plan.model import Indicator, LinearForm, Plan

Whole = npt.NDArray[np.int64]
Amounts = tuple[list[int | None], list[int | None]]
"""The numerators and the denominators of a row of `unit_rates`; None where an element was not reported."""

LARGEST_WHOLE = 2**63 - 1  # what a column of whole numbers holds, here and in the database

ABSENT = -LARGEST_WHOLE - 1  # stands in a column for an amount that was not reported; no sum can be it


@dataclass(frozen=True, slots=True)
class Stored:
    """One indicator's place in a row. `place` counts from 0; `in_plan`: its place in `plan.indicators`."""

    indicator: Indicator
    place: int
    in_plan: int
    decimals: int


def layout_of(plan: Plan) -> tuple[Stored, ...]:
    """The places of a row of `unit_rates`, first to last: indicators by code, so that no reordering moves them."""
    ordered = sorted(enumerate(plan.indicators), key=lambda pair: pair[1].code)
    return tuple(
        Stored(indicator, place, in_plan, plan.indicator_decimals[indicator.code])
        for place, (in_plan, indicator) in enumerate(ordered)
    )


def amounts_of(plan: Plan, values: Mapping[str, Decimal]) -> Amounts:
    """The row of a submission whose figures are `values`."""
    rows: Amounts = ([], [])
    for stored in layout_of(plan):
        step, indicator = 10**stored.decimals, stored.indicator
        known = all(code in values for code in indicator.elements)
        for form, row in zip((indicator.numerator, indicator.denominator), rows, strict=True):
            row.append(int(sum_of(form, values) * step) if known else None)
    return rows


def formulas(plan: Plan) -> tuple[object, ...]:
    """What stored rates follow from. Two plans with the same formulas make the same rows of the same figures."""
    return tuple(
        (stored.indicator.code, stored.decimals, stored.indicator.numerator, stored.indicator.denominator)
        for stored in layout_of(plan)
    )


def beyond_whole_numbers(plan: Plan) -> Iterator[Indicator]:
    """The indicators whose sum over all units could be greater than a column of whole numbers holds.

    Every element is taken at the plan's maximum; what is posted above it is refused.
    """
    units, known = max(1, len(plan.reporting_units)), plan.element_by_code
    for indicator in plan.indicators:
        complete = all(code in known for code in indicator.elements)  # what is unknown is said elsewhere
        if complete and largest_amount(plan, indicator) * units > LARGEST_WHOLE:
            yield indicator


def largest_amount(plan: Plan, indicator: Indicator) -> Fraction:
    """What either amount of the indicator can be at most, in its steps, with every element at the plan's maximum."""
    step: int = 10 ** max((plan.element_by_code[code].decimals for code in indicator.elements), default=0)
    return step * max(_largest(plan, form) for form in (indicator.numerator, indicator.denominator))


def _largest(plan: Plan, form: LinearForm) -> Fraction:
    terms = (abs(term.times) * Fraction(plan.element_by_code[term.element].maximum) for term in form.terms)
    return sum(terms, Fraction(abs(form.constant)))
