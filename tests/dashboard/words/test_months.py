"""The words under time axes: side by side on a telephone, however long the course."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from dashboard.charts.course import MOST_MARKS, months_along
from dashboard.locale import LANGUAGES, speaking
from dashboard.words.months import month_marks
from metrics.periods import add_months, last_day


def marks(first: date, months: int, language: str) -> list[list[str]]:
    with speaking(language):
        found = month_marks(months_along(first, last_day(add_months(first, months - 1))))
    return [text.split("<br>") for _day, text in found]


def test_the_year_stands_once_under_its_first_month() -> None:
    assert marks(date(2018, 12, 1), 8, "zh") == [["12月"], ["3月", "2019年"], ["6月"]]
    assert marks(date(2019, 1, 1), 15, "en") == [["Mar", "2019"], ["Jun"], ["Sep"], ["Dec"], ["Mar", "2020"]]
    assert marks(date(2015, 1, 1), 72, "zh") == [[f"{year}年"] for year in range(2015, 2021)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_are_few_and_no_two_years_stand_side_by_side(language: str) -> None:
    for start in range(12):
        for months in range(1, 110, 3):
            found = marks(add_months(date(2018, 1, 1), start), months, language)
            assert len(found) <= MOST_MARKS, (start, months)
            named = [len(text) == 2 for text in found]
            assert not any(one and other for one, other in pairwise(named)), (start, months)
