"""Which units owe a return for a period, and which blocks of the form. Pure; the plan says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from metrics.periods import last_day
from metrics.plan.model import Plan


@dataclass(frozen=True, slots=True)
class ExpectedReturn:
    """What one unit owes for one period. Not `required`: it may report and owes nothing, so `blocks` is empty."""

    unit: str
    required: bool
    blocks: tuple[str, ...]


def expected_returns(plan: Plan, period: date) -> tuple[ExpectedReturn, ...]:
    """One row per reporting unit that exists on the period's last day, in display order; blocks in the form's order."""
    ordered = sorted(plan.blocks, key=lambda block: block.order)
    found = []
    for unit in plan.reporting_units:
        if unit.exists_on(last_day(period)):
            blocks = tuple(block.code for block in ordered if not unit.blocks or block.code in unit.blocks)
            found.append(
                ExpectedReturn(
                    unit.code, required=unit.figures_required, blocks=blocks if unit.figures_required else ()
                )
            )
    return tuple(found)
