"""How large and how fine a figure of a plan may be, how far a date: one definition for files and what is posted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from metrics.periods import FIRST_YEAR, LAST_YEAR

LARGEST = Decimal(10) ** 9  # of any figure, with either sign
MOST_DECIMALS = 6
YEARS_BEFORE, YEARS_AFTER = 30, 100  # any date of a plan lies within so many years of its issue


def is_within(figure: Decimal) -> bool:
    """True for a figure that can be calculated with; an exponent in a text could stand for millions of digits."""
    exponent = figure.as_tuple().exponent
    return isinstance(exponent, int) and figure.copy_abs() <= LARGEST and exponent >= -MOST_DECIMALS


def days_around(issued_on: date) -> tuple[date, date]:
    """The first and the last day that a plan issued on a day may name."""
    first, last = max(issued_on.year - YEARS_BEFORE, 1), min(issued_on.year + YEARS_AFTER, date.max.year)
    return date(first, 1, 1), date(last, 12, 31)


def may_be_issued_on(day: date) -> bool:
    """True for a day in a year of which months can be reported."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
