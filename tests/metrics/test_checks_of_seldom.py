"""Checks of what is owed each quarter or December: against the month in which it was owed last, in words of its own."""

from __future__ import annotations

import pytest

from metrics.checks import CheckWarning
from metrics.plan.model import Owed
from tests.metrics.test_checks_over_months import CITY, numbers, of, run


@pytest.mark.parametrize("blocks", [{"items"}, {block.code for block in CITY.blocks}])
def test_equal_figures_of_which_some_are_owed_seldom_are_not_called_last_month_s(blocks: set[str]) -> None:
    elements = tuple(
        one.model_copy(update={"owed": Owed.QUARTER}) if one.block in blocks else one for one in CITY.elements
    )
    rare = CITY.model_copy(update={"elements": elements})
    (found,) = of("same_as_last_month", run(rare, numbers(), before=numbers()))
    assert isinstance(found, CheckWarning)
    assert found.message.zh.endswith("本次共 45 项,与上次应报相同 45 项。")
    assert found.message.en.endswith("Figures in this submission: 45; equal to those last owed: 45.")


@pytest.mark.parametrize(
    ("owed", "zh", "en"),
    [
        (Owed.QUARTER, "上季度 350,本季度 500,相差 +150;上季度的20%为 70。", "Last quarter 350, this quarter 500"),
        (Owed.YEAR, "上年 350,本年 500,相差 +150;上年的20%为 70。", "Last year 350, this year 500"),
    ],
)
def test_what_is_owed_seldom_is_compared_in_words_of_its_own(owed: Owed, zh: str, en: str) -> None:
    """The rate of a numerator owed seldom over a denominator of each month is that of one month: 350 of 1,250."""
    elements = tuple(
        one.model_copy(update={"owed": owed}) if one.code == "items_instant" else one for one in CITY.elements
    )
    rare, then = CITY.model_copy(update={"elements": elements}), numbers(items_total=1250)
    seldom = {owed.months_apart: then}
    (moved,) = of("stock_moved", run(rare, numbers(items_instant=500), before=numbers(), seldom=seldom))
    assert zh in moved.message.zh
    assert en in moved.message.en
    (fell,) = [
        one
        for one in of("rate_fell", run(rare, numbers(items_instant=279), before=numbers(), seldom=seldom))
        if isinstance(one, CheckWarning) and one.indicator == "instant_rate"
    ]
    assert "350 ÷ " in fell.message.en
    assert "1250 = 28.00 %" in fell.message.en
    assert of("rate_fell", run(rare, numbers(items_instant=280), before=numbers(), seldom=seldom)) == []
