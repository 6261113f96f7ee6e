"""A rate that got better only because its denominator shrank, in whole columns and computed by hand."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.periods import JudgedMonth
from tests.metrics.verdicts.columns import Judgement, a_plan, a_rate
from tests.metrics.verdicts.test_verdict_table import PLAN, SEPTEMBER, UNITS, Counts, an_aim, months, table


@pytest.mark.parametrize(
    ("before", "now", "watched"),
    [
        ((80, 100), (80, 90), True),
        ((80, 100), (75, 80), True),
        ((80, 100), (81, 90), False),
        ((80, 100), (80, 100), False),
        ((80, 100), (72, 90), False),
        ((80, 100), (70, 90), False),
        ((80, 0), (80, 90), False),
        ((80, 100), (80, 0), False),
        ((60, 90), (60, 89), True),
        ((99, 100), (99, 99), True),
    ],
)
def test_a_rise_by_the_denominator_alone_is_watched(before: Counts, now: Counts, watched: bool) -> None:
    found = table(months(UNITS[0], before, now)).denominator_watch
    assert found.tolist() == [False, watched, False, False]


def test_only_a_rise_from_the_month_before_where_higher_is_better_and_that_is_judged_is_watched() -> None:
    shrunk = ((80, 100), (80, 90))
    assert not table(months(UNITS[0], *shrunk[:1], None, *shrunk[1:])).denominator_watch.any()
    faster = an_aim("1", comparator="<=", indicator="startup_time")
    assert not table(months(UNITS[0], *shrunk, indicator="startup_time"), targets=(faster,)).denominator_watch.any()
    elsewhere = an_aim(scope_units=(UNITS[1],))
    found = table(*(months(unit, *shrunk) for unit in UNITS), targets=(elsewhere,)).denominator_watch
    assert found.tolist() == [False, False, True, False]


def test_the_least_rise_of_a_measure_that_is_no_per_cent_is_watched() -> None:
    """From 1/2 to 1/1."""
    indicators = tuple(one.model_copy(update={"scale": 1}) for one in PLAN.indicators)
    plan = a_plan(units=PLAN.units, indicators=indicators)
    rates = [
        a_rate(plan, UNITS[0], "online_rate", period, 1, below, 1, 0, 1)
        for period, below in ((date(2019, 8, 1), 2), (SEPTEMBER, 1))
    ]
    known = {(UNITS[0], "online_rate"): rates}
    found = Judgement(plan, (an_aim(),), JudgedMonth.of(SEPTEMBER), known).in_columns()
    assert found.denominator_watch.tolist() == [False, True, False, False]
