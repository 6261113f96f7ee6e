"""What is said of paces: how many points there are, in the months, quarters or years in which the figure is owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dashboard.locale import speaking
from dashboard.pages.why import projection_text
from dashboard.words.paces import few_points, points_there, reached_text, too_slow_text
from metrics.periods import JudgedMonth, add_months, last_day
from metrics.plan.model import Owed
from metrics.results import Progress, Status
from metrics.verdicts.single_verdicts import single_verdicts
from tests.metrics.test_progress import a_target
from tests.metrics.verdicts.columns import CITY, Judgement, a_plan, a_rate

UNIT = CITY.reporting_units[0].code
MEASURED = CITY.indicator_by_code["online_rate"]


def verdict(owed: Owed, months: int) -> tuple[Progress, Judgement]:
    """The verdict on a unit that has a value in each of so many months up to December 2019, a point more each."""
    changed = {"owed": owed}
    elements = tuple(one.model_copy(update=changed) if one.code in MEASURED.elements else one for one in CITY.elements)
    first = add_months(date(2019, 12, 1), 1 - months)
    course = [
        a_rate(CITY, UNIT, MEASURED.code, add_months(first, place), 20 + place, 100, 1, 0, 1) for place in range(months)
    ]
    target = a_target(indicator=MEASURED.code, threshold="90", due_on=last_day(date(2020, 12, 1)))
    judgement = Judgement(
        a_plan(units=(CITY.root, CITY.unit_by_code[UNIT]), elements=elements),
        (target.model_copy(update={"verification_window": None}),),
        JudgedMonth.of(date(2019, 12, 1)),
        {(UNIT, MEASURED.code): course},
    )
    return single_verdicts(judgement.in_columns())[1], judgement


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_on_track_and_yet_too_slow_is_told_so_with_both_paces(language: str) -> None:
    """25 in December 2019 on a line from 20, a point a month; 90 by December 2020 needs 65 ÷ 12 a month."""
    found, judgement = verdict(Owed.MONTH, 6)
    above = replace(found, status=Status.ON_TRACK)
    with speaking(language):
        assert too_slow_text(judgement.plan, found) == ""
        words = too_slow_text(judgement.plan, above)
        assert "+5.42" in words
        assert "+1.00" in words
        assert too_slow_text(judgement.plan, replace(above, present_pace=above.required_pace)) == ""
        assert too_slow_text(judgement.plan, replace(above, present_pace=None)) == ""


@pytest.mark.parametrize(
    ("owed", "months", "there", "short", "zh"),
    [
        (Owed.MONTH, 1, "1 of 3 months", "1 month of the 3 needed", "需3个月，现有1个月"),
        (Owed.MONTH, 2, "2 of 3 months", "2 months of the 3 needed", "需3个月，现有2个月"),
        (Owed.QUARTER, 5, "2 of 3 quarters", "2 quarters of the 3 needed", "需3个季度，现有2个季度"),
        (Owed.QUARTER, 3, "1 of 3 quarters", "1 quarter of the 3 needed", "需3个季度，现有1个季度"),
        (Owed.YEAR, 12, "1 of 3 years", "1 year of the 3 needed", "需3个年度，现有1个年度"),
        (Owed.YEAR, 13, "2 of 3 years", "2 years of the 3 needed", "需3个年度，现有2个年度"),
    ],
)
def test_points_that_are_too_few_are_counted_as_the_rule_counts_them(
    owed: Owed, months: int, there: str, short: str, zh: str
) -> None:
    """However many months the figure stands in."""
    found, judgement = verdict(owed, months)
    assert found.present_pace is None
    with speaking("en"):
        assert points_there(judgement.plan, found) == there
        assert few_points(judgement.plan, found) == reached_text(judgement.plan, found) == f"not enough points: {short}"
    with speaking("zh"):
        assert few_points(judgement.plan, found) == f"数据点不足：{zh}"


@pytest.mark.parametrize(
    ("owed", "months", "words", "zh"),
    [
        (Owed.MONTH, 4, "(from 4 months' values; too few for a range)", "据4个月，不足以给出范围"),
        (Owed.MONTH, 9, "6 months' values)", "据6个月"),
        (Owed.QUARTER, 9, "(from 3 quarters' values; too few for a range)", "据3个季度，不足以给出范围"),
        (Owed.QUARTER, 15, "5 quarters' values)", "据5个季度"),
        (Owed.YEAR, 27, "(from 3 years' values; too few for a range)", "据3个年度，不足以给出范围"),
    ],
)
def test_a_projection_says_what_it_rests_on(owed: Owed, months: int, words: str, zh: str) -> None:
    found, judgement = verdict(owed, months)
    assert found.projection is not None
    assert found.projection.points == found.points
    with speaking("en"):
        assert projection_text(judgement.plan, MEASURED, found).endswith(words)
    with speaking("zh"):
        assert zh in projection_text(judgement.plan, MEASURED, found)
