"""Verdicts one by one out of columns, computed by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from metrics.periods import JudgedMonth, add_months
from metrics.plan.model import Target
from metrics.results import Light, Override, Progress, Projection, Rate, Status, Timing
from metrics.submission_states import State
from metrics.verdicts.single_verdicts import single_verdicts
from tests.metrics.test_progress import a_target
from tests.metrics.verdicts.columns import Judgement, a_plan, a_rate, no_rate
from tests.metrics.verdicts.test_verdict_table import PLAN

UNIT = PLAN.reporting_units[0].code
DUE = date(2019, 12, 31)
TARGET = a_target(
    indicator="online_rate", threshold="70", revision=3, due_on=DUE, verification_window=None, code="online"
)


def judgement(*percent: int | None, target: Target = TARGET, unit: str = UNIT) -> Judgement:
    """The unit's months up to September 2019, per cent of 200; None for one that was not reported."""
    first = add_months(date(2019, 10, 1), -len(percent))
    course = [
        no_rate(unit, "online_rate", add_months(first, place))
        if value is None
        else a_rate(PLAN, unit, "online_rate", add_months(first, place), 2 * value, 200, 1, 0, 1)
        for place, value in enumerate(percent)
    ]
    return Judgement(PLAN, (target,), JudgedMonth.of(date(2019, 9, 1)), {(unit, "online_rate"): course})


def verdict(*percent: int | None, target: Target = TARGET) -> Progress:
    (found,) = (
        one for one in single_verdicts(judgement(*percent, target=target).in_columns()) if one.unit_code == UNIT
    )
    return found


def test_a_pace_without_a_month_left_is_no_projection() -> None:
    found = verdict(40, 45, 48, target=TARGET.model_copy(update={"due_on": date(2019, 8, 31)}))
    assert (found.present_pace, found.projection) == (Fraction(4), None)


def test_every_field_of_a_verdict_that_is_behind() -> None:
    """40 45 48 52 53 has the slopes 1, 2½, 2⅔, 3, 3¼, 3½, 4, 4, 4, 5; 17 are missing in three months."""
    found = verdict(40, 45, 48, 52, 53)
    pace = Fraction(27, 8)
    rate = Rate(UNIT, date(2019, 9, 1), "online_rate", 106, 200, Fraction(53), State.SUBMITTED, 1, 0, 1)
    assert found == Progress(
        unit_code=UNIT,
        target_code="online",
        target_revision=3,
        indicator_code="online_rate",
        comparator=">=",
        threshold=Fraction(70),
        due_on=DUE,
        evaluated_on=date(2019, 9, 30),
        period=date(2019, 9, 1),
        rate=rate,
        value=Fraction(53),
        status=Status.BEHIND,
        timing=None,
        light=Light.AMBER,
        gap=Fraction(-17),
        required_pace=Fraction(17, 3),
        line=40 + Fraction(4, 7) * 30,
        projection=Projection(53 + 3 * pace, Fraction(56), Fraction(68), date(2020, 3, 31), pace, 5),
        regressed=False,
        denominator_watch=False,
        decided_by="below_line",
        present_pace=pace,
        points=5,
        shortfall=Fraction(34),
        override=None,
    )


def test_what_is_met_has_its_timing_and_no_required_pace() -> None:
    found = verdict(60, 65, 70)
    assert (found.status, found.timing, found.light) == (Status.MET, Timing.ON_TIME, Light.GREEN)
    assert (found.required_pace, found.shortfall, found.gap) == (None, None, Fraction(0))
    assert found.projection == Projection(Fraction(85), None, None, None, Fraction(5), 3)


def test_what_was_not_reported_has_a_rate_without_figures() -> None:
    found = verdict(60, 65, None)
    assert (found.status, found.value, found.period) == (Status.NO_DATA, None, date(2019, 9, 1))
    assert found.rate == Rate(UNIT, date(2019, 9, 1), "online_rate", None, None, None, State.NOT_REPORTED, 0, 0, 1)
    figures = (found.gap, found.line, found.required_pace, found.projection, found.present_pace, found.shortfall)
    assert set(figures) == {None}
    assert found.points == 0


def test_two_points_are_no_projection() -> None:
    found = verdict(50, 60)
    assert (found.projection, found.present_pace, found.decided_by) == (None, None, "line")
    assert found.points == 2


def test_where_no_period_is_known_there_is_no_rate() -> None:
    found = single_verdicts(judgement(None).in_columns(), without_period=True)
    assert {(one.rate, one.period, one.value, one.status) for one in found} == {(None, None, None, Status.NO_DATA)}
    assert len(found) == len(PLAN.units)


@pytest.mark.parametrize(("valid_from", "there"), [(date(2019, 9, 30), True), (date(2019, 10, 1), False)])
def test_a_unit_that_was_not_there_has_no_rate(valid_from: date, there: bool) -> None:
    units = tuple(
        unit.model_copy(update={"valid_from": valid_from}) if unit.code == UNIT else unit for unit in PLAN.units
    )
    table = replace(judgement(None), plan=a_plan(units=units)).in_columns()
    found = {one.unit_code: one.rate is not None for one in single_verdicts(table)}
    assert found == {unit.code: there or unit.code != UNIT for unit in units}


def test_a_light_set_by_hand_is_told_with_its_override() -> None:
    table = judgement(40, 53).in_columns()
    row = table.codes().index((UNIT, "online"))
    said = Override(Light.RED, Light.AMBER, "已核实", "han", datetime(2019, 10, 1, tzinfo=UTC), 9)
    found = single_verdicts(replace(table, by_hand={row: Light.RED}), {row: said})
    assert [(one.light, one.override) for one in found if one.unit_code == UNIT] == [(Light.RED, said)]
    assert {one.override for one in found if one.unit_code != UNIT} == {None}


def test_each_row_has_the_rate_of_its_own_course() -> None:
    other = PLAN.reporting_units[1].code
    both = {**judgement(40, 53).courses, **judgement(60, 65, unit=other).courses}
    two = (TARGET, TARGET.model_copy(update={"code": "again"}))
    found = single_verdicts(replace(judgement(40, 53), courses=both, targets=two).in_columns())
    values = {(one.unit_code, one.target_code): one.value for one in found if one.value is not None}
    assert values == {(UNIT, "online"): 53, (UNIT, "again"): 53, (other, "online"): 65, (other, "again"): 65}
    (first, second) = (one.rate for one in found if one.unit_code == UNIT)
    assert first is second
