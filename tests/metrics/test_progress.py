"""Verdicts: every worked example of the domain, and what must hold for all values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import add_months, last_day, newest_ended_period
from metrics.plan.model import Indicator, Target
from metrics.progress import Evidence, judge, satisfies
from metrics.results import Light, Progress, Rate, State, Status, Timing
from tests.metrics.test_rates import NAME, an_indicator

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
    target: Target, course: Mapping[str, object], *, on: str, indicator: Indicator = SHARE, unit: str = "c"
) -> Progress:
    """Judge a course {"2019-09": value} on the day `on`; a month without a value is not reported."""
    day = date.fromisoformat(on)
    values = {date.fromisoformat(f"{month}-01"): Fraction(str(value)) for month, value in course.items()}
    period = newest_ended_period(day)
    value = values.get(period)
    state = State.NOT_REPORTED if value is None else State.SUBMITTED
    denominator = None if value is None else Fraction(indicator.scale)
    rate = Rate(unit, period, indicator.code, value, denominator, value, state, int(value is not None), 0, 1)
    known = [(p, v) for p, v in sorted(values.items()) if p <= period]
    return judge(target, indicator, unit_code=unit, evidence=Evidence(rate=rate, course=known), on=day)


@pytest.mark.parametrize(
    ("course", "on", "status", "timing"),
    [
        ({"2019-09": 55, "2019-11": 61}, "2019-11-30", Status.MET, Timing.IN_WINDOW),
        ({"2019-09": 55, "2019-10": 57}, "2019-10-31", Status.RECTIFYING, None),
        ({"2019-09": 55, "2019-10": 57, "2020-01": 59}, "2020-01-31", Status.OVERDUE, None),
        ({"2019-09": 60}, "2019-09-30", Status.MET, Timing.ON_TIME),
        ({"2019-08": 61, "2019-09": 59, "2019-10": 62}, "2019-10-31", Status.MET, Timing.ON_TIME),
        ({"2019-09": 55, "2020-01": 61}, "2020-01-31", Status.MET, Timing.LATE),
        ({"2019-09": 55}, "2019-10-31", Status.NO_DATA, None),
    ],
)
def test_material_reduction_around_its_two_dates(
    course: Mapping[str, object], on: str, status: Status, timing: Timing | None
) -> None:
    found = verdict(a_target(), course, on=on)
    assert (found.status, found.timing) == (status, timing)


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


def test_a_single_value_before_the_due_date_is_on_track() -> None:
    assert verdict(a_target(), {"2019-03": 1}, on="2019-03-31").status is Status.ON_TRACK


def test_on_the_due_date_only_the_threshold_counts() -> None:
    rising = {"2019-07": 40, "2019-08": 50, "2019-09": 59}
    assert verdict(a_target(), rising, on="2019-09-30").status is Status.BEHIND
    assert verdict(a_target(), {"2019-09": 59}, on="2019-09-30").status is Status.BEHIND


def test_a_projection_that_arrives_in_time_is_on_track() -> None:
    course = {"2019-01": 50, "2019-04": 49, "2019-05": 50, "2019-06": "50.5"}
    found = verdict(a_target(due_on="2019-12-31"), course, on="2019-06-30")
    assert (found.status, found.decided_by) == (Status.BEHIND, "below_line")
    steep = {"2019-01": 50, "2019-03": 30, "2019-04": 36, "2019-05": 43, "2019-06": 50}
    found = verdict(a_target(due_on="2019-12-31"), steep, on="2019-06-30")
    assert (found.status, found.decided_by) == (Status.ON_TRACK, "projection")


def test_what_was_met_and_is_not_is_regressed() -> None:
    found = verdict(a_target(), {"2019-08": 61, "2019-09": 59}, on="2019-09-30")
    assert found.regressed
    assert not verdict(a_target(), {"2019-08": 61, "2019-09": 62}, on="2019-09-30").regressed


def test_nothing_of_nothing_is_not_applicable_and_has_no_figures() -> None:
    period = date(2019, 9, 1)
    rate = Rate("c", period, "rate", Fraction(0), Fraction(0), None, State.SUBMITTED, 1, 0, 1)
    found = judge(a_target(), SHARE, unit_code="c", evidence=Evidence(rate=rate, course=[]), on=last_day(period))
    assert (found.status, found.light, found.gap, found.projection) == (Status.NOT_APPLICABLE, Light.GREY, None, None)


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
courses = st.lists(st.fractions(min_value=0, max_value=100, max_denominator=50), min_size=1, max_size=8)


@given(courses, st.fractions(min_value=0, max_value=100, max_denominator=50), st.integers(-8, 8))
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
        return judge(
            target, SHARE, unit_code="c", evidence=Evidence(rate=rate, course=course), on=last_day(last)
        ).status

    assert _ORDER.index(status(better)) >= _ORDER.index(status(values))
