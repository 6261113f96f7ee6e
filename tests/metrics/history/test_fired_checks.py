"""Checks over whole columns fire exactly where they fire for one submission at a time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from metrics.checks import run_checks
from metrics.cli.plan import CITY_PLAN
from metrics.comparisons import Compared
from metrics.history.cells import STEPS
from metrics.history.fired_checks import FiredChecks
from metrics.history.month_tables import MonthTable
from metrics.plan.files import read_plan
from metrics.plan.model import Nature, Owed, Plan

PLAN = read_plan(CITY_PLAN)
UNITS, MONTHS = 12, 16
Course = dict[int, dict[str, Decimal]]  # month → element → value


def courses(plan: Plan, chance: random.Random, *, greatest: int) -> dict[int, Course]:
    """By unit months with gaps, blocks left out, values that stand still, move a little, jump and vanish."""
    found: dict[int, Course] = {}
    for unit in range(UNITS):
        course: Course = {}
        values: dict[str, Decimal] = {}
        for month in range(24230, 24230 + MONTHS):
            for element in plan.elements:
                step = Decimal(1).scaleb(-element.decimals)
                before = values.get(element.code, Decimal(chance.randrange(greatest)))
                moved = [before, before, before + 1, before * 2, before // 7, Decimal(0), before + step]
                values[element.code] = chance.choice(moved) if chance.random() < 0.3 else before
            left_out = {block.code for block in plan.blocks if chance.random() < 0.08}
            if chance.random() < 0.9:
                course[month] = {e.code: values[e.code] for e in plan.elements if e.block not in left_out}
        found[unit] = {month: there for month, there in course.items() if there}
    return found


def table_of(plan: Plan, found: dict[int, Course]) -> MonthTable:
    keys = [(unit, month) for unit, course in found.items() for month in sorted(course)]
    shape = (len(keys), len(plan.elements))
    value, there = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    for row, (unit, month) in enumerate(keys):
        for column, element in enumerate(plan.elements):
            if element.code in found[unit][month]:
                value[row, column] = int(found[unit][month][element.code] * STEPS)
                there[row, column] = True
    return MonthTable(
        plan=plan,
        unit=np.array([unit for unit, _ in keys]),
        month=np.array([month for _, month in keys]),
        value=value,
        there=there,
        place=there.astype(np.int64),
        new=np.ones(len(keys), dtype=np.bool_),
        received=np.zeros(len(keys), dtype=np.int64),
    )


def last_owed(month: int, apart: int) -> int:
    """The newest month before in which what is owed every so many months was owed."""
    month -= 1
    while (month + 1) % apart:
        month -= 1
    return month


def seldom(plan: Plan, often: Sequence[Owed], chance: random.Random) -> Plan:
    """The plan with each block owed as `chance` says."""
    blocks = {block.code: chance.choice(often) for block in plan.blocks}
    elements = tuple(one.model_copy(update={"owed": blocks[one.block]}) for one in plan.elements)
    return plan.model_copy(update={"elements": elements})


PLANS = {
    "monthly": PLAN,
    "mixed": seldom(PLAN, list(Owed), random.Random("mixed")),
    "by quarter": seldom(PLAN, [Owed.QUARTER], random.Random(0)),
}


def one_by_one(plan: Plan, found: dict[int, Course]) -> Counter[tuple[Any, ...]]:
    """(row, check, indicator) for all that fires, each submission held against its own past."""
    fired: Counter[tuple[Any, ...]] = Counter()
    row = 0
    for course in found.values():
        for month in sorted(course):
            earlier = [at for at in sorted(course) if at < month]
            owed = {apart: course.get(last_owed(month, apart), {}) for apart in (1, 3, 12)}
            each = {one.code: owed[one.owed.months_apart].get(one.code) for one in plan.elements}
            compared = Compared(
                now=course[month],
                posted=frozenset(course[month]),
                before={code: value for code, value in each.items() if value is not None},
                seldom=owed,
                first={code: value for at in reversed(earlier) for code, value in course[at].items()},
                last={code: value for at in earlier for code, value in course[at].items()},
                flows={
                    element.code: {month - at: course[at][element.code] for at in earlier if element.code in course[at]}
                    for element in plan.elements
                    if element.nature is Nature.FLOW
                },
            )
            problems, warnings = run_checks(plan, compared, acknowledged={})
            fired.update({(row, problem.code, None) for problem in problems})
            fired.update({(row, warning.code, warning.indicator) for warning in warnings})
            row += 1
    return Counter(dict.fromkeys(fired, 1))


@pytest.mark.parametrize("owed", PLANS)
@pytest.mark.parametrize("greatest", [12, 5000, 900_000_000])
@pytest.mark.parametrize("seed", range(2))
def test_whole_columns_fire_where_single_submissions_do(seed: int, greatest: int, owed: str) -> None:
    """Each figure is held against the last month in which it was owed."""
    plan = PLANS[owed]
    found = courses(plan, random.Random(f"{seed} {greatest}"), greatest=greatest)
    asked = FiredChecks(table_of(plan, found))
    fired: set[tuple[Any, ...]] = {
        (row, check.code, None) for check, rows in asked.checks() for row in np.flatnonzero(rows).tolist()
    }
    fired |= {
        (row, check.code, indicator.code)
        for check, indicator, rows in asked.rates()
        for row in np.flatnonzero(rows).tolist()
    }
    expected = one_by_one(plan, found)
    assert {code for _, code, _ in fired} >= {"stock_moved", "rate_fell", "flow_moved", "baseline_changed"}
    assert fired == {(row, code, indicator) for row, code, indicator in expected}
