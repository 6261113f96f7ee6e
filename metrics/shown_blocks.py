"""Which blocks the form of a month shows, as a page and as a workbook, and what is said of those it leaves out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from metrics.periods import add_months, last_owed
from metrics.plan.model import Block, Plan, Text

_OFTEN = {3: Text(zh="按季", en="owed each quarter"), 12: Text(zh="按年", en="owed each December")}
"""By months apart."""


def shown_blocks(plan: Plan, period: date, *, there: Collection[str]) -> tuple[Block, ...]:
    """The blocks of the form of `period`, in display order: those that are owed, and those of which anything is there.

    `there`: the elements that have a value already, or something typed.
    """
    begun = {element.block for element in plan.elements if element.code in there}
    owed = plan.blocks_owed(period)
    ordered = sorted(plan.blocks, key=lambda block: block.order)
    return tuple(block for block in ordered if block in owed or block.code in begun)


def left_out_words(plan: Plan, shown: Collection[Block]) -> Text | None:
    """Which blocks are not owed this month and how often they are; None where all are `shown`."""
    left_out = [block for block in sorted(plan.blocks, key=lambda block: block.order) if block not in shown]
    if not left_out:
        return None
    often = [(block.name, _OFTEN[plan.block_months[block.code]]) for block in left_out]
    return Text(
        zh="本月不报\uff1a" + "、".join(f"{name.zh}\uff08{how.zh}报送\uff09" for name, how in often) + "。",
        en="Not owed now: " + ", ".join(f"{name.en} ({how.en})" for name, how in often) + ".",
    )


def month_before(plan: Plan, block: str, period: date) -> date:
    """The newest month before `period` in which the block was owed: what the form shows beside this month's figures."""
    return last_owed(add_months(period, -1), plan.block_months.get(block, 1))
