"""Gaps, paces, shortfalls and projections in whole columns, computed by hand."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from metrics.periods import JudgedMonth, add_months, last_day, month_number
from metrics.plan.model import Target
from metrics.results import Status
from metrics.verdicts.ratios import Mask, Ratios
from metrics.verdicts.single_verdicts import single_verdicts
from metrics.verdicts.verdict_figures import VerdictFigures
from metrics.verdicts.verdict_table import STATUSES
from tests.metrics.test_progress import a_target
from tests.metrics.verdicts.columns import Judgement, a_plan, a_rate
from tests.metrics.verdicts.test_verdict_table import PLAN

SEPTEMBER = date(2019, 9, 1)
UNITS = [unit.code for unit in PLAN.reporting_units]
DECEMBER: dict[str, Any] = {"due_on": date(2019, 12, 31), "verification_window": None}


def share(threshold: str = "70", **changes: object) -> Target:
    return a_target(threshold=threshold, **{"indicator": "online_rate", **DECEMBER} | changes)


def days(threshold: str = "1", **changes: object) -> Target:
    return a_target("<=", threshold, **{"indicator": "startup_time", **DECEMBER} | changes)


def figures(target: Target, courses: Mapping[str, list[tuple[int, int]]]) -> VerdictFigures:
    """`courses`: by unit the numerators and denominators, in the columns' whole numbers, of the months to September."""
    indicator = str(target.indicator)
    known = {
        (unit, indicator): [
            a_rate(PLAN, unit, indicator, add_months(SEPTEMBER, place - len(course) + 1), *counts, 1, 0, 1)
            for place, counts in enumerate(course)
        ]
        for unit, course in courses.items()
    }
    return VerdictFigures(Judgement(PLAN, (target,), JudgedMonth.of(SEPTEMBER), known).in_columns())


def told(values: Ratios, mask: Mask) -> list[Fraction | None]:
    """By reporting unit; where the mask does not hold the column has 0."""
    fractions = values.fractions()
    assert {value for value, here in zip(fractions, mask.tolist(), strict=True) if not here} <= {0}
    found = zip(fractions[1:], mask.tolist()[1:], strict=True)  # the first row is the city's, of which nothing is known
    return [value if here else None for value, here in found]


def percent(*values: int) -> list[tuple[int, int]]:
    return [(value, 100) for value in values]


def test_what_is_on_track_and_yet_slower_than_it_must_be_is_told_whatever_the_direction() -> None:
    """The line from 40 in May stands at 57.14 in September; three months are left for what lacks."""
    courses = {UNITS[0]: percent(40, 55, 56, 57, 58), UNITS[1]: percent(40, 47, 51, 55, 59), UNITS[2]: percent(40, 70)}
    found = figures(share(), courses)
    assert [STATUSES[status] for status in found.table.status[1:4]] == [Status.ON_TRACK, Status.ON_TRACK, Status.MET]
    assert found.too_slow.tolist()[1:4] == [True, False, False]
    slow = figures(days(), {UNITS[0]: [(20, 10), *[(13, 10)] * 4], UNITS[1]: [(20, 10), (17, 10), (13, 10)]})
    assert slow.too_slow.tolist()[1:3] == [True, False]
    for columns in (found, slow):
        assert [one.needs_more_than_it_makes for one in single_verdicts(columns.table)] == columns.too_slow.tolist()


def test_of_what_is_not_reported_the_last_value_is_known_and_of_nothing_else() -> None:
    months = [add_months(SEPTEMBER, -3), add_months(SEPTEMBER, -2)]
    target = share()
    courses = {
        (unit, "online_rate"): [a_rate(PLAN, unit, "online_rate", month, *counts, 1, 0, 1) for month, counts in course]
        for unit, course in {
            UNITS[0]: list(zip(months, percent(61, 62), strict=True)),
            UNITS[1]: [(SEPTEMBER, (63, 100))],
            UNITS[2]: [(months[0], (64, 100)), (months[1], (0, 0))],
        }.items()
    }
    found = VerdictFigures(Judgement(PLAN, (target,), JudgedMonth.of(SEPTEMBER), courses).in_columns())
    assert told(found.last_value, found.last >= 0)[:3] == [62, None, None]
    assert found.table.known.rates.column("month")[found.last[1]] == month_number(months[1])


def test_a_gap_is_negative_while_short_whatever_the_direction() -> None:
    found = figures(share(), {UNITS[0]: percent(60), UNITS[1]: percent(75), UNITS[2]: [(1, 0)]})
    assert told(found.gap, found.table.judged) == [-10, 5, None]
    found = figures(days(), {UNITS[0]: [(50, 40)], UNITS[1]: [(30, 40)]})
    assert told(found.gap, found.table.judged) == [Fraction(-1, 4), Fraction(1, 4), None]


def test_a_value_has_changed_where_the_month_before_has_one_too() -> None:
    found = figures(share(), {UNITS[0]: percent(60, 75), UNITS[1]: percent(75, 75), UNITS[2]: percent(75)})
    assert told(found.change, found.changed) == [15, 0, None]
    found = figures(share(), {UNITS[0]: [(1, 0), (1, 2)], UNITS[1]: [(1, 2), (1, 0)], UNITS[2]: percent(75, 60)})
    assert told(found.change, found.changed) == [None, None, -15]


def test_points_are_counted_up_to_six_where_a_value_is_judged() -> None:
    courses = {UNITS[0]: percent(*range(40, 48)), UNITS[1]: percent(60, 65), UNITS[2]: [*percent(50, 60), (1, 0)]}
    assert figures(share(), courses).points.tolist() == [0, 6, 2, 0]  # the city's first


def test_the_line_and_the_paces() -> None:
    found = figures(share(), {UNITS[0]: percent(40, 46, 50, 55), UNITS[1]: percent(60, 65), UNITS[2]: percent(72)})
    assert told(found.line, found.table.judged) == [55, Fraction(125, 2), 72]
    assert told(found.present_pace, found.table.paced) == [5, None, None]
    assert told(found.required_pace, found.table.required) == [5, Fraction(5, 3), None]


@pytest.mark.parametrize(
    ("target", "counts", "short"),
    [
        (share("70"), (699, 1000), 1),
        (share("70"), (698, 999), 2),
        (share("70"), (700, 1000), None),
        (share("66.7"), (1, 3), 2),
        (days("1"), (420, 400), 20),  # tenths of a day
        (days("1.01"), (405, 400), 1),
        (days("1.01"), (404, 400), None),
        (a_target("==", "100", indicator="online_rate"), (51, 50), 1),
    ],
)
def test_the_shortfall_is_a_whole_number_of_steps(target: Target, counts: tuple[int, int], short: int | None) -> None:
    found = figures(target, {UNITS[1]: [counts]})
    assert found.short.tolist() == [False, False, short is not None, False]
    assert found.shortfall.tolist() == [0, 0, short or 0, 0]
    per = 10 if target.indicator == "startup_time" else 1
    assert found.amounts_of_one.tolist() == [per] * 4
    assert found.shortfall_amount.fractions() == [0, 0, Fraction(short or 0, per), 0]


def test_the_shortfall_counts_in_the_numerators_own_steps() -> None:
    """With two decimals in the denominator alone the numerator still changes by whole items: a hundred of the steps."""
    fine = tuple(
        element.model_copy(update={"decimals": 2}) if element.code == "items_total" else element
        for element in PLAN.elements
    )
    plan = a_plan(units=PLAN.units, elements=fine)
    assert plan.indicator_decimals["online_rate"] == 2
    course = [a_rate(plan, UNITS[0], "online_rate", SEPTEMBER, 69_900, 100_050, 1, 0, 1)]
    known = {(UNITS[0], "online_rate"): course}
    found = VerdictFigures(Judgement(plan, (share(),), JudgedMonth.of(SEPTEMBER), known).in_columns())
    assert found.shortfall.tolist() == [0, 200, 0, 0]  # 700.35 of 1,000.5 are due, 699 are there
    assert told(found.shortfall_amount, found.short) == [2, None, None]


def test_a_projection_leads_from_the_value_and_has_a_range_from_five_points_on() -> None:
    five, four = (40, 45, 48, 52, 53), (45, 48, 52, 53)
    found = figures(share(), {UNITS[0]: percent(*five), UNITS[1]: percent(*four), UNITS[2]: percent(50, 60)})
    assert told(found.projected_value, found.projected) == [53 + Fraction(81, 8), 53 + 3 * Fraction(17, 6), None]
    assert told(found.range_low, found.ranged) == [56, None, None]
    assert told(found.range_high, found.ranged) == [68, None, None]


@pytest.mark.parametrize("on", ["2019-09-30", "2019-08-31"])
def test_on_the_due_date_and_after_it_there_is_no_projection(on: str) -> None:
    target = share(due_on=date.fromisoformat(on))
    found = figures(target, {UNITS[0]: percent(40, 45, 48, 52, 53)})
    assert not found.projected.any()
    assert not found.ranged.any()
    assert told(found.present_pace, found.table.paced) == [Fraction(27, 8), None, None]


def test_shares_stop_at_0_and_100_and_days_at_0() -> None:
    up, down = percent(60, 70, 80, 90, 98), percent(40, 30, 20, 10, 1)
    found = figures(share("99"), {UNITS[0]: up, UNITS[1]: down})
    assert told(found.projected_value, found.projected) == [100, 0, None]
    assert (told(found.range_low, found.ranged), told(found.range_high, found.ranged)) == (
        [100, 0, None],
        [100, 0, None],
    )
    to_the_line = figures(share("99"), {UNITS[0]: percent(70, 80, 90, 97), UNITS[1]: percent(40, 30, 20, 3)})
    assert told(to_the_line.projected_value, to_the_line.projected)[0] == 100
    found = figures(days("0.5"), {UNITS[0]: [(400, 40), (390, 40), (380, 40)], UNITS[1]: [(10, 40), (7, 40), (1, 40)]})
    assert told(found.projected_value, found.projected) == [Fraction(35, 4), 0, None]
    found = figures(days("0.5"), {UNITS[0]: [(4000, 40), (4100, 40), (4200, 40)]})
    assert told(found.projected_value, found.projected) == [Fraction(225, 2), None, None]  # no share: above 100


def test_a_month_before_the_due_date_one_above_100_is_100() -> None:
    target = share("99", due_on=date(2019, 10, 31))
    found = figures(target, {UNITS[0]: [(98, 100), (99, 100), (1, 1)], UNITS[1]: percent(90, 92, 94)})
    assert told(found.projected_value, found.projected) == [100, 96, None]
    assert told(found.required_pace, found.table.required) == [None, 5, None]


def test_a_projection_that_ends_at_0_or_100_is_there() -> None:
    found = figures(share("99"), {UNITS[0]: percent(86, 88, 90, 92, 94), UNITS[1]: percent(14, 12, 10, 8, 6)})
    assert told(found.projected_value, found.projected) == [100, 0, None]


def test_a_difference_may_fall_below_0() -> None:
    target = a_target(threshold="60", indicator="material_reduction", **DECEMBER)
    found = figures(target, {UNITS[0]: percent(40, 30, 20, 10, 1)})
    assert told(found.projected_value, found.projected) == [1 - 3 * 10, None, None]


@pytest.mark.parametrize(
    ("target", "course", "ahead"),
    [
        (share("70"), percent(50, 51, 52), 18),
        (share("70.5"), percent(50, 51, 52), 19),
        (share("52.1"), percent(50, 51, 52), 1),
        (share("52"), percent(50, 51, 52), None),  # met
        (share("70"), percent(52, 51, 50), None),
        (share("70"), percent(50, 50, 50), None),
        (share("6.02"), [(0, 10_000), (1, 10_000), (2, 10_000)], 600),
        (share("6.021"), [(0, 10_000), (1, 10_000), (2, 10_000)], None),
        (days("1"), [(50, 40), (48, 40), (46, 40)], 3),
        (days("1"), [(46, 40), (48, 40), (50, 40)], None),
        (days("1"), [(4, 1), (3, 1), (2, 1)], 1),
    ],
)
def test_the_month_that_reaches_the_threshold(target: Target, course: list[tuple[int, int]], ahead: int | None) -> None:
    found = figures(target, {UNITS[0]: course}).reached_month.tolist()
    assert found == [-1, -1 if ahead is None else month_number(SEPTEMBER) + ahead, -1, -1]


def test_the_due_date_ends_no_month() -> None:
    target = share(due_on=date(2019, 11, 15))
    found = figures(target, {UNITS[0]: percent(40, 46, 50, 55)})
    assert told(found.projected_value, found.projected) == [55 + 5 * Fraction(3, 2), None, None]
    assert last_day(SEPTEMBER) == found.table.targets.month.on


def test_a_due_date_ahead_is_missed_by_the_projected_value_and_one_that_has_come_by_the_value() -> None:
    courses = {UNITS[0]: percent(40, 42, 44), UNITS[1]: percent(90, 80, 72), UNITS[2]: percent(50, 60)}
    ahead = figures(share(), courses)  # three months left: 50, 45, and too few points
    assert told_of(ahead.misses, ahead.foreseen) == [True, True, None]  # the second meets it now, and is falling
    assert told(ahead.projected_value, ahead.projected) == [50, 45, None]
    come = figures(share(due_on=SEPTEMBER.replace(day=30)), courses)
    assert told_of(come.misses, come.foreseen) == [True, False, True]
    undated = figures(share(due_on=None), courses)
    assert told_of(undated.misses, undated.foreseen) == [None, None, None]
    assert told_of(figures(share("45"), courses).misses, ahead.foreseen) == [False, False, None]


def test_the_projected_shortfall_is_the_fewest_steps_that_carry_the_projected_value_over_the_threshold() -> None:
    """Counted one step after the other, for shares and for days of which fewer are better."""
    draw = random.Random(15)
    for target, most in ((share(), 100), (share("69.99"), 1000), (days("1"), 60)):
        courses = {unit: [(draw.randint(0, most), draw.randint(most, most + 9)) for _ in range(4)] for unit in UNITS}
        found = figures(target, courses)
        indicator = PLAN.indicator_by_code[str(target.indicator)]
        sign = 1 if target.comparator == ">=" else -1
        for row in np.flatnonzero(found.projected_short).tolist():
            (_, denominator), value = courses[UNITS[row - 1]][-1], found.projected_value.fractions()[row]
            numerator, steps = value * denominator / indicator.scale, 0
            while (
                sign
                * ((numerator + sign * steps) * indicator.scale - found.table.threshold.fractions()[row] * denominator)
                < 0
            ):
                steps += 1
            assert found.projected_shortfall[row] == steps
        assert found.projected_short.any()


def told_of(flags: Mask, known: Mask) -> list[bool | None]:
    """By reporting unit."""
    pairs = zip(flags.tolist()[1:], known.tolist()[1:], strict=True)
    return [flag if here else None for flag, here in pairs]
