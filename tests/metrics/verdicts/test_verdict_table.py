"""Verdicts in whole columns are those of the slow code, cell by cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.periods import JudgedMonth, add_months, last_day, newest_ended_period
from metrics.plan.model import Owed, Plan, Target
from metrics.progress import LIGHTS
from metrics.results import Light, Rate, Status, Timing
from metrics.submission_states import State
from metrics.verdicts.single_verdicts import single_verdicts
from metrics.verdicts.verdict_table import RULES, SIGNALS, STATUSES, TIMINGS, VerdictTable
from tests.matrices import WHOLE
from tests.metrics.test_progress import a_target
from tests.metrics.verdicts.columns import Judgement, a_plan, a_rate, no_rate

START = date(2019, 1, 1)
INDICATORS = ("online_rate", "material_reduction", "startup_time", "full_online_rate")
FIRST_DAY = date(2018, 11, 1)
DAYS = st.dates(FIRST_DAY, date(2020, 8, 31)) | st.integers(-2, 20).map(
    lambda months: last_day(add_months(START, months))
)
SMALL, USUAL, GREAT = st.integers(0, 12), st.integers(0, 2500), st.integers(0, 10**17)


def a_small_plan() -> Plan:
    """The city's, with three units that report and the city above them."""
    plan = a_plan()
    kept = {plan.root.code, *(unit.code for unit in plan.reporting_units[:3])}
    return a_plan(units=tuple(unit for unit in plan.units if unit.code in kept))


PLAN = a_small_plan()  # here, since reading it takes longer than an example may


def owed(**often: Owed) -> Plan:
    """The small plan with what is owed seldom, by the code of an element."""
    elements = tuple(
        one.model_copy(update={"owed": often[one.code]}) if one.code in often else one for one in PLAN.elements
    )
    return Plan.model_validate({name: getattr(PLAN, name) for name in Plan.model_fields} | {"elements": elements})


PLANS = (  # all monthly; numerators alone; whole indicators; nothing monthly
    PLAN,
    owed(items_online=Owed.QUARTER, startup_days=Owed.YEAR),
    owed(materials_baseline=Owed.QUARTER, materials_current=Owed.QUARTER, startups=Owed.QUARTER),
    owed(**{element.code: Owed.QUARTER for element in PLAN.elements}),
)


@st.composite
def targets(draw: st.DrawFn, place: int) -> Target:
    indicator = draw(st.sampled_from(INDICATORS))
    due_on = draw(st.none() | DAYS)
    changes: dict[str, object] = {"code": f"T{place}", "indicator": indicator, "due_on": due_on}
    window = None
    if due_on is not None and draw(st.booleans()):
        window = {"start": due_on + timedelta(days=1), "end": due_on + timedelta(days=draw(st.integers(1, 150)))}
    baseline = None
    if draw(st.booleans()):
        baseline = {"on": draw(DAYS), "value": draw(st.decimals(-5, 100, places=1))}
    if due_on is not None:
        days = draw(
            st.sets(DAYS.filter(lambda day: day < due_on), max_size=3) if due_on > FIRST_DAY else st.just(set())
        )
        values = st.decimals(0, 100, places=1)
        changes["trajectory"] = [{"on": day, "value": draw(values)} for day in sorted(days)]
    scope = draw(st.sampled_from([(), (PLAN.reporting_units[0].code,)]))
    comparator = draw(st.sampled_from([">=", "<=", "=="]))
    threshold = str(draw(st.sampled_from(["0", "1", "33.3", "50", "70", "100"])))
    return a_target(comparator, threshold, verification_window=window, baseline=baseline, scope_units=scope, **changes)


@st.composite
def courses(draw: st.DrawFn, unit: str, indicator: str, months: int) -> list[Rate]:
    """Rates of `months` months; some are missing, some not applicable, some carried in part."""
    plan, numbers = PLAN, draw(st.sampled_from([SMALL, SMALL, USUAL, USUAL, GREAT]))
    rolled_up = unit in plan.children
    course = []
    for place in range(months):
        period = add_months(START, place)
        if draw(st.integers(0, 5)) == 0:
            course.append(no_rate(unit, indicator, period, expected=len(plan.reporting_units) if rolled_up else 1))
            continue
        counts = (1, 0, 1)
        if rolled_up:
            reported = draw(st.integers(0, 3))
            counts = (reported, 3 - reported, 3)
        less = st.sampled_from([0, 0, 0, 3])
        figures = (draw(numbers) - draw(less), draw(numbers) - draw(less))
        state = draw(st.sampled_from([State.SUBMITTED, State.VERIFIED, State.SENT_BACK]))
        course.append(a_rate(plan, unit, indicator, period, *figures, *counts, state=state))
    return course


@st.composite
def judgements(draw: st.DrawFn) -> Judgement:
    plan = draw(st.sampled_from((PLAN, *PLANS)))
    months = draw(st.integers(1, 9 if plan is PLAN else 15))
    chosen = tuple(draw(targets(place)) for place in range(draw(st.integers(1, 3))))
    period = add_months(START, months - 1)
    on = draw(st.sampled_from([last_day(period), last_day(period) + timedelta(days=draw(st.integers(0, 27)))]))
    known = {
        (unit.code, code): draw(courses(unit.code, code, months))
        for unit in plan.units
        for code in sorted({str(target.indicator) for target in chosen})
    }
    return Judgement(plan, chosen, JudgedMonth(newest_ended_period(on), on), known)


@settings(max_examples=150 if WHOLE else 60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(judgements())
def test_every_verdict_is_that_of_the_slow_code(judgement: Judgement) -> None:
    assert list(single_verdicts(judgement.in_columns())) == judgement.one_by_one()


def test_a_first_value_at_a_waypoint_is_held_against_the_agreed_trajectory() -> None:
    measured, period = "online_rate", START
    waypoint = {"on": last_day(period), "value": 50}
    due_on = last_day(add_months(period, 6))
    target = a_target(">=", "70", indicator=measured, due_on=due_on, trajectory=[waypoint])
    known = {
        (unit.code, measured): [a_rate(PLAN, unit.code, measured, period, 50, 100, 1, 0, 1)] for unit in PLAN.units
    }
    judgement = Judgement(PLAN, (target,), JudgedMonth.of(period), known)
    slow = judgement.one_by_one()
    assert list(single_verdicts(judgement.in_columns())) == slow
    assert {verdict.decided_by for verdict in slow} == {"line"}


# --- computed by hand -------------------------------------------------------------------------------------------------

UNITS = [unit.code for unit in PLAN.reporting_units]
SEPTEMBER = date(2019, 9, 1)
Counts = tuple[int, int] | None


def months(unit: str, *counts: Counts, indicator: str = "online_rate") -> list[Rate]:
    """The months up to September 2019: numerator and denominator, None for one that was not reported."""
    course = []
    for place, figures in enumerate(counts):
        period = add_months(SEPTEMBER, place - len(counts) + 1)
        if figures is None:
            course.append(no_rate(unit, indicator, period))
        else:
            course.append(a_rate(PLAN, unit, indicator, period, *figures, 1, 0, 1))
    return course


def an_aim(threshold: Any = "70", **changes: Any) -> Target:
    return a_target(threshold=threshold, **{"indicator": "online_rate", "code": "aim"} | changes)


def table(
    *courses: list[Rate], targets: tuple[Target, ...] = (an_aim(),), on: date = date(2019, 9, 30)
) -> VerdictTable:
    known = {(course[0].unit_code, course[0].indicator_code): course for course in courses}
    return Judgement(PLAN, targets, JudgedMonth.of_day(on), known).in_columns()


@pytest.mark.parametrize(
    ("course", "regressed"),
    [
        (((70, 100), (69, 100)), True),
        (((70, 100), (71, 100)), False),
        (((69, 100), (68, 100)), False),
        (((70, 100), (69, 100), (70, 100)), False),
        (((70, 100), (1, 0)), False),
        (((70, 100), None), False),
        (((70, 100), None, None, (69, 100)), True),
    ],
)
def test_what_was_met_once_and_is_not_has_regressed(course: tuple[Counts, ...], regressed: bool) -> None:
    other = an_aim("100", code="other")
    found = table(months(UNITS[0], *course), months(UNITS[1], (69, 100)), targets=(an_aim(), other)).regressed
    assert found.tolist() == [False, False, regressed, False, False, False, False, False]


RULED: list[tuple[dict[str, Any], tuple[Counts, ...], str, str, Status]] = [
    ({"scope_units": ("elsewhere",)}, ((80, 100),), "2019-09-30", "out_of_scope", Status.NOT_APPLICABLE),
    ({"scope_units": ("elsewhere",)}, (None,), "2019-09-30", "out_of_scope", Status.NOT_APPLICABLE),
    ({}, ((80, 100), None), "2019-09-30", "not_reported", Status.NO_DATA),
    ({}, ((80, 0),), "2019-09-30", "denominator_zero", Status.NOT_APPLICABLE),
    ({}, ((70, 100),), "2019-10-01", "satisfied", Status.MET),
    ({}, ((69, 100),), "2019-10-01", "window", Status.RECTIFYING),
    ({"verification_window": None}, ((69, 100),), "2019-10-01", "past_due", Status.OVERDUE),
    ({}, ((69, 100),), "2019-09-30", "below_line", Status.BEHIND),  # on the due date only the threshold counts
    ({"due_on": "2019-10-01"}, ((1, 100),), "2019-09-30", "first_value", Status.ON_TRACK),
    ({"due_on": "2020-09-30"}, ((50, 100), (52, 100)), "2019-09-30", "line", Status.ON_TRACK),
    ({"due_on": "2020-09-30"}, ((50, 100), (51, 100)), "2019-09-30", "below_line", Status.BEHIND),
    ({"due_on": None}, ((50, 100), (50, 100)), "2019-09-30", "undated_line", Status.ON_TRACK),
    ({"due_on": None}, ((50, 100), (49, 100)), "2019-09-30", "undated_below_line", Status.BEHIND),
    ({"due_on": None}, ((50, 100),), "2019-09-30", "first_value", Status.ON_TRACK),
    (
        {"due_on": "2019-10-31", "baseline": {"on": "2019-08-31", "value": "62"}},
        ((55, 100), (60, 100), (65, 100)),  # 5 a month, 5 in the one month left
        "2019-09-30",
        "pace",
        Status.ON_TRACK,
    ),
    (
        {"due_on": "2020-01-31", "baseline": {"on": "2019-08-31", "value": "62"}},
        ((56, 100), (58, 100), (60, 100)),
        "2019-09-30",
        "below_line",
        Status.BEHIND,
    ),
]


@pytest.mark.parametrize(("changes", "course", "on", "rule", "status"), RULED)
def test_each_rule_decides_and_gives_its_status_and_light(
    changes: dict[str, Any], course: tuple[Counts, ...], on: str, rule: str, status: Status
) -> None:
    if "due_on" in changes:
        changes = changes | {"verification_window": None}
    found = table(months(UNITS[0], *course), targets=(an_aim(**changes),), on=date.fromisoformat(on))
    assert (RULES[found.rule[1]], STATUSES[found.status[1]]) == (rule, status)
    assert SIGNALS[found.computed_light[1]] is LIGHTS[status]
    assert (found.timing[1] == -1) == (status is not Status.MET)


def test_each_target_has_a_window_of_its_own() -> None:
    windows = {"short": "2019-07-31", "long": "2019-08-31"}
    aims = tuple(
        an_aim(code=code, due_on="2019-06-30", verification_window={"start": "2019-07-01", "end": end})
        for code, end in windows.items()
    )
    found = table(months(UNITS[0], (60, 100), (60, 100), (70, 100), (70, 100)), targets=aims)
    assert [TIMINGS[place] for place in found.timing[2:4].tolist()] == [Timing.LATE, Timing.IN_WINDOW]


def test_a_light_set_by_hand_is_in_force_and_the_computed_one_stays() -> None:
    found = table(months(UNITS[0], (50, 100)), months(UNITS[1], (80, 100)))
    by_code = {(UNITS[1], "aim"): Light.RED, ("elsewhere", "aim"): Light.RED, (UNITS[0], "none"): Light.RED}
    changed = found.with_lights(by_code)
    assert changed.by_hand == {2: Light.RED}
    lights = [SIGNALS[place] for place in changed.light.tolist()]
    assert lights == [Light.GREY, Light.AMBER, Light.RED, Light.GREY]
    assert [SIGNALS[place] for place in changed.computed_light.tolist()] == [*lights[:2], Light.GREEN, Light.GREY]
    assert found.by_hand == {}


def test_rows_are_taken_with_their_lights() -> None:
    two = (an_aim(), an_aim("60", code="other"))
    found = replace(table(months(UNITS[0], (65, 100)), targets=two), by_hand={2: Light.RED, 5: Light.GREY})
    assert found.codes() == [(unit, target) for unit in (PLAN.root.code, *UNITS) for target in ("aim", "other")]
    some = found.only(np.array([5, 3, 2]))
    assert some.codes() == [(UNITS[1], "other"), (UNITS[0], "other"), (UNITS[0], "aim")]
    assert some.by_hand == {0: Light.GREY, 2: Light.RED}
    assert len(some) == 3
    masked = found.only(found.met)
    assert (masked.codes(), masked.by_hand) == ([(UNITS[0], "other")], {})


def test_lights_of_ones_own_take_the_place_of_the_usual_ones() -> None:
    found = replace(table(months(UNITS[0], (80, 100))), lights={**LIGHTS, Status.MET: Light.GREY})
    assert SIGNALS[found.light[1]] is Light.GREY


def test_a_value_counts_for_its_own_unit_indicator_and_month() -> None:
    other = an_aim("1", code="days", comparator="<=", indicator="startup_time")
    found = table(
        months(UNITS[0], (60, 100), (80, 100)),
        months(UNITS[0], (20, 10), indicator="startup_time"),
        months(UNITS[2], (1, 0)),
        targets=(an_aim(), other),
    )
    assert found.value.fractions() == [0, 0, 80, 2, 0, 0, 0, 0]
    assert found.valued.tolist() == [False, False, True, True, *[False] * 4]
    assert found.met.tolist() == [False, False, True, *[False] * 5]
    assert found.threshold.fractions() == [70, 1] * 4
