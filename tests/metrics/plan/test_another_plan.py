"""A small plan of a fictional town, in another field of work: nothing is hard-wired to one city."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from metrics.plan.model import Direction, Nature
from metrics.plan.rules import check_plan
from tests.plan_folders import LAKESIDE, SEED, plan_in, source_in, written

PLAN = plan_in(LAKESIDE)


def test_it_is_sound() -> None:
    assert check_plan(PLAN, source_in(LAKESIDE)) == ()


def test_it_has_its_own_size() -> None:
    assert [unit.code for unit in PLAN.reporting_units] == ["OLD-TOWN", "NORTH-SHORE", "REED-ISLAND"]
    sizes = {name: len(getattr(PLAN, name)) for name in ("blocks", "elements", "checks", "indicators", "targets")}
    assert sizes == {"blocks": 2, "elements": 6, "checks": 7, "indicators": 3, "targets": 4}
    assert (len(PLAN.tasks), len(PLAN.milestones), PLAN.decisions, PLAN.phases) == (3, 3, (), ())


def test_it_has_its_own_settings() -> None:
    document = PLAN.document
    assert (document.due_day, document.carry_months, document.first_period) == (10, 1, date(2023, 12, 1))


def test_flows_may_have_two_decimals_and_thresholds_too() -> None:
    assert [(e.code, e.decimals) for e in PLAN.elements if e.nature is Nature.FLOW][:2] == [
        ("water_supplied", 2),
        ("water_billed", 2),
    ]
    loss = PLAN.indicator_by_code["water_loss"]
    assert written(loss.numerator) == "water_supplied − water_billed"
    assert loss.direction is Direction.LOWER
    assert [target.threshold for target in PLAN.targets] == [Decimal(80), Decimal("12.5"), Decimal(100), None]
    assert PLAN.element_by_code["water_supplied"].maximum == Decimal("99999.99")


def test_it_shares_no_code_with_the_city() -> None:
    city = plan_in(SEED)
    for name in ("units", "elements", "indicators", "targets", "milestones", "departments"):
        assert not {part.code for part in getattr(PLAN, name)} & {part.code for part in getattr(city, name)}
