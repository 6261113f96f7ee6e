"""Rates are found by unit, indicator and month whatever the order of their frame, and none that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from metrics.verdicts.rate_table import RATE_COLUMNS, RateTable, values_of
from tests.metrics.verdicts.columns import CITY, frame_of

INDICATORS = len(CITY.indicators)
LAST = INDICATORS - 1
ONLINE = [one.code for one in CITY.indicators].index("online_rate")
DAYS = [one.code for one in CITY.indicators].index("startup_time")
GREAT = 2**63  # no int64
MONTH = 24236  # September 2019

# unit, indicator, month, numerator, denominator, state, reported, carried, expected
ROWS = [
    (1, ONLINE, MONTH, 70, 100, 1, 1, 0, 1),
    (0, DAYS, MONTH, 385, 400, 1, 5, 5, 11),
    (1, ONLINE, MONTH - 1, 60, 0, 2, 1, 0, 1),
    (0, LAST, MONTH - 1, 3, -4, 0, 6, 5, 12),
    (0, LAST, MONTH, 5, 8, 0, 0, 11, 0),
    (2, 0, 12 * 2999 + 11, 1, 2, 1, 1, 0, 1),
]
IN_ORDER = [1, 3, 4, 2, 0, 5]


def table(rows: Sequence[Sequence[int]] = ROWS) -> RateTable:
    return RateTable(CITY, frame_of(rows, RATE_COLUMNS))


@pytest.mark.parametrize("order", [range(6), IN_ORDER, [5, 4, 3, 2, 1, 0], [1, 4, 3, 2, 0, 5]])
def test_rows_stand_by_unit_then_indicator_then_month(order: Sequence[int]) -> None:
    found = table([ROWS[place] for place in order])
    for place, name in enumerate(RATE_COLUMNS):
        assert found.column(name).tolist() == [ROWS[row][place] for row in IN_ORDER]
    assert len(found) == 6
    assert found.courses.tolist() == [DAYS, LAST, LAST, INDICATORS + ONLINE, INDICATORS + ONLINE, 2 * INDICATORS]


def test_points_are_counted_of_every_course_that_a_plan_has() -> None:
    """A denominator of 0, a month that less than half reported, and one that is carried are none."""
    assert table().point_counts.tolist() == [
        {DAYS: 0, LAST: 1, INDICATORS + ONLINE: 1, 2 * INDICATORS: 1}.get(course, 0)
        for course in range(len(CITY.units) * INDICATORS)
    ]
    assert table([]).point_counts.tolist() == [0] * (len(CITY.units) * INDICATORS)


def test_two_rows_out_of_order_are_put_in_order_and_one_alone_stands() -> None:
    assert table([ROWS[0], ROWS[2]]).column("month").tolist() == [MONTH - 1, MONTH]
    assert table([ROWS[0]]).column("month").tolist() == [MONTH]


def test_columns_are_narrow_where_all_fits_and_whole_where_not() -> None:
    frame = frame_of(ROWS, RATE_COLUMNS)
    as_objects = frame.assign(
        numerator=frame["numerator"].astype(object), denominator=frame["denominator"].astype(object)
    )
    narrow = RateTable(CITY, as_objects)
    assert {narrow.column(name).dtype for name in ("numerator", "denominator")} == {np.dtype(np.int64)}
    wide = table([*ROWS, (3, 0, MONTH, GREAT, 3 * GREAT, 1, 1, 0, 1)])
    assert wide.column("numerator").tolist()[-1] == GREAT
    assert wide.values(np.array([6])).fractions() == [Fraction(100, 3)]


def test_a_rate_is_found_in_its_month_alone() -> None:
    found = table()
    units, indicators = np.array([0, 0, 1, 1, 2, 2, 0, 12]), np.array([DAYS, LAST, ONLINE, ONLINE, 0, 0, 0, LAST])
    months = np.array([MONTH, MONTH, MONTH, MONTH - 1, 12 * 2999 + 11, MONTH, MONTH, MONTH])
    assert found.find(units, indicators, months).tolist() == [0, 2, 4, 3, 5, -1, -1, -1]
    assert found.find(units[:4], indicators[:4], MONTH).tolist() == [0, 2, 4, 4]
    assert found.find(np.array([0]), np.array([LAST]), MONTH - 2).tolist() == [-1]


def test_beyond_the_last_rate_nothing_is_found() -> None:
    assert table([ROWS[1]]).find(np.array([0, 0]), np.array([DAYS, LAST]), MONTH).tolist() == [0, -1]


def test_in_a_table_without_rates_nothing_is_found() -> None:
    empty = table([])
    assert empty.find(np.array([0, 1]), np.array([0, 1]), MONTH).tolist() == [-1, -1]
    assert (len(empty), empty.courses.tolist(), empty.points.tolist()) == (0, [], [])


def test_courses_are_numbered_beyond_int32() -> None:
    many = table().course_of(np.array([2**30], dtype=np.int32), np.array([3], dtype=np.int16))
    assert many.tolist() == [2**30 * INDICATORS + 3]


def test_a_rate_applies_where_the_denominator_is_not_0() -> None:
    assert table().applicable.tolist() == [True, True, True, False, True, True]


@pytest.mark.parametrize(
    ("reported", "expected", "denominator", "point"),
    [(1, 1, 5, True), (1, 2, 5, True), (1, 3, 5, False), (0, 0, 5, False), (2, 3, -5, True), (1, 1, 0, False)],
)
def test_a_month_is_a_point_if_half_of_those_expected_reported(
    reported: int, expected: int, denominator: int, point: bool
) -> None:
    rows = [(0, 0, MONTH, 1, denominator, 1, reported, 0, expected)]
    assert table(rows).points.tolist() == [point]


def test_a_value_is_in_the_indicators_measure_and_its_sign_stands_above() -> None:
    found = table().values(np.array([0, 1, 4]))
    assert found.fractions() == [Fraction(385, 400), Fraction(-75), Fraction(70)]
    assert all(below > 0 for below in found.below.tolist())
    one = values_of(CITY, np.array([DAYS, ONLINE]), np.array([3, 3]), np.array([4, -4]))
    assert one.fractions() == [Fraction(3, 4), Fraction(-75)]


def test_further_columns_do_not_matter() -> None:
    frame = frame_of(ROWS, RATE_COLUMNS).assign(more=pd.Series(range(6)))
    assert RateTable(CITY, frame).column("numerator").tolist() == [385, 3, 5, 60, 70, 1]
