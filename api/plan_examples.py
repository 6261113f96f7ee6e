"""The examples of the OpenAPI document, made of the loaded plan: units, elements and targets that exist here."""

from __future__ import annotations

from typing import Any

from metrics.periods import format_period, last_day
from metrics.plan.model import Plan

_ABSENT = {  # what the examples say while no plan is loaded
    "plan:unit": "UNIT_CODE",
    "plan:element": "ELEMENT_CODE",
    "plan:second_element": "OTHER_ELEMENT_CODE",
    "plan:indicator": "INDICATOR_CODE",
    "plan:target": "TARGET_CODE",
    "plan:month": "2019-01",
    "plan:next_month_end": "2019-02-28",
}


def with_plan_examples(document: Any, plan: Plan | None) -> Any:
    """`document` with every word `plan:…`, key or value, replaced by what this plan calls it."""
    return _replaced(document, _ABSENT if plan is None else _words(plan))


def _words(plan: Plan) -> dict[str, str]:
    """Two elements of one block that holds no other, where there is one: an example that may be posted as it stands."""
    by_block = [[e.code for e in plan.elements if e.block == block.code] for block in plan.blocks]
    pair = next((codes for codes in by_block if len(codes) == 2), [e.code for e in plan.elements][:2])
    issued = plan.document.issued_on.replace(day=1)
    month = max(issued, plan.document.first_period or issued)  # one for which figures are taken
    following = last_day(month.replace(month=month.month % 12 + 1, year=month.year + month.month // 12))
    units = plan.reporting_units or plan.units
    return _ABSENT | {
        "plan:unit": units[0].code,
        "plan:element": pair[0],
        "plan:second_element": pair[-1],
        "plan:indicator": plan.indicators[0].code,
        "plan:target": next((target.code for target in plan.targets if target.indicator), plan.targets[0].code),
        "plan:month": format_period(month),
        "plan:next_month_end": following.isoformat(),
    }


def _replaced(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {words.get(key, key): _replaced(held, words) for key, held in value.items()}
    if isinstance(value, list):
        return [_replaced(held, words) for held in value]
    return words.get(value, value) if isinstance(value, str) else value
