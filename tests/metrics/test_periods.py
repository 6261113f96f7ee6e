"""The month that is judged and the day on which: one value, whichever of the two was asked for."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.periods import JudgedMonth

SEPTEMBER = date(2019, 9, 1)


def test_a_month_is_judged_on_its_last_day() -> None:
    assert JudgedMonth.of(SEPTEMBER) == JudgedMonth(period=SEPTEMBER, on=date(2019, 9, 30))


@pytest.mark.parametrize("day", [date(2019, 9, 30), date(2019, 10, 1), date(2019, 10, 30)])
def test_a_day_judges_the_month_that_ended_by_it_and_stays_the_day(day: date) -> None:
    assert JudgedMonth.of_day(day) == JudgedMonth(period=SEPTEMBER, on=day)
