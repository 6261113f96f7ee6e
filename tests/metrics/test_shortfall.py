"""By how much a numerator misses its threshold: the fewest steps in which it can change, and not one less."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import last_day
from metrics.plan.model import Plan, Target
from metrics.results import Rate
from metrics.submission_states import State
from tests.metrics.test_progress import a_target, judged_by
from tests.verdict_oracle import Evidence
from tests.workbooks import city_plan


def missing(plan: Plan, indicator: str, target: Target, above: object, below: object) -> Fraction | None:
    """The shortfall of one month's counts against `target`."""
    found = plan.indicator_by_code[indicator]
    numerator, denominator = Fraction(str(above)), Fraction(str(below))
    value = found.scale * numerator / denominator if denominator else None
    period = date(2019, 9, 1)
    rate = Rate("c", period, indicator, numerator, denominator, value, State.SUBMITTED, 1, 0, 1)
    course = [] if value is None else [(period, value)]
    evidence = Evidence(rate=rate, course=course, points=course)
    return judged_by(target, found, evidence, on=last_day(period), step=plan.numerator_steps[indicator]).shortfall


@pytest.mark.parametrize(
    ("indicator", "comparator", "threshold", "above", "below", "short"),
    [
        ("one_trip_rate", "==", "100", 1020, 1069, 49),
        ("online_rate", ">=", "70", 699, 1000, 1),
        ("online_rate", ">=", "70", 698, 999, 2),  # 699.3 items are 700
        ("online_rate", ">=", "70", 700, 1000, None),
        ("online_rate", ">=", "70", 0, 0, None),
        ("material_reduction", ">=", "60", 401, 1001, 200),  # documents, of a difference
        ("material_reduction", ">=", "60", -100, 1000, 700),
        ("startup_time", "<=", "1", "42.0", 40, 2),
        ("startup_time", "<=", "1", "40.05", 40, "0.1"),  # tenths of a day
        ("startup_time", "<=", "1.01", "40.5", 40, "0.1"),
    ],
)
def test_the_shortfall_is_the_least_that_meets_the_target(
    indicator: str, comparator: str, threshold: str, above: object, below: object, short: object
) -> None:
    target = a_target(comparator, threshold, indicator=indicator)
    expected = None if short is None else Fraction(str(short))
    assert missing(city_plan(), indicator, target, above, below) == expected


@given(st.integers(0, 3000), st.integers(1, 3000), st.integers(1, 100))
def test_one_step_less_than_the_shortfall_does_not_meet_it(above: int, below: int, threshold: int) -> None:
    target = a_target(threshold=str(threshold), indicator="online_rate")
    short = missing(city_plan(), "online_rate", target, above, below)
    if short is not None:
        assert missing(city_plan(), "online_rate", target, above + short, below) is None
        assert missing(city_plan(), "online_rate", target, above + short - 1, below) == 1
    else:
        assert 100 * above >= threshold * below
