"""What a verdict needs of targets, column by column, computed by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from metrics.periods import JudgedMonth, month_number
from metrics.plan.model import Target
from metrics.verdicts.ratios import Ratios
from metrics.verdicts.target_table import TargetTable
from tests.metrics.test_progress import AGREED, a_target
from tests.metrics.verdicts.columns import CITY

ONLINE, DAYS = ([one.code for one in CITY.indicators].index(code) for code in ("online_rate", "startup_time"))
AUGUST = JudgedMonth.of(date(2019, 8, 1))


def table(*targets: Target, month: JudgedMonth = AUGUST) -> TargetTable:
    return TargetTable(CITY, month, targets)


def share(**changes: object) -> Target:
    return a_target(**{"indicator": "online_rate"} | changes)  # type: ignore[arg-type]


def days(threshold: str = "1", **changes: object) -> Target:
    return a_target("<=", threshold, **{"indicator": "startup_time"} | changes)


UNDATED = share(due_on=None, verification_window=None)
BASED = days(baseline={"on": "2019-04-15", "value": "1.5"}, verification_window=None)


def test_the_indicator_gives_its_place_its_direction_and_its_steps() -> None:
    found = table(share(), days(), share(code="U"))
    assert len(found) == 3
    assert [one.code for one in found.indicators] == ["online_rate", "startup_time", "online_rate"]
    assert (found.indicator.tolist(), found.better.tolist()) == ([ONLINE, DAYS, ONLINE], [1, -1, 1])
    assert [column.tolist() for column in found.steps] == [[1, 10, 1], [1, 1, 1]]


def test_a_step_is_counted_in_the_columns_own_whole_numbers() -> None:
    """Of days ÷ start-ups only the days have a decimal; where the denominator has it the step is ten."""
    whole_days = dict(CITY.numerator_steps) | {"startup_time": Fraction(1)}
    plan = CITY.model_copy()
    plan.__dict__ |= {"numerator_steps": whole_days}
    assert [column.tolist() for column in TargetTable(plan, AUGUST, (days(),)).steps] == [[10], [10]]


def test_thresholds_and_ways() -> None:
    found = table(share(threshold="66.7"), days("1.05"), a_target("==", "100", indicator="online_rate"))
    assert found.threshold.fractions() == found.thresholds == [Fraction(667, 10), Fraction(21, 20), Fraction(100)]
    assert found.way.tolist() == [1, -1, 0]


@pytest.mark.parametrize(
    ("values", "met"),
    [
        (("66.6", "1.04", "99.9"), [False, True, False]),
        (("66.7", "1.05", "100"), [True, True, True]),
        (("66.8", "1.06", "100.1"), [True, False, False]),
    ],
)
def test_a_value_meets_its_target_exactly(values: tuple[str, ...], met: list[bool]) -> None:
    found = table(share(threshold="66.7"), days("1.05"), a_target("==", "100", indicator="online_rate"))
    given = Ratios.from_fractions([Fraction(value) for value in reversed(values)])
    answer = found.is_met(np.array([2, 1, 0]), given)
    assert answer.tolist() == met[::-1]
    assert answer.dtype == np.bool_


def test_one_more_than_at_most_one_is_too_much() -> None:
    values = Ratios.from_fractions([Fraction(0), Fraction(1), Fraction(2)])
    assert table(days("1")).is_met(np.zeros(3, dtype=np.int64), values).tolist() == [True, True, False]


def test_a_targets_own_baseline() -> None:
    found = table(share(), BASED)
    assert found.has_baseline.tolist() == [False, True]
    assert found.baseline.fractions() == [0, Fraction(3, 2)]
    position = month_number(date(2019, 4, 1)) + Fraction(1, 2)
    assert found.baseline_position.fractions() == [0, position]


@pytest.mark.parametrize(
    ("month", "agreed", "height"),
    [
        (date(2019, 2, 1), False, 0),
        (date(2019, 3, 1), True, 20),  # ends on the day of the first waypoint
        (date(2019, 4, 1), True, 30),
        (date(2019, 9, 1), True, 60),
        (date(2019, 11, 1), True, 60),
    ],
)
def test_an_agreed_trajectory_from_its_first_waypoint_on(month: date, agreed: bool, height: int) -> None:
    found = table(share(trajectory=AGREED), share(), month=JudgedMonth.of(month))
    assert found.agreed.tolist() == [agreed, False]
    assert found.agreed_height.fractions() == [height, 0]


def test_the_line_leads_to_the_first_waypoint_or_the_threshold() -> None:
    found = table(share(trajectory=AGREED), share(), UNDATED)
    assert found.aim.fractions() == [20, 60, 60]
    march, september = (month_number(date(2019, month, 1)) + 1 for month in (3, 9))
    assert found.aim_position.fractions() == [march, september, 0]
    assert found.dated.tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("on", "falls", "past", "window", "left"),
    [
        ("2019-08-31", False, False, True, 1),
        ("2019-09-29", False, False, True, 1),  # August is judged
        ("2019-09-30", True, False, True, 0),
        ("2019-10-01", True, True, True, 0),
        ("2019-12-31", False, True, True, 0),
        ("2020-01-01", False, True, False, 0),
    ],
)
def test_around_the_due_date_and_the_window(on: str, falls: bool, past: bool, window: bool, left: int) -> None:
    found = table(share(), UNDATED, month=JudgedMonth.of_day(date.fromisoformat(on)))
    assert (found.falls_due.tolist(), found.past.tolist()) == ([falls, False], [past, False])
    assert found.in_window.tolist() == [window, False]
    assert found.left.fractions() == [left, 0]


def test_months_left_may_be_a_fraction() -> None:
    found = table(share(due_on="2019-10-10", verification_window=None))
    assert found.left.fractions() == [1 + Fraction(10, 31)]


def test_the_months_by_which_a_target_is_timed() -> None:
    odd = share(due_on="2019-10-15", verification_window={"start": "2019-10-16", "end": "2020-01-30"})
    found = table(share(), odd, share(verification_window=None), UNDATED).timing_months.tolist()
    at = {month: month_number(date(2019, month, 1)) for month in (9, 10, 12)}
    assert found[:2] == [[at[9], at[10], at[12]], [at[9], at[10], at[12]]]
    assert found[2] == [at[9], at[10], at[9]]
    assert found[3][2] < found[3][1]
    assert table().timing_months.shape == (0, 3)


def test_a_target_without_a_date_has_no_month_to_be_timed_by() -> None:
    assert table(UNDATED).timing_months.tolist() == [[0, 0, -1]]


def test_a_scope_takes_in_its_own_units_and_no_others() -> None:
    codes = [unit.code for unit in CITY.units]
    some = share(scope_units=(codes[2], "gone", codes[4]))
    found = table(share(), some)
    units = np.arange(6)
    assert found.applies(np.full(6, 1), units).tolist() == [False, False, True, False, True, False]
    assert found.applies(np.zeros(6, dtype=np.int64), units).tolist() == [True] * 6
    both = table(some, share(scope_units=(codes[0],)))
    assert both.applies(np.array([0, 1, 0, 1]), np.array([2, 2, 0, 0])).tolist() == [True, False, False, True]


def test_a_baseline_of_decimals_is_exact() -> None:
    found = table(days(baseline={"on": date(2019, 3, 31), "value": Decimal("0.1")}, verification_window=None))
    assert found.baseline.fractions() == [Fraction(1, 10)]
