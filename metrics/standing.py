"""What stands between owed months: figures owed once a quarter or a year, until the next (domain rule 3). Pure.

A figure of March, owed each quarter, stands in April and May as it was sent: neither carried nor missing. In June the
next is owed; what has not come is missing then, and carried from what stood.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from metrics.plan.model import Indicator, Plan
from metrics.roll_up import Below, Mask, OwnRates
from metrics.stored_rates import ABSENT, Whole


def months_apart(plan: Plan, indicators: Sequence[Indicator]) -> Whole:
    """Of each indicator how many months lie from one owed month to the next: 1, 3 or 12."""
    return np.array([plan.months_apart[indicator.code] for indicator in indicators], dtype=np.int64)


def is_owed(month: Whole | int, apart: Whole) -> Mask:
    """True where the month is one of which so-often owed figures are owed: any, a quarter's last, December."""
    found: Mask = (np.asarray(month) + 1) % apart == 0
    return found


def earliest_needed(apart: Whole) -> int:
    """How many months before the first one asked for have to be read for what may stand in it."""
    return int(apart.max(initial=1)) - 1


def with_standing(own: OwnRates, below: Below, *, apart: Whole, months: range) -> OwnRates:
    """`own` of `months`, and in the months between what stands in them; a row for every unit and month with any figure.

    `apart`: a column an indicator. Months in which a unit does not exist bring nothing.
    """
    if not len(own.unit) or int(apart.max(initial=1)) == 1:
        return own
    shape = (len(below.units), len(months), len(apart))
    above, under = np.full(shape, ABSENT, dtype=np.int64), np.full(shape, ABSENT, dtype=np.int64)
    states = np.zeros(shape, dtype=np.int64)
    there = (below.first[own.unit] <= own.month) & (own.month <= below.last[own.unit])
    there &= (own.month >= months.start) & (own.month < months.stop)
    at = (own.unit[there], own.month[there] - months.start)
    above[at], under[at], states[at] = own.numerators[there], own.denominators[there], own.states_of(there)
    for later, month in enumerate(months[1:], start=1):
        stands = (under[:, later] == ABSENT) & ~is_owed(month, apart)
        for cells in (above, under, states):
            cells[:, later][stands] = cells[:, later - 1][stands]
    unit, place = np.nonzero((under != ABSENT).any(axis=2))
    return OwnRates(unit, place + months.start, states[unit, place], above[unit, place], under[unit, place])
