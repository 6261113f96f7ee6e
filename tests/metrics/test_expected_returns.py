"""What a unit owes comes from the plan: its dates, whether figures are required, the blocks it lists."""

from __future__ import annotations

from datetime import date

from metrics.expected_returns import expected_returns
from metrics.plan.model import Plan
from tests.plan_folders import LAKESIDE, SEED, plan_in

SEPTEMBER = date(2019, 9, 1)


def changed(plan: Plan, code: str, **fields: object) -> Plan:
    body = plan.model_dump()
    units = [unit | fields if unit["code"] == code else unit for unit in body["units"]]
    return Plan.model_validate(body | {"units": units})


def test_eleven_units_owe_every_block_and_the_third_zone_owes_none() -> None:
    plan = plan_in(SEED)
    rows = expected_returns(plan, SEPTEMBER)
    assert [row.unit for row in rows] == [unit.code for unit in plan.reporting_units]
    assert [row.unit for row in rows if not row.required] == ["ZQ-YUEGUI"]
    blocks = tuple(block.code for block in plan.blocks)
    assert {row.blocks for row in rows if row.required} == {blocks}
    assert [row.blocks for row in rows if not row.required] == [()]


def test_another_citys_units_owe_its_own_blocks() -> None:
    plan = plan_in(LAKESIDE)
    rows = expected_returns(plan, date(2023, 12, 1))
    assert [(row.unit, row.blocks) for row in rows] == [
        ("OLD-TOWN", ("meters", "water")),
        ("NORTH-SHORE", ("meters", "water")),
    ]  # the third unit came later


def test_a_unit_owes_the_blocks_it_lists_in_the_forms_order() -> None:
    plan = changed(plan_in(SEED), "441202", blocks=("network", "items"))
    found = {row.unit: row.blocks for row in expected_returns(plan, SEPTEMBER)}
    assert found["441202"] == ("items", "network")
    assert len(found["441203"]) == 17


def test_a_unit_owes_nothing_before_it_existed_and_after_it_ended() -> None:
    plan = changed(plan_in(SEED), "441202", valid_from=date(2019, 9, 30), valid_to=date(2019, 10, 30))
    owing = {
        month: "441202" in {row.unit for row in expected_returns(plan, date(2019, month, 1))} for month in (8, 9, 10)
    }
    assert owing == {8: False, 9: True, 10: False}
