"""The reporting units below a level, counted by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction

from metrics.plan.level import level_of
from metrics.progress import LIGHTS
from metrics.results import Light, Override, Progress, Status
from tests.plan_folders import SEED, plan_in
from tests.tally_oracle import tally
from tests.trees import CITY, NATION, OTHER_PROVINCE, PROVINCE, in_a_nation

PLAN = in_a_nation(plan_in(SEED))
LEVEL = level_of(PLAN, NATION)


def verdict(unit: str, status: Status, target: str = "TG-05A") -> Progress:
    return Progress(
        unit_code=unit,
        target_code=target,
        target_revision=1,
        indicator_code="online_rate",
        comparator=">=",
        threshold=Fraction(70),
        due_on=date(2019, 9, 30),
        evaluated_on=date(2019, 9, 30),
        period=date(2019, 9, 1),
        rate=None,
        value=None,
        status=status,
        timing=None,
        light=LIGHTS[status],
        gap=None,
        required_pace=None,
        line=None,
        projection=None,
        regressed=False,
        denominator_watch=False,
        present_pace=None,
        points=0,
        shortfall=None,
        decided_by="",
    )


def test_a_unit_counts_with_its_worst_light_below_the_unit_of_the_level_it_stands_under() -> None:
    progress = [
        verdict("441202", Status.MET),
        verdict("441202", Status.OVERDUE, "TG-05B"),
        verdict("441203", Status.BEHIND),
        verdict("441203", Status.NO_DATA, "TG-05B"),
        verdict("450102", Status.MET),
        verdict("450103", Status.NO_DATA),
        verdict(PROVINCE, Status.OVERDUE),  # adds up others: is no unit below itself
    ]
    found = tally(PLAN, LEVEL.units, progress, core={"TG-05A", "TG-05B"})
    assert found.lights[PROVINCE] == {Light.RED: 1, Light.AMBER: 1}
    assert found.lights[OTHER_PROVINCE] == {Light.GREEN: 1, Light.GREY: 1}
    assert found.together == {Light.RED: 1, Light.AMBER: 1, Light.GREEN: 1, Light.GREY: 1}
    assert (found.overdue, found.well) == (1, 1)


def test_missing_weighs_more_than_green_and_less_than_amber() -> None:
    progress = [verdict("450102", Status.MET), verdict("450102", Status.NO_DATA, "TG-05B")]
    assert tally(PLAN, LEVEL.units, progress, core={"TG-05A", "TG-05B"}).together == {Light.GREY: 1}


def test_what_was_not_reported_counts_apart_from_what_is_not_met() -> None:
    progress = [
        verdict("450102", Status.MET),
        verdict("450102", Status.NO_DATA, "TG-05B"),
        verdict("450103", Status.NO_DATA),
        verdict("450103", Status.NO_DATA, "TG-05B"),
        verdict("441202", Status.OVERDUE),
        verdict("441202", Status.MET, "TG-05B"),
    ]
    found = tally(PLAN, LEVEL.units, progress, core={"TG-05A", "TG-05B"})
    assert (found.unreported, found.silent, found.overdue, found.well) == (2, 1, 1, 0)
    assert (found.meeting("TG-05B"), found.not_reported("TG-05B")) == ((1, 3), 2)
    assert found.not_reported("TG-01") == 0


def test_what_does_not_apply_counts_for_nothing() -> None:
    progress = [verdict("450102", Status.NOT_APPLICABLE), verdict("450103", Status.MET)]
    found = tally(PLAN, LEVEL.units, progress, core={"TG-05A"})
    assert found.together.total() == 1
    assert found.meeting("TG-05A") == (1, 1)
    assert found.meeting("TG-01") == (0, 0)


def test_an_optional_unit_is_among_the_statuses_and_owes_nothing() -> None:
    optional = next(unit.code for unit in PLAN.reporting_units if not unit.figures_required)
    found = tally(PLAN, LEVEL.units, [verdict(optional, Status.OVERDUE)], core={"TG-05A"})
    assert found.statuses == {"TG-05A": Counter({Status.OVERDUE: 1})}
    assert (found.overdue, found.together.total(), found.owing) == (0, 0, {})


def test_a_light_set_by_hand_counts_as_a_light_and_changes_no_status() -> None:
    by_hand = Override(Light.AMBER, Light.RED, "", "wang", None, 1)  # type: ignore[arg-type]  # the moment is not read
    progress = [
        replace(verdict("441202", Status.OVERDUE), light=Light.AMBER, override=by_hand),
        verdict("441202", Status.OVERDUE, "TG-01"),
    ]
    found = tally(PLAN, level_of(PLAN, CITY).units, progress, core={"TG-05A"})
    assert (found.overdue, found.well, found.lights["441202"]) == (1, 0, {Light.AMBER: 1})
    green = Override(Light.RED, Light.GREEN, "", "wang", None, 1)  # type: ignore[arg-type]  # the moment is not read
    progress = [replace(verdict("441202", Status.ON_TRACK), light=Light.RED, override=green)]
    found = tally(PLAN, level_of(PLAN, CITY).units, progress, core={"TG-05A"})
    assert (found.overdue, found.well, found.lights["441202"]) == (0, 1, {Light.RED: 1})
