"""Verdicts on as many units as a province has, in whole columns, are those of the slow code."""

from __future__ import annotations

import random

from metrics.periods import JudgedMonth, add_months, last_day
from metrics.plan.model import Plan
from metrics.results import Rate
from metrics.verdicts.single_verdicts import single_verdicts
from tests.matrices import WHOLE
from tests.metrics.verdicts.columns import Judgement, a_plan, a_rate, no_rate
from tests.metrics.verdicts.test_verdict_table import START


def a_drawn_course(plan: Plan, unit: str, indicator: str, months: int, *, draw: random.Random) -> list[Rate]:
    """A course as counties have them: rising by fits and starts, with gaps and plateaus."""
    whole, done, course = draw.randint(20, 2000), draw.random(), []
    for place in range(months):
        period = add_months(START, place)
        if draw.random() < 0.08:
            course.append(no_rate(unit, indicator, period))
            continue
        if draw.random() < 0.7:
            done = min(1.0, done + draw.random() * 0.06)
        course.append(a_rate(plan, unit, indicator, period, round(whole * done), whole, 1, 0, 1))
    return course


def added_up(plan: Plan, unit: str, courses: list[list[Rate]]) -> list[Rate]:
    """The course of the unit above, without carrying."""
    found = []
    for months in zip(*courses, strict=True):
        there = [rate for rate in months if rate.denominator]
        period, indicator = months[0].period, months[0].indicator_code
        scale = 10 ** plan.indicator_decimals[indicator]
        numerator = sum(rate.numerator or 0 for rate in there) * scale
        denominator = sum(rate.denominator or 0 for rate in there) * scale
        counts = (int(numerator), int(denominator), len(there), 0, len(months))
        found.append(a_rate(plan, unit, indicator, period, *counts) if there else no_rate(unit, indicator, period))
    return found


def test_a_table_of_three_hundred_units_is_equal_cell_by_cell() -> None:
    draw, plan = random.Random(12), a_plan()
    county = plan.reporting_units[0]
    units = [county.model_copy(update={"code": f"county-{place}", "parent": plan.root.code}) for place in range(300)]
    made = a_plan(units=(plan.root, *units))
    period = add_months(START, 17)
    chosen = tuple(target for target in made.targets_in_force(last_day(period)) if target.measured)
    indicators = sorted({str(target.indicator) for target in chosen})
    known: dict[tuple[str, str], list[Rate]] = {}
    for code in indicators:
        below = [a_drawn_course(made, unit.code, code, 18, draw=draw) for unit in units]
        known |= {(course[0].unit_code, code): course for course in below}
        known[made.root.code, code] = added_up(made, made.root.code, below)
    judgement = Judgement(made, chosen, JudgedMonth.of(period), known)
    apart = 1 if WHOLE else 3
    slow = judgement.one_by_one(apart=apart)
    known_for = {unit.code for unit in made.units[::apart]}
    verdicts = list(single_verdicts(judgement.in_columns()))
    assert len(verdicts) == len(made.units) * len(chosen)
    assert [verdict for verdict in verdicts if verdict.unit_code in known_for] == slow
    assert len({verdict.decided_by for verdict in slow}) >= 5
