"""The projection against SciPy's `theilslopes`, and what it must not say."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import theilslopes

from metrics.periods import add_months, last_day, month_number
from metrics.plan.model import Indicator
from metrics.projection import Course, Unprojected, pace, projected, trend_of, why_unprojected
from metrics.results import Projection
from tests.metrics.test_progress import DAYS, SHARE, a_target, verdict

START = date(2019, 1, 1)
points = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 10_000)), min_size=3, max_size=6, unique_by=lambda point: point[0]
)


def project(course: Course, *, indicator: Indicator, threshold: Fraction, due_on: date) -> Projection | None:
    """The course's trend, led on to the due date."""
    trend = trend_of(course)
    return None if trend is None else projected(trend, indicator=indicator, threshold=threshold, due_on=due_on)


@given(points)
def test_slope_and_interval_are_those_of_theil_and_sen(found: list[tuple[int, int]]) -> None:
    course = [(add_months(START, month), Fraction(value, 100)) for month, value in sorted(found)]
    due = last_day(date(2022, 12, 1))
    ours = project(course, indicator=DAYS, threshold=Fraction(0), due_on=due)
    x = [month_number(period) + 1 for period, _ in course]
    theirs = theilslopes([float(value) for _, value in course], x, 0.95)
    assert ours is not None
    assert float(ours.slope) == pytest.approx(theirs.slope, abs=1e-9)
    ahead = month_number(due) + 1
    middle = sorted(x)[len(x) // 2] if len(x) % 2 else sum(sorted(x)[len(x) // 2 - 1 : len(x) // 2 + 1]) / 2
    height = theirs.intercept + theirs.slope * middle
    ends = sorted(max(0.0, height + slope * (ahead - middle)) for slope in (theirs.low_slope, theirs.high_slope))
    assert (float(ours.low), float(ours.high)) == pytest.approx(tuple(ends), abs=1e-6)
    assert float(ours.value) == pytest.approx(max(0.0, theirs.intercept + theirs.slope * ahead), abs=1e-6)


def test_two_points_are_not_a_trend() -> None:
    course = [(START, Fraction(1)), (add_months(START, 1), Fraction(2))]
    assert project(course, indicator=SHARE, threshold=Fraction(60), due_on=date(2019, 9, 30)) is None


def test_only_the_last_six_values_count_and_shares_stop_at_100() -> None:
    course = [(add_months(START, month), Fraction(100 if month == 0 else 10 * month)) for month in range(8)]
    found = project(course, indicator=SHARE, threshold=Fraction(95), due_on=date(2019, 12, 31))
    assert found is not None
    assert (found.slope, found.value) == (Fraction(10), Fraction(100))
    assert (found.on, found.points) == (date(2019, 11, 30), 6)


def test_a_falling_course_never_arrives() -> None:
    course = [(add_months(START, month), Fraction(50 - month)) for month in range(4)]
    found = project(course, indicator=SHARE, threshold=Fraction(60), due_on=date(2019, 12, 31))
    assert found is not None
    assert found.on is None


@given(points)
def test_the_pace_is_the_slope_of_the_projection(found: list[tuple[int, int]]) -> None:
    course = [(add_months(START, month), Fraction(value, 100)) for month, value in sorted(found)]
    projected = project(course, indicator=DAYS, threshold=Fraction(0), due_on=last_day(date(2022, 12, 1)))
    assert projected is not None
    assert pace(course) == projected.slope
    assert pace(course[:2]) is None


@pytest.mark.parametrize(
    ("course", "on", "changes", "reason"),
    [
        ({"2019-07": 50, "2019-08": 52}, "2019-08-31", {}, Unprojected.FEW_POINTS),
        ({"2019-06": 48, "2019-07": 50, "2019-08": 52}, "2019-08-31", {}, None),
        ({"2019-06": 48, "2019-07": 50, "2019-09": 52}, "2019-08-31", {}, Unprojected.NO_VALUE),
        ({"2019-07": 50, "2019-08": 52, "2019-09": 55}, "2019-09-30", {}, Unprojected.PAST_DUE),
        ({"2019-06": 48, "2019-07": 50, "2019-08": 52}, "2019-10-15", {}, Unprojected.NO_VALUE),
        ({"2019-06": 48, "2019-07": 50, "2019-08": 52}, "2019-08-31", {"due_on": None}, Unprojected.NO_DUE_DATE),
        ({"2019-06": 48, "2019-07": 50, "2019-08": 52}, "2019-08-31", {"scope_units": ["d"]}, Unprojected.NO_VALUE),
    ],
)
def test_the_reason_for_no_projection_is_that_of_the_verdict(
    course: dict[str, object], on: str, changes: dict[str, Any], reason: Unprojected | None
) -> None:
    found = verdict(a_target(**changes), course, on=on)
    assert (found.projection is None) == (reason is not None)
    assert why_unprojected(found) is reason
