"""Rates one by one out of columns: what was reported as it was, what was not with how many were expected."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from metrics.periods import month_number
from metrics.results import Rate
from metrics.submission_states import State
from metrics.verdicts.rate_table import RATE_COLUMNS, RateTable
from metrics.verdicts.single_rates import expected_units, single_rates
from tests.metrics.verdicts.columns import CITY, a_plan, frame_of

ONLINE, DAYS = ([one.code for one in CITY.indicators].index(code) for code in ("online_rate", "startup_time"))
SEPTEMBER = date(2019, 9, 1)
MONTH = month_number(SEPTEMBER)
STATES = {state: place for place, state in enumerate(State)}
ROWS = [
    (0, DAYS, MONTH, 385, 400, STATES[State.SUBMITTED], 7, 2, 12),
    (1, ONLINE, MONTH - 1, 60, 0, STATES[State.SENT_BACK], 1, 0, 1),
    (1, ONLINE, MONTH, 70, 80, STATES[State.VERIFIED], 1, 0, 1),
]
CODES = [unit.code for unit in CITY.units]


def rates(places: list[int], unit: list[int], indicator: list[int], month: list[int]) -> list[Rate]:
    table = RateTable(CITY, frame_of(ROWS, RATE_COLUMNS))
    return single_rates(table, np.array(places), unit=unit, indicator=np.array(indicator), month=np.array(month))


def test_a_rate_is_what_its_row_says_in_the_elements_measure() -> None:
    found = rates([2, 0, 1], [1, 0, 1], [ONLINE, DAYS, ONLINE], [MONTH, MONTH, MONTH - 1])
    days, percent = Fraction(385, 400), Fraction(700, 8)
    assert found == [
        Rate(CODES[1], SEPTEMBER, "online_rate", 70, 80, percent, State.VERIFIED, 1, 0, 1),
        Rate(CODES[0], SEPTEMBER, "startup_time", Fraction(77, 2), 40, days, State.SUBMITTED, 7, 2, 12),
        Rate(CODES[1], date(2019, 8, 1), "online_rate", 60, 0, None, State.SENT_BACK, 1, 0, 1),
    ]
    assert [type(amount) for amount in (found[1].numerator, found[1].denominator)] == [Fraction, int]


def test_what_was_not_reported_has_no_figures_and_says_how_many_were_expected() -> None:
    (one, city) = rates([-1, -1], [2, 0], [DAYS, ONLINE], [MONTH, MONTH])
    assert one == Rate(CODES[2], SEPTEMBER, "startup_time", None, None, None, State.NOT_REPORTED, 0, 0, 1)
    assert (city.unit_code, city.indicator_code, city.units_expected) == (CODES[0], "online_rate", 11)


def test_of_an_empty_table_nothing_was_reported() -> None:
    empty = RateTable(CITY, frame_of([], RATE_COLUMNS))
    found = single_rates(empty, np.array([-1]), unit=[1], indicator=np.array([ONLINE]), month=np.array([MONTH]))
    assert found == [Rate(CODES[1], SEPTEMBER, "online_rate", None, None, None, State.NOT_REPORTED, 0, 0, 1)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 11),
        ({"figures_required": False}, 10),
        ({"valid_to": date(2019, 9, 29)}, 10),
        ({"valid_to": date(2019, 9, 30)}, 11),
        ({"valid_from": date(2019, 9, 30)}, 11),
        ({"valid_from": date(2019, 10, 1)}, 10),
    ],
)
def test_expected_are_the_units_that_have_to_report_and_exist(changes: dict[str, object], expected: int) -> None:
    units = tuple(unit.model_copy(update=changes) if unit.code == CODES[2] else unit for unit in CITY.units)
    assert expected_units(a_plan(units=units), CODES[0], SEPTEMBER) == expected
    assert expected_units(a_plan(units=units), CODES[2], SEPTEMBER) == expected - 10
