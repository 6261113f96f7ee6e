"""Verdicts: every worked example of the domain, and what must hold for all values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import add_months, last_day, newest_ended_period
from metrics.plan.model import Indicator, Target
from metrics.progress import height_at, trajectory_of
from metrics.results import Light, Progress, Rate, Status, Timing
from metrics.submission_states import State
from tests.metrics.test_rates import NAME, an_indicator
from tests.metrics.verdicts.columns import in_columns
from tests.verdict_oracle import Evidence, judge, satisfies

SHARE = an_indicator()
DAYS = an_indicator(code="days", scale=1, share=False, direction="lower")


def a_target(comparator: str = ">=", threshold: str = "60", **changes: object) -> Target:
    base: dict[str, object] = {
        "code": "T",
        "name": NAME,
        "kind": "ratio",
        "indicator": "rate",
        "comparator": comparator,
        "threshold": threshold,
        "due_on": "2019-09-30",
        "verification_window": {"start": "2019-10-01", "end": "2019-12-31"},
        "citations": (),
        "order": 1,
    }
    return Target.model_validate(base | changes)


def verdict(
    target: Target,
    course: Mapping[str, object],
    *,
    on: str,
    indicator: Indicator = SHARE,
    unit: str = "c",
) -> Progress:
    """Judge a course {"2019-09": value} on the day `on`; a month without a value is not reported.

    In whole columns the verdict is the same, but for the shortfall, which counts in the steps of another form.
    """
    day = date.fromisoformat(on)
    values = {date.fromisoformat(f"{month}-01"): Fraction(str(value)) for month, value in course.items()}
    period = newest_ended_period(day)
    value = values.get(period)
    state = State.NOT_REPORTED if value is None else State.SUBMITTED
    denominator = None if value is None else Fraction(indicator.scale)
    rate = Rate(unit, period, indicator.code, value, denominator, value, state, int(value is not None), 0, 1)
    known = [(p, v) for p, v in sorted(values.items()) if p <= period]
    found = judged_by(target, indicator, Evidence(rate=rate, course=known, points=known), on=day, unit=unit)
    scale = Fraction(indicator.scale)
    rates = [Rate(unit, p, indicator.code, v, scale, v, State.SUBMITTED, 1, 0, 1) for p, v in known if p != period]
    columns = in_columns(target, indicator, [*rates, rate], on=day)
    assert replace(columns, shortfall=found.shortfall) == found
    return found


def judged_by(
    target: Target, indicator: Indicator, evidence: Evidence, *, on: date, unit: str = "c", step: Fraction = Fraction(1)
) -> Progress:
    return judge(target, indicator, step=step, unit_code=unit, evidence=evidence, on=on)


@pytest.mark.parametrize(
    ("course", "on", "status", "timing"),
    [
        ({"2019-09": 55, "2019-11": 61}, "2019-11-30", Status.MET, Timing.IN_WINDOW),
        ({"2019-09": 55, "2019-10": 57}, "2019-10-31", Status.RECTIFYING, None),
        ({"2019-09": 55, "2019-10": 57, "2020-01": 59}, "2020-01-31", Status.OVERDUE, None),
        ({"2019-09": 60}, "2019-09-30", Status.MET, Timing.ON_TIME),
        ({"2019-08": 61, "2019-09": 59, "2019-10": 62}, "2019-10-31", Status.MET, Timing.IN_WINDOW),
        ({"2019-08": 61, "2019-10": 62}, "2019-10-31", Status.MET, Timing.IN_WINDOW),
        ({"2019-08": 61}, "2019-08-31", Status.MET, Timing.ON_TIME),
        ({"2019-09": 60, "2019-10": 59, "2020-02": 60}, "2020-02-29", Status.MET, Timing.ON_TIME),
        ({"2019-09": 59, "2019-12": 60, "2020-01": 59, "2020-02": 60}, "2020-02-29", Status.MET, Timing.IN_WINDOW),
        ({"2019-09": 55, "2020-01": 61}, "2020-01-31", Status.MET, Timing.LATE),
        ({"2019-09": 55}, "2019-10-31", Status.NO_DATA, None),
    ],
)
def test_material_reduction_around_its_two_dates(
    course: Mapping[str, object], on: str, status: Status, timing: Timing | None
) -> None:
    found = verdict(a_target(), course, on=on)
    assert (found.status, found.timing) == (status, timing)


def test_what_was_met_in_may_and_not_on_the_due_date_is_met_late() -> None:
    target = a_target(threshold="70", verification_window=None)
    found = verdict(target, {"2019-05": "70.1", "2019-09": 65, "2020-02": 71}, on="2020-02-29")
    assert (found.status, found.timing) == (Status.MET, Timing.LATE)


def test_a_due_date_within_a_month_is_timed_by_the_month_that_ended_before_it() -> None:
    target = a_target(due_on="2019-10-15", verification_window=None)
    assert verdict(target, {"2019-09": 60, "2019-10": 61}, on="2019-10-31").timing is Timing.ON_TIME
    assert verdict(target, {"2019-09": 59, "2019-10": 61}, on="2019-10-31").timing is Timing.LATE


def test_all_trips_in_july_are_met_late() -> None:
    target = a_target("==", "100", due_on="2020-06-30", verification_window=None)
    assert verdict(target, {"2020-06": 98, "2020-07": 100}, on="2020-07-31").timing is Timing.LATE


@pytest.mark.parametrize(
    ("numerator", "denominator", "met"), [(6999, 10000, False), (69996, 100000, False), (70, 100, True)]
)
def test_a_threshold_is_met_exactly_or_not_at_all(numerator: int, denominator: int, met: bool) -> None:
    assert satisfies(Fraction(100 * numerator, denominator), a_target(threshold="70")) is met


def test_all_but_four_in_a_hundred_thousand_is_not_all() -> None:
    assert not satisfies(Fraction(99996, 1000), a_target("==", "100"))
    assert [satisfies(Fraction(days), a_target("<=", "1")) for days in ("1", "1.01", "2")] == [True, False, False]


def test_business_start_up_above_one_day_is_not_met() -> None:
    target = a_target("<=", "1", verification_window=None)
    found = verdict(target, {"2019-10": "1.05"}, on="2019-10-31", indicator=DAYS)
    assert (found.status, found.gap, found.light) == (Status.OVERDUE, Fraction(-5, 100), Light.RED)


def test_the_straight_line_is_not_compound_growth() -> None:
    """Base 0, target 70 in five years: at year 3 the line is at 42 and 35 is behind."""
    target = a_target(
        threshold="70", due_on="2023-12-31", verification_window=None, baseline={"on": "2018-12-31", "value": "0"}
    )
    behind = verdict(target, {"2021-12": 35}, on="2021-12-31")
    level = verdict(target, {"2021-12": 42}, on="2021-12-31")
    assert (behind.status, behind.line, behind.light) == (Status.BEHIND, Fraction(42), Light.AMBER)
    assert (level.status, level.decided_by) == (Status.ON_TRACK, "line")
    assert behind.required_pace == Fraction(35, 24)


AGREED = ({"on": "2019-03-31", "value": "20"}, {"on": "2019-06-30", "value": "50"})


@pytest.mark.parametrize(
    ("course", "on", "line", "status"),
    [
        ({"2019-01": 10, "2019-02": 14}, "2019-02-28", 15, Status.BEHIND),  # from the first value to the first waypoint
        ({"2019-01": 10, "2019-02": 15}, "2019-02-28", 15, Status.ON_TRACK),
        ({"2019-01": 10, "2019-04": 29}, "2019-04-30", 30, Status.BEHIND),  # between the waypoints
        ({"2019-01": 10, "2019-06": 50}, "2019-06-30", 50, Status.ON_TRACK),
        ({"2019-01": 10, "2019-07": 53}, "2019-07-31", Fraction(160, 3), Status.BEHIND),  # from the last to the target
        ({"2019-05": 39}, "2019-05-31", 40, Status.BEHIND),  # a unit that begins later joins what was agreed
        ({"2019-02": 5}, "2019-02-28", 5, Status.ON_TRACK),
    ],
)
def test_an_agreed_trajectory_takes_the_place_of_the_straight_line(
    course: Mapping[str, object], on: str, line: object, status: Status
) -> None:
    found = verdict(a_target(trajectory=AGREED), course, on=on)
    assert (found.line, found.status) == (line, status)


def test_a_trajectory_starts_at_the_targets_own_baseline_and_is_level_outside() -> None:
    target = a_target(trajectory=AGREED, baseline={"on": "2018-12-31", "value": "5"})
    found = verdict(target, {"2019-02": 15}, on="2019-02-28")
    assert (found.line, found.decided_by) == (Fraction(15), "line")
    corners = trajectory_of(target, [(date(2019, 2, 1), Fraction(15))])
    assert [(day.isoformat(), height) for day, height in corners] == [
        ("2018-12-31", Fraction(5)),
        ("2019-03-31", Fraction(20)),
        ("2019-06-30", Fraction(50)),
        ("2019-09-30", Fraction(60)),
    ]
    days = (date(2018, 12, 30), date(2018, 12, 31), date(2019, 3, 31), date(2019, 9, 30), date(2019, 10, 1))
    assert [height_at(corners, on=day) for day in days] == [5, 5, 20, 60, 60]


def test_a_pace_that_arrives_is_on_track_below_an_agreed_trajectory_too() -> None:
    course = {"2019-04": 30, "2019-05": 36, "2019-06": 43}
    assert verdict(a_target(trajectory=AGREED), course, on="2019-06-30").decided_by == "pace"


def test_a_single_value_before_the_due_date_is_on_track() -> None:
    assert verdict(a_target(), {"2019-03": 1}, on="2019-03-31").status is Status.ON_TRACK


def test_on_the_due_date_only_the_threshold_counts() -> None:
    rising = {"2019-07": 40, "2019-08": 50, "2019-09": 59}
    assert verdict(a_target(), rising, on="2019-09-30").status is Status.BEHIND
    assert verdict(a_target(), {"2019-09": 59}, on="2019-09-30").status is Status.BEHIND


def test_what_was_met_and_is_not_is_regressed() -> None:
    found = verdict(a_target(), {"2019-08": 61, "2019-09": 59}, on="2019-09-30")
    assert found.regressed
    assert not verdict(a_target(), {"2019-08": 61, "2019-09": 62}, on="2019-09-30").regressed


@pytest.mark.parametrize(
    ("course", "regressed"),
    [((50, 61, 59), True), ((61, 50, 59), True), ((50, 59, 61, 59), True), ((50, 59), False), ((61, 59, 61), False)],
)
def test_whichever_month_it_was_met_in_it_has_regressed(course: tuple[int, ...], regressed: bool) -> None:
    months = {f"2019-{10 - len(course) + place:02d}": value for place, value in enumerate(course)}
    assert verdict(a_target(), months, on="2019-09-30").regressed is regressed


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2019-10-01", Status.RECTIFYING),
        ("2019-12-31", Status.RECTIFYING),
        ("2020-01-01", Status.OVERDUE),
    ],
)
def test_the_window_is_open_from_the_day_after_the_due_date_to_its_own_last_day(on: str, status: Status) -> None:
    course = {"2019-08": 60, "2019-09": 55, "2019-10": 56, "2019-11": 57, "2019-12": 58}
    assert verdict(a_target(), course, on=on).status is status


def test_a_first_value_on_the_day_of_a_waypoint_is_held_against_it() -> None:
    for value, status in ((20, Status.ON_TRACK), (19, Status.BEHIND)):
        found = verdict(a_target(trajectory=AGREED), {"2019-03": value}, on="2019-03-31")
        assert (found.line, found.status) == (Fraction(20), status)


def test_where_lower_is_better_one_above_the_line_is_below_it() -> None:
    target = a_target("<=", "0", due_on=None, verification_window=None)
    for value, rule in ((1, "undated_line"), (2, "undated_below_line")):
        found = verdict(target, {"2019-01": 1, "2019-02": value}, on="2019-02-28", indicator=DAYS)
        assert (found.line, found.decided_by) == (Fraction(1), rule)


def test_a_watched_denominator_is_told_of_what_is_judged_alone() -> None:
    period, half = date(2019, 9, 1), Fraction(50)
    rate = Rate("c", period, "rate", half, Fraction(100), half, State.SUBMITTED, 1, 0, 1)
    evidence = Evidence(rate=rate, course=[(period, half)], points=[], denominator_watch=True)
    assert judged_by(a_target(), SHARE, evidence, on=last_day(period)).denominator_watch
    assert not judged_by(a_target(scope_units=("d",)), SHARE, evidence, on=last_day(period)).denominator_watch


def test_of_a_unit_of_which_no_period_is_known_there_is_no_figure() -> None:
    found = judged_by(a_target(), SHARE, Evidence(rate=None, course=[], points=[]), on=date(2019, 9, 30))
    assert (found.status, found.decided_by) == (Status.NO_DATA, "not_reported")
    figures = (found.value, found.gap, found.line, found.required_pace, found.projection, found.shortfall)
    assert {*figures, found.period, found.rate} == {None}
    assert not found.regressed


def test_nothing_of_nothing_is_not_applicable_and_has_no_figures() -> None:
    period = date(2019, 9, 1)
    rate = Rate("c", period, "rate", Fraction(0), Fraction(0), None, State.SUBMITTED, 1, 0, 1)
    found = judged_by(a_target(), SHARE, Evidence(rate=rate, course=[], points=[]), on=last_day(period))
    assert (found.status, found.light, found.gap, found.projection) == (Status.NOT_APPLICABLE, Light.GREY, None, None)
    assert (found.required_pace, found.present_pace, found.shortfall) == (None, None, None)


def test_a_unit_outside_the_scope_is_not_applicable() -> None:
    target = a_target(scope_units=("other",))
    found = verdict(target, {"2019-09": 61}, on="2019-09-30")
    assert (found.status, found.decided_by) == (Status.NOT_APPLICABLE, "out_of_scope")


def test_an_undated_target_is_never_overdue() -> None:
    target = a_target(due_on=None, verification_window=None)
    assert verdict(target, {"2019-01": 50, "2025-01": 49}, on="2025-01-31").status is Status.BEHIND
    kept = verdict(target, {"2019-01": 50, "2025-01": 50}, on="2025-01-31")
    assert (kept.status, kept.decided_by, kept.required_pace) == (Status.ON_TRACK, "undated_line", None)


_ORDER = [Status.OVERDUE, Status.RECTIFYING, Status.BEHIND, Status.ON_TRACK, Status.MET]
shares = st.integers(0, 5000).map(lambda fiftieths: Fraction(fiftieths, 50))  # 0 to 100, quickly drawn
courses = st.lists(shares, min_size=1, max_size=8)


@given(courses, shares, st.integers(-8, 8))
def test_a_better_newest_value_never_gets_a_worse_status(values: list[Fraction], raised: Fraction, due_in: int) -> None:
    """Only the newest value is raised; where it is also the baseline, the line moves with it by definition."""
    start = date(2019, 1, 1)
    last = add_months(start, len(values) - 1)
    baseline = {"on": date(2018, 12, 31), "value": Decimal(20)}
    target = a_target(due_on=last_day(add_months(last, due_in)), verification_window=None, baseline=baseline)
    better = [*values[:-1], max(values[-1], raised)]

    def status(found: list[Fraction]) -> Status:
        rate = Rate("c", last, "rate", found[-1], Fraction(100), found[-1], State.SUBMITTED, 1, 0, 1)
        course = [(add_months(start, place), value) for place, value in enumerate(found)]
        return judged_by(target, SHARE, Evidence(rate=rate, course=course, points=course), on=last_day(last)).status

    assert _ORDER.index(status(better)) >= _ORDER.index(status(values))
