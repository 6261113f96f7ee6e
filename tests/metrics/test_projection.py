"""Paces and projections: against SciPy's `theilslopes`, what decides by them, and what they must not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import theilslopes

from metrics.periods import add_months, last_day, month_number
from metrics.plan.model import Indicator
from metrics.projection import Course, Unprojected, months_left, why_unprojected
from metrics.results import Projection, Rate, Status
from metrics.submission_states import State
from tests.metrics.test_progress import DAYS, SHARE, a_target, verdict
from tests.metrics.test_rates import an_indicator
from tests.pace_oracle import pace_of, points_of, projected

OPEN = an_indicator(share=False, scale=1, numerator={"terms": [{"element": "a"}, {"element": "b", "times": -1}]})
DIFFERENCE = an_indicator(numerator={"terms": [{"element": "a"}, {"element": "b", "times": -1}]})
START = date(2019, 1, 1)
points = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 10_000)), min_size=3, max_size=6, unique_by=lambda point: point[0]
)


def project(course: Course, *, indicator: Indicator, threshold: Fraction, due_on: date) -> Projection | None:
    """The course's newest value, led on to the due date."""
    pace = pace_of(course)
    if pace is None:
        return None
    period, value = course[-1]
    left = months_left(due_on, period=period, on=last_day(period))
    assert left is not None
    return projected(pace, value, left=left, period=period, indicator=indicator, threshold=threshold)


@given(points)
def test_the_pace_is_that_of_theil_and_sen_and_its_range_that_of_the_slopes(found: list[tuple[int, int]]) -> None:
    course = [(add_months(START, month), Fraction(value, 100)) for month, value in sorted(found)]
    ours = project(course, indicator=OPEN, threshold=Fraction(0), due_on=date(2022, 12, 31))
    x = [month_number(period) for period, _ in course]
    y = [float(value) for _, value in course]
    theirs = theilslopes(y, x)
    ahead = month_number(date(2022, 12, 1)) - x[-1]
    slopes = [(y[j] - y[i]) / (x[j] - x[i]) for j in range(len(x)) for i in range(j)]
    assert ours is not None
    assert float(ours.slope) == pytest.approx(theirs.slope, abs=1e-9)
    assert float(ours.value) == pytest.approx(y[-1] + theirs.slope * ahead, abs=1e-6)
    if len(course) < 5:
        assert (ours.low, ours.high) == (None, None)
    else:
        assert ours.low is not None
        assert ours.high is not None
        assert float(ours.low) == pytest.approx(y[-1] + min(slopes) * ahead, abs=1e-6)
        assert float(ours.high) == pytest.approx(y[-1] + max(slopes) * ahead, abs=1e-6)
        assert ours.low <= ours.value <= ours.high


def test_two_points_are_no_pace() -> None:
    course = [(START, Fraction(1)), (add_months(START, 1), Fraction(2))]
    assert project(course, indicator=SHARE, threshold=Fraction(60), due_on=date(2019, 9, 30)) is None


def test_only_the_last_six_values_count_and_shares_stop_at_100() -> None:
    course = [(add_months(START, month), Fraction(100 if month == 0 else 10 * month)) for month in range(8)]
    found = project(course, indicator=SHARE, threshold=Fraction(95), due_on=date(2019, 12, 31))
    assert found is not None
    assert (found.slope, found.value) == (Fraction(10), Fraction(100))
    assert (found.on, found.points) == (date(2019, 11, 30), 6)


@pytest.mark.parametrize(
    ("indicator", "value"), [(SHARE, Fraction(0)), (DIFFERENCE, Fraction(-24)), (DAYS, Fraction(0))]
)
def test_a_falling_course_goes_below_0_only_where_the_numerator_is_a_difference(
    indicator: Indicator, value: Fraction
) -> None:
    course = [(add_months(START, month), Fraction(24 - 6 * month)) for month in range(5)]
    found = project(course, indicator=indicator, threshold=Fraction(60), due_on=date(2019, 9, 30))
    assert found is not None
    assert (found.value, found.high) == (value, value)
    assert found.on is None


def test_a_difference_stops_at_100() -> None:
    course = [(add_months(START, month), Fraction(20 * month)) for month in range(5)]
    found = project(course, indicator=DIFFERENCE, threshold=Fraction(90), due_on=date(2019, 9, 30))
    assert found is not None
    assert found.value == 100


@pytest.mark.parametrize(("threshold", "on"), [("54", date(2019, 5, 31)), ("54.01", date(2019, 6, 30)), ("53", None)])
def test_the_projected_date_is_the_end_of_the_month_that_reaches_the_threshold(threshold: str, on: date | None) -> None:
    """From the newest value, 53 in April, at one a month; nothing is left to reach where that value is there."""
    course = [(add_months(START, month), Fraction(50 + month)) for month in range(4)]
    found = project(course, indicator=SHARE, threshold=Fraction(threshold), due_on=date(2019, 12, 31))
    assert found is not None
    assert found.on == on


def test_a_date_fifty_years_ahead_is_said_and_none_beyond_it() -> None:
    course = [(add_months(START, month), Fraction(month, 100)) for month in range(3)]
    near = project(course, indicator=SHARE, threshold=Fraction(602, 100), due_on=date(2019, 12, 31))
    far = project(course, indicator=SHARE, threshold=Fraction(6021, 1000), due_on=date(2019, 12, 31))
    assert near is not None
    assert far is not None
    assert (near.on, far.on) == (date(2069, 3, 31), None)


@given(points)
def test_the_present_pace_is_the_slope_of_the_projection(found: list[tuple[int, int]]) -> None:
    course = {f"{add_months(START, month):%Y-%m}": Fraction(value, 100) for month, value in sorted(found)}
    on = last_day(date.fromisoformat(f"{max(course)}-01")).isoformat()
    judged = verdict(a_target("<=", "-1", due_on="2022-12-31"), course, on=on, indicator=DAYS)
    assert judged.projection is not None
    assert judged.present_pace == judged.projection.slope
    newest = {month: course[month] for month in sorted(course)[-2:]}
    assert verdict(a_target(), newest, on=on).present_pace is None


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


@pytest.mark.parametrize(
    ("course", "slope"),
    [
        ({"2019-07": 50, "2019-08": 52, "2019-09": 55}, Fraction(5, 2)),
        ({"2019-08": 52, "2019-09": 55}, None),
        ({"2019-06": 48, "2019-07": 50, "2019-08": 52}, None),  # September has no value to run on from
        ({"2019-07": 70, "2019-08": 70, "2019-09": 70}, Fraction(0)),  # met, and it stands
    ],
)
def test_the_present_pace_runs_from_the_value_that_is_judged(course: dict[str, int], slope: Fraction | None) -> None:
    assert verdict(a_target(), course, on="2019-09-30").present_pace == slope


def test_huaiji_needs_more_a_month_than_it_makes_and_is_behind() -> None:
    """66.03 on 2019-08-31 at +2.86 a month, ≥70 due a month later: needs 3.97, is led to 68.89."""
    course = {"2019-06": "60.31", "2019-07": "63.17", "2019-08": "66.03"}
    found = verdict(a_target(threshold="70", baseline={"on": "2019-06-30", "value": "62"}), course, on="2019-08-31")
    assert (found.status, found.decided_by) == (Status.BEHIND, "below_line")
    assert (found.present_pace, found.required_pace) == (Fraction("2.86"), Fraction("3.97"))
    assert found.projection is not None
    assert (found.projection.value, found.projection.on) == (Fraction("68.89"), date(2019, 10, 31))


@pytest.mark.parametrize(
    ("pace", "status"),
    [("-0.20", Status.ON_TRACK), ("-0.15", Status.ON_TRACK), ("-0.14", Status.BEHIND), ("0.05", Status.BEHIND)],
)
def test_where_lower_is_better_a_pace_has_to_fall_as_fast_as_required(pace: str, status: Status) -> None:
    """Business start-up time 1.30, ≤1, two months left: required −0.15."""
    target = a_target("<=", "1", baseline={"on": "2019-03-31", "value": "1.1"})
    months = ("2019-05", "2019-06", "2019-07")
    course = {month: Fraction("1.30") - Fraction(pace) * back for back, month in zip((2, 1, 0), months, strict=True)}
    found = verdict(target, course, on="2019-07-31", indicator=DAYS)
    assert (found.required_pace, found.present_pace) == (Fraction("-0.15"), Fraction(pace))
    assert found.status is status


def test_a_pace_that_arrives_in_time_is_on_track_below_the_line() -> None:
    course = {"2019-01": 50, "2019-04": 49, "2019-05": 50, "2019-06": "50.5"}
    found = verdict(a_target(due_on="2019-12-31"), course, on="2019-06-30")
    assert (found.status, found.decided_by) == (Status.BEHIND, "below_line")
    steep = {"2019-01": 50, "2019-03": 30, "2019-04": 36, "2019-05": 43, "2019-06": 50}
    found = verdict(a_target(due_on="2019-12-31"), steep, on="2019-06-30")
    assert (found.status, found.decided_by) == (Status.ON_TRACK, "pace")


def test_all_of_a_share_is_in_reach_where_the_pace_leads_beyond_it() -> None:
    target = a_target("==", "100", baseline={"on": "2018-12-31", "value": "99"})
    rising = {"2019-06": 80, "2019-07": 88, "2019-08": 96}
    found = verdict(target, rising, on="2019-08-31")
    assert (found.status, found.decided_by) == (Status.ON_TRACK, "pace")
    assert found.projection is not None
    assert (found.projection.value, found.projection.on) == (Fraction(100), date(2019, 9, 30))


def test_months_left_are_counted_in_fractions_where_the_due_date_ends_no_month() -> None:
    target = a_target(due_on="2019-10-10", verification_window=None)
    found = verdict(target, {"2019-09": 59}, on="2019-09-30")
    assert found.required_pace == Fraction(31, 10)
    assert verdict(target, {"2019-09": 59}, on="2019-10-09").required_pace == Fraction(31, 10)
    assert verdict(target, {"2019-09": 59}, on="2019-10-10").required_pace is None


def test_carried_months_are_no_points_of_the_pace() -> None:
    """A rolled-up unit's months count where at least half of those expected reported."""
    values = [(add_months(date(2019, 3, 1), place), Fraction(40 + 5 * place)) for place in range(6)]
    reported = [6, 5, 6, 6, 0, 3]
    rates = [
        Rate("city", period, "rate", value, Fraction(100), value, State.SUBMITTED, count, 11 - count, 11)
        for (period, value), count in zip(values, reported, strict=True)
    ]
    assert [period.month for period, _ in points_of(rates)] == [3, 5, 6]
    half = [replace(rate, units_reported=5, units_expected=10) for rate in rates]
    assert points_of(half) == values
    one_of_two = [replace(rate, units_reported=1, units_expected=2) for rate in rates]
    assert points_of(one_of_two) == values
    nobody = [replace(rate, units_reported=0, units_expected=0) for rate in rates]
    assert points_of(nobody) == []


@pytest.mark.parametrize(
    ("due_on", "on", "left"),
    [
        ("2019-10-31", "2019-09-30", 1),
        ("2019-10-31", "2019-10-30", 1),
        ("2019-10-31", "2019-10-31", None),
        ("2019-09-30", "2019-09-15", None),  # has come by the end of September, on whichever day that is judged
        ("2019-10-01", "2019-09-30", Fraction(1, 31)),
        (None, "2019-09-30", None),
    ],
)
def test_months_are_left_until_the_due_date_has_come(due_on: str | None, on: str, left: object) -> None:
    day = None if due_on is None else date.fromisoformat(due_on)
    assert months_left(day, period=date(2019, 9, 1), on=date.fromisoformat(on)) == left


@pytest.mark.parametrize(("indicator", "threshold"), [(SHARE, 60), (DAYS, 40)])
def test_a_course_that_stands_reaches_nothing(indicator: Indicator, threshold: int) -> None:
    course = [(add_months(START, month), Fraction(50)) for month in range(5)]
    found = project(course, indicator=indicator, threshold=Fraction(threshold), due_on=date(2019, 9, 30))
    assert found is not None
    assert found == Projection(Fraction(50), Fraction(50), Fraction(50), None, Fraction(0), 5)
