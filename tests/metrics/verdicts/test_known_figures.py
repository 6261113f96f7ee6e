"""The few facts of the far past, by course, by unit and by indicator."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from metrics.verdicts.known_figures import NEVER, KnownFigures
from metrics.verdicts.rate_table import RATE_COLUMNS, RateTable
from tests.metrics.verdicts.columns import CITY, frame_of

INDICATORS = len(CITY.indicators)
ONLINE = [one.code for one in CITY.indicators].index("online_rate")
DAYS = [one.code for one in CITY.indicators].index("startup_time")
FIRST_COLUMNS = {name: RATE_COLUMNS[name] for name in ("unit", "indicator", "month", "numerator", "denominator")}
MONTH = 24236

RATES = [
    (0, ONLINE, MONTH - 2, 40, 100, 1, 5, 6, 11),
    (0, ONLINE, MONTH - 1, 50, 100, 1, 0, 11, 11),
    (0, DAYS, MONTH, 35, 40, 1, 11, 0, 11),
    (2, ONLINE, MONTH, 60, 0, 1, 1, 0, 1),
]
FIRSTS = [(2, DAYS, MONTH - 30, 27, 30), (0, ONLINE, MONTH - 2, 40, 100), (1, 0, 0, 1, 3)]


def known(rates: Sequence[Sequence[int]] = RATES, firsts: Sequence[Sequence[int]] = FIRSTS) -> KnownFigures:
    met = frame_of([], {"unit": np.int32, "target": np.int32, "month": np.int32})
    return KnownFigures(RateTable(CITY, frame_of(rates, RATE_COLUMNS)), frame_of(firsts, FIRST_COLUMNS), met)


def test_the_month_of_the_first_value_is_told_by_course() -> None:
    found = known().first_month
    assert len(found) == len(CITY.units) * INDICATORS
    at = {ONLINE: MONTH - 2, INDICATORS: 0, 2 * INDICATORS + DAYS: MONTH - 30}
    assert {place: month for place, month in enumerate(found.tolist()) if month != NEVER} == at
    assert NEVER == 2**31 - 1


def test_first_values_are_those_of_the_courses_in_the_order_asked_for() -> None:
    courses = np.array([ONLINE, 2 * INDICATORS + DAYS, INDICATORS, ONLINE])
    assert known().first_values(courses).fractions() == [Fraction(40), Fraction(9, 10), Fraction(100, 3), Fraction(40)]


def test_the_newest_month_that_was_reported_stands_by_unit_and_indicator() -> None:
    """A carried month is in the table, too: it stands for what the unit is known by."""
    found = known().last_reported
    assert found.shape == (len(CITY.units), INDICATORS)
    there = {(0, ONLINE): MONTH - 1, (0, DAYS): MONTH, (2, ONLINE): MONTH}
    assert {place: month for place, month in np.ndenumerate(found) if month != -1} == there
    assert set(known(rates=[]).last_reported.ravel().tolist()) == {-1}


def test_the_last_row_of_the_last_course_counts() -> None:
    for indicator in (0, 1):
        rows = [(0, indicator, MONTH - back, 1, 2, 1, 1, 0, 1) for back in (1, 0)]
        assert known(rates=rows).last_reported[0, indicator] == MONTH


def test_paces_are_those_of_the_rates() -> None:
    rows = [(1, ONLINE, MONTH - back, 60 - back, 100, 1, 1, 0, 1) for back in (2, 1, 0)]
    found = known(rates=rows).paces
    assert found.monthly.fractions() == [1]
    assert found.find(np.array([INDICATORS + ONLINE, ONLINE])).tolist() == [0, -1]
