"""Present paces in whole columns are the exact medians of slopes, however close those are to one another."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.periods import JudgedMonth, add_months
from metrics.results import Rate
from metrics.verdicts.paces import PaceTable, Slopes, paces_of
from metrics.verdicts.rate_table import RateTable
from tests.metrics.verdicts.columns import Judgement, a_rate
from tests.metrics.verdicts.test_verdict_table import PLAN, START
from tests.pace_oracle import PresentPace, pace_of, points_of

UNIT = PLAN.reporting_units[0].code
GREAT = 10**17


def paces(course: list[Rate]) -> list[PresentPace]:
    """The paces of the courses' table, which has at most one."""
    rates = RateTable(PLAN, Judgement(PLAN, (), None, {("", ""): course}).rates())  # type: ignore[arg-type] # no month
    return told(paces_of(rates))


def told(found: PaceTable) -> list[PresentPace]:
    """The table's rows one by one."""
    columns = (found.monthly, found.least, found.most)
    rows = zip(*(column.fractions() for column in columns), found.points.tolist(), strict=True)
    return [PresentPace(*row) for row in rows]


def a_course(figures: list[tuple[int, int, int]]) -> list[Rate]:
    """A course of months apart, numerator and denominator."""
    period, course = START, []
    for apart, above, below in figures:
        period = add_months(period, apart)
        course.append(a_rate(PLAN, UNIT, "online_rate", period, above, below, 1, 0, 1))
    return course


close = st.integers(GREAT - 3, GREAT + 3)
months = st.integers(1, 3)
figures = st.tuples(months, st.integers(0, 40), st.integers(0, 6)) | st.tuples(months, close, close)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(figures, min_size=1, max_size=8))
def test_a_pace_is_that_of_the_slow_code(figures: list[tuple[int, int, int]]) -> None:
    slow = pace_of(points_of(course := a_course(figures)))
    assert paces(course) == ([] if slow is None else [slow])


def test_slopes_that_floats_cannot_tell_apart_are_put_in_order() -> None:
    course = a_course([(1, 0, 1), (1, GREAT + 1, GREAT), (1, 2 * GREAT + 1, GREAT), (1, 3 * GREAT, GREAT)])
    quotients = {float(100 * (GREAT + 1) / GREAT), 100.0}
    assert len(quotients) == 1  # as floats the same
    slow = pace_of(points_of(course))
    assert slow is not None
    assert slow.least < slow.monthly < slow.most
    assert paces(course) == [slow]


@pytest.mark.parametrize("reported", [0, 1, 2, 3])
def test_a_month_counts_if_half_of_the_expected_units_reported(reported: int) -> None:
    root = PLAN.root.code
    course = [
        a_rate(PLAN, root, "online_rate", date(2019, month, 1), month, 10, reported, 4 - reported, 4)
        for month in (1, 2, 3)
    ]
    assert len(paces(course)) == (1 if reported >= 2 else 0)


def test_a_table_without_rates_has_no_pace() -> None:
    assert paces([]) == []
    found = paces_of(RateTable(PLAN, Judgement(PLAN, (), None, {}).rates()))  # type: ignore[arg-type] # no month
    assert found.find(np.array([3, 4])).tolist() == [-1, -1]


def a_table(courses: Sequence[list[Rate]]) -> RateTable:
    by_course = {(course[0].unit_code, course[0].indicator_code): course for course in courses}
    return RateTable(PLAN, Judgement(PLAN, (), JudgedMonth.of(START), by_course).rates())


def test_each_course_has_its_own_pace_however_many_points_it_has() -> None:
    """Two to seven points in two measures, so that lots of equally many points do not stand in the table's order."""
    draw = random.Random(9)
    units, counts = [unit.code for unit in PLAN.reporting_units], iter((7, 3, 4, 2, 5, 6))
    courses = [
        [
            a_rate(PLAN, unit, indicator, add_months(START, month), draw.randint(1, 99), draw.randint(50, 99), 1, 0, 1)
            for month in range(next(counts))
        ]
        for unit in units
        for indicator in ("startup_time", "online_rate")
    ]
    table = a_table(courses)
    found = paces_of(table)
    places = {one.code: place for place, one in enumerate(PLAN.indicators)}
    by_number = {
        (1 + units.index(course[0].unit_code)) * len(PLAN.indicators) + places[course[0].indicator_code]: pace
        for course in courses
        if (pace := pace_of(points_of(course))) is not None
    }
    assert found.courses.tolist() == sorted(by_number)
    assert told(found) == [by_number[number] for number in sorted(by_number)]
    asked = [*sorted(by_number, reverse=True), 0, 10**6]
    assert found.find(np.array(asked)).tolist() == [4, 3, 2, 1, 0, -1, -1]


def test_a_single_course_is_found_and_none_beside_it() -> None:
    """The first unit's second indicator has the course of number 1."""
    root, measured = PLAN.root.code, PLAN.indicators[1].code
    course = [a_rate(PLAN, root, measured, add_months(START, month), month, 10, 3, 0, 3) for month in range(3)]
    found = paces_of(a_table([course]))
    assert found.courses.tolist() == [1]
    assert found.find(np.array([2, 1, 0])).tolist() == [-1, 0, -1]
    assert told(found) == [pace_of(points_of(course))]


def test_a_course_that_goes_on_beside_great_numbers_stays_as_it_is() -> None:
    """Those whose numbers do not fit are reckoned apart, and with the same result."""
    units = [unit.code for unit in PLAN.reporting_units]
    figures = [(1, 0, 1), (1, GREAT + 1, GREAT), (1, 2 * GREAT + 1, GREAT), (1, 3 * GREAT, GREAT)]
    great = a_course(figures)
    small = [
        [replace(rate, unit_code=unit) for rate in a_course([(1, 1, 3), (1, 2, 3), (2, 2, 1), (1, 7, 3)])]
        for unit in units[1:]
    ]
    found = paces_of(a_table([great, *small]))
    slow = [pace_of(points_of(course)) for course in (great, *small)]
    assert told(found) == slow


def test_slopes_that_are_the_same_rational_of_other_size_are_no_doubt() -> None:
    """1/3 and 2/6 are equal as floats and as rationals; nothing is sorted exactly for them."""
    slopes = Slopes(np.array([[1, 2, 3]]), np.array([[3, 6, 9]]))
    assert slopes.median().fractions() == [Fraction(1, 3)]
    assert slopes.ranked(0).above.dtype == np.int64
    even = Slopes(np.array([[4, 1, 3, 2]]), np.array([[1, 1, 1, 1]]))
    assert (even.pairs, even.median().fractions()) == (4, [Fraction(5, 2)])
    assert [even.ranked(rank).fractions() for rank in range(4)] == [[1], [2], [3], [4]]
    assert even.ranked(0).above.dtype == np.int64  # nor for those that lie far apart


def test_slopes_whose_floats_stand_farthest_apart_in_the_wrong_order_are_ranked_exactly() -> None:
    """Either side is rounded to a float, and so is their quotient: here each time the other way."""
    above, below = (634234531336702017, 634234531337112255), (576460752303531455, 576460752303904321)
    less, more = map(Fraction, above, below)
    slopes = Slopes(np.array([above]), np.array([below]))
    ((first, second),) = slopes.quotients.tolist()
    assert less < more
    assert first - second > second * 2.0**-51
    assert [slopes.ranked(rank).fractions() for rank in range(2)] == [[less], [more]]


@pytest.mark.parametrize("rank", range(3))
def test_slopes_apart_by_less_than_floats_can_tell_are_ranked_exactly(rank: int) -> None:
    close = [3 * GREAT + 1, 3 * GREAT - 1, 3 * GREAT]
    slopes = Slopes(np.array([close, [1, 2, 3]]), np.array([[GREAT] * 3, [1] * 3]))
    exact = sorted(Fraction(above, GREAT) for above in close)[rank]
    assert slopes.ranked(rank).fractions() == [exact, Fraction(rank + 1)]
    below_zero = Slopes(-np.array([close]), np.array([[GREAT] * 3]))
    assert below_zero.ranked(2 - rank).fractions() == [-exact]
