"""The line of what is due and the ways ahead: steps on due dates, straight ways by months, and no line against a unit
that meets what is newest due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.cli.plan import CITY_PLAN
from metrics.due_line import (
    DueStep,
    between,
    due_on_day,
    due_runs,
    due_steps,
    is_held_by,
    judged_run,
    judged_still,
    newest_due,
    stages_of,
    way_on_day,
    way_to,
    ways_ahead,
)
from metrics.periods import last_day
from metrics.plan.files import read_plan
from metrics.plan.model import Baseline, Direction, Indicator, LinearForm, Plan, Target, Waypoint
from metrics.rates import value_of
from metrics.results import Rate
from tests.builders import sent_back_rate
from tests.metrics.test_progress import verdict
from tests.verdict_oracle import satisfies

PLAIN, AFTER = "online_rate", "online_rate_after_exemptions"
FIRST_DUE, SECOND_DUE = date(2019, 9, 30), date(2020, 6, 30)
STEPS: list[DueStep] = [(FIRST_DUE, Fraction(70)), (SECOND_DUE, Fraction(100))]


@cache
def plan() -> Plan:
    return read_plan(CITY_PLAN)


def target(code: str, on: date = SECOND_DUE) -> Target:
    found = plan().target_in_force(code, on)
    assert found is not None
    return found


def steps(indicator: str, *, by: date) -> list[DueStep]:
    stages = stages_of(plan(), target("TG-05A"), on=by)
    return list(due_steps(plan(), plan().indicator_by_code[indicator], stages, by=by))


def course(*values: int, first: date = date(2019, 5, 1)) -> list[Rate]:
    return [
        sent_back_rate(value, 100, period=date(first.year, first.month + place, 1))
        for place, value in enumerate(values)
    ]


def test_nothing_is_due_before_the_first_due_date_and_each_rises_on_its_own() -> None:
    """Nothing before 30 September 2019, 70 from then, 100 from 30 June 2020."""
    assert steps(AFTER, by=date(2019, 9, 29)) == []
    assert steps(AFTER, by=FIRST_DUE) == STEPS[:1]
    assert steps(AFTER, by=SECOND_DUE) == STEPS
    days = [date(2019, 9, 29), FIRST_DUE, date(2020, 6, 29), SECOND_DUE, date(2021, 1, 31)]
    assert [due_on_day(STEPS, day) for day in days] == [None, 70, 70, 100, 100]


def test_what_is_asked_for_in_another_measure_is_not_due_in_this_one() -> None:
    """100 % after exemptions: the plain rate of a unit that meets it may stand at 98 %, or at 60 %."""
    assert steps(PLAIN, by=SECOND_DUE) == [(FIRST_DUE, Fraction(70)), (SECOND_DUE, None)]
    assert due_on_day(steps(PLAIN, by=SECOND_DUE), SECOND_DUE) is None


def test_a_target_is_judged_by_its_own_threshold_where_the_line_has_left_it() -> None:
    """TG-05A asks for 70 of the plain rate, of which from 30 June 2020 on the line says nothing; TG-05B is on it."""
    later, seventy = date(2020, 12, 31), Fraction(70)
    plain, after = (steps(code, by=later) for code in (PLAIN, AFTER))
    assert judged_still(plain, target("TG-05A"), by=later) == (SECOND_DUE, seventy)
    assert judged_still(after, target("TG-05A"), by=later) == (SECOND_DUE, seventy)  # the line has risen to 100
    assert judged_still(after, target("TG-05B"), by=later) is None
    assert judged_still(steps(PLAIN, by=FIRST_DUE), target("TG-05A"), by=FIRST_DUE) is None
    assert judged_still(plain, target("TG-05A"), by=date(2019, 9, 29)) is None


def test_what_fell_due_last_in_a_measure() -> None:
    stages, (plain, after) = (
        stages_of(plan(), target("TG-05A"), on=SECOND_DUE),
        (plan().indicator_by_code[code] for code in (PLAIN, AFTER)),
    )
    asked = {
        day: [newest_due(stages, one, by=day) for one in (plain, after)] for day in (date(2019, 9, 29), SECOND_DUE)
    }
    assert {day: [one and one.code for one in found] for day, found in asked.items()} == {
        date(2019, 9, 29): [None, None],
        SECOND_DUE: ["TG-05A", "TG-05B"],
    }


def test_the_line_of_what_is_judged_by_is_cut_where_a_chart_ends() -> None:
    judged = (SECOND_DUE, Fraction(70))
    begins, ends = date(2020, 8, 1), date(2020, 12, 31)
    assert judged_run(judged, begins=FIRST_DUE, ends=ends) == (judged, (ends, Fraction(70)))
    assert judged_run(judged, begins=begins, ends=ends) == ((begins, Fraction(70)), (ends, Fraction(70)))
    assert judged_run(judged, begins=FIRST_DUE, ends=SECOND_DUE) == ()
    assert judged_run(None, begins=FIRST_DUE, ends=ends) == ()


@pytest.mark.parametrize(("code", "indicator", "held"), [("TG-05A", AFTER, True), ("TG-05B", PLAIN, False)])
def test_counting_out_of_fewer_holds_a_stage_and_out_of_more_does_not(code: str, indicator: str, held: bool) -> None:
    assert is_held_by(plan(), target(code), plan().indicator_by_code[indicator]) is held


def test_where_lower_is_better_it_is_the_other_way_round() -> None:
    lower = {
        code: one.model_copy(update={"direction": Direction.LOWER}) for code, one in plan().indicator_by_code.items()
    }
    changed = Plan(
        **{name: getattr(plan(), name) for name in type(plan()).model_fields} | {"indicators": tuple(lower.values())}
    )
    assert is_held_by(changed, target("TG-05B"), lower[PLAIN])
    assert not is_held_by(changed, target("TG-05A"), lower[AFTER])


def with_threshold(stage: Target, threshold: int) -> Target:
    changed = stage.model_copy(update={"threshold": threshold})
    changed.__dict__.pop("exact_threshold", None)
    return changed


def counting_one_more(indicator: Indicator) -> Indicator:
    return indicator.model_copy(update={"numerator": LinearForm(terms=indicator.numerator.terms, constant=1)})


def test_another_numerator_scale_or_a_negative_threshold_holds_nothing() -> None:
    stage, after = target("TG-05A"), plan().indicator_by_code[AFTER]
    assert is_held_by(plan(), stage, counting_one_more(after)) is False
    assert is_held_by(plan(), stage, after.model_copy(update={"scale": 1})) is False
    assert is_held_by(plan(), with_threshold(stage, -1), after) is False
    assert is_held_by(plan(), with_threshold(stage, 0), after) is True
    assert is_held_by(plan(), with_threshold(stage, -1), plan().indicator_by_code[PLAIN]) is True


def test_the_same_numerator_with_a_constant_is_the_same() -> None:
    indicators = {code: counting_one_more(one) for code, one in plan().indicator_by_code.items()}
    parts = {name: getattr(plan(), name) for name in type(plan()).model_fields}
    changed = Plan(**parts | {"indicators": tuple(indicators.values())})
    assert is_held_by(changed, target("TG-05A"), indicators[AFTER])


def test_runs_of_the_line() -> None:
    low, high = Fraction(70), Fraction(100)
    ends = date(2020, 7, 12)
    whole = [(FIRST_DUE, low), (SECOND_DUE, low), (SECOND_DUE, high), (ends, high)]
    assert due_runs(STEPS, begins=date(2019, 8, 1), ends=ends) == [whole]
    assert due_runs(STEPS, begins=date(2020, 1, 1), ends=ends) == [[(date(2020, 1, 1), low), *whole[1:]]]
    assert due_runs(STEPS, begins=SECOND_DUE, ends=ends) == [[(SECOND_DUE, high), (ends, high)]]
    assert due_runs(STEPS, begins=date(2019, 8, 1), ends=SECOND_DUE)[0][-1] == (SECOND_DUE, high)
    assert due_runs(STEPS, begins=date(2019, 8, 1), ends=date(2019, 8, 31)) == []
    assert due_runs([], begins=date(2019, 8, 1), ends=ends) == []
    broken: list[DueStep] = [(FIRST_DUE, low), (date(2020, 1, 31), None), (SECOND_DUE, high)]
    assert due_runs(broken, begins=date(2019, 8, 1), ends=ends) == [
        [(FIRST_DUE, low), (date(2020, 1, 31), low)],
        [(SECOND_DUE, high), (ends, high)],
    ]


def test_a_way_leads_from_the_first_value_to_the_threshold_on_the_due_date() -> None:
    way = way_to(target("TG-05A"), course(50, 55, 60))
    assert way == ((date(2019, 5, 31), Fraction(50)), (FIRST_DUE, Fraction(70)))
    assert way_on_day(way, date(2019, 7, 31)) == 60
    assert [way_on_day(way, day) for day in (date(2019, 5, 31), FIRST_DUE)] == [50, 70]
    assert way_on_day(way, date(2019, 5, 30)) is None
    assert way_on_day(way, date(2019, 10, 1)) is None
    assert way_to(target("TG-05A"), []) == ()
    assert way_to(target("TG-05A"), course(50, first=date(2019, 9, 1))) == ()


def test_the_targets_own_baseline_takes_the_place_of_the_first_value() -> None:
    own = target("TG-05A").model_copy(update={"baseline": Baseline(on=date(2019, 1, 31), value=30)})
    assert way_to(own, course(50))[0] == (date(2019, 1, 31), Fraction(30))
    assert way_to(own, [])[0] == (date(2019, 1, 31), Fraction(30))


def test_an_agreed_trajectory_takes_the_place_of_the_straight_way() -> None:
    points = (Waypoint(on=date(2019, 6, 30), value=Decimal(52)), Waypoint(on=date(2019, 8, 31), value=Decimal(65)))
    agreed = target("TG-05A").model_copy(update={"trajectory": points})
    corners = ((date(2019, 6, 30), Fraction(52)), (date(2019, 8, 31), Fraction(65)), (FIRST_DUE, Fraction(70)))
    assert way_to(agreed, course(50)) == ((date(2019, 5, 31), Fraction(50)), *corners)
    assert way_to(agreed, course(50, first=date(2019, 7, 1))) == corners
    assert way_to(agreed, []) == corners
    assert way_on_day(way_to(agreed, course(50)), date(2019, 7, 31)) == Fraction(117, 2)


def test_a_unit_is_held_against_its_own_target() -> None:
    general = target("TG-05A")
    later = general.model_copy(
        update={"revision": 2, "for_units": ("441224",), "threshold": Decimal(60), "due_on": date(2019, 12, 31)}
    )
    later.__dict__.pop("exact_threshold", None)
    parts = {name: getattr(plan(), name) for name in type(plan()).model_fields}
    changed = Plan(**parts | {"targets": (*plan().targets, later)})
    indicator, on = changed.indicator_by_code[AFTER], date(2020, 1, 31)
    own = stages_of(changed, general, on=on, unit="441224")
    assert due_steps(changed, indicator, own, by=on) == ((date(2019, 12, 31), Fraction(60)),)
    others = stages_of(changed, general, on=on, unit="441202")
    assert due_steps(changed, indicator, others, by=on) == ((FIRST_DUE, Fraction(70)),)


def test_only_what_is_ahead_in_this_measure_has_a_way() -> None:
    stages = stages_of(plan(), target("TG-05A"), on=date(2019, 8, 31))
    plain, after = (plan().indicator_by_code[code] for code in (PLAIN, AFTER))
    rates = course(50, 55, 60)
    assert [way[-1] for way in ways_ahead(plain, stages, rates, on=date(2019, 8, 31))] == [(FIRST_DUE, Fraction(70))]
    assert [way[-1] for way in ways_ahead(after, stages, rates, on=date(2019, 8, 31))] == [(SECOND_DUE, Fraction(100))]
    assert ways_ahead(plain, stages, rates, on=FIRST_DUE) == ()  # due today is due


def test_a_way_is_cut_where_a_chart_ends() -> None:
    way = way_to(target("TG-05A"), course(50, 55, 60))
    june, july = date(2019, 6, 30), date(2019, 7, 31)
    assert between(way, june, july) == ((june, Fraction(55)), (july, Fraction(60)))
    assert between(way, date(2019, 1, 1), date(2020, 1, 1)) == way
    assert between(way, date(2020, 1, 1), date(2020, 6, 1)) == ()
    assert between((), date(2020, 1, 1), date(2020, 6, 1)) == ()
    assert between(way, date(2019, 1, 1), date(2019, 5, 31)) == ()  # they touch on one day only


@given(st.lists(st.integers(0, 100), min_size=1, max_size=4))
def test_the_way_is_the_line_by_which_a_verdict_is_given(values: list[int]) -> None:
    months = {f"2019-{5 + place:02d}": value for place, value in enumerate(values)}
    end = last_day(date(2019, 4 + len(values), 1))
    judged = verdict(target("TG-05A"), months, on=end.isoformat())
    assert way_on_day(way_to(target("TG-05A"), course(*values)), end) == judged.line


@given(
    st.integers(1, 500).flatmap(
        lambda total: st.tuples(st.just(total), st.integers(0, total), st.integers(0, total), st.integers(0, total))
    ),
    st.sampled_from([FIRST_DUE, date(2019, 12, 31), SECOND_DUE, date(2021, 3, 31)]),
    st.sampled_from(["TG-05A", "TG-05B"]),
)
def test_who_meets_what_is_newest_due_never_lies_on_the_failing_side(
    counts: tuple[int, int, int, int], day: date, shown: str
) -> None:
    total, exempt, online, _other = counts
    elements = {"items_total": total, "exempt_online": exempt, "items_online": min(online, total - exempt)}
    stages = stages_of(plan(), target(shown), on=day)
    newest = [stage for stage in stages if stage.due_on is not None and stage.due_on <= day][-1]
    own = value(plan().indicator_by_code[str(newest.indicator)], elements)
    indicator = plan().indicator_by_code[str(target(shown).indicator)]
    height, drawn = due_on_day(due_steps(plan(), indicator, stages, by=day), day), value(indicator, elements)
    if own is not None and satisfies(own, newest) and height is not None and drawn is not None:
        assert drawn >= height


def value(indicator: Indicator, elements: Mapping[str, int]) -> Fraction | None:
    def form(given: LinearForm) -> Fraction:
        return Fraction(sum(term.times * elements[term.element] for term in given.terms) + given.constant)

    return value_of(indicator, form(indicator.numerator), form(indicator.denominator))
