"""Rows that add up others are not recorded; what they say is held against the rows they add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from metrics.errors import Message
from metrics.forms import plain
from metrics.intake.findings import Entry, Findings, Total
from metrics.intake.written_count import WrittenCount, written_count
from metrics.plan.model import Plan


def check_totals(totals: Sequence[Total], entries: Sequence[Entry], plan: Plan, found: Findings) -> None:
    """Give notice of every total that is not the sum of its column. A total that is no plain count is left alone."""
    periods = {entry.period for entry in entries}
    sums = _sums(plan, entries) if totals else {}
    for total in totals:
        period = total.period if total.period is not None else next(iter(periods)) if len(periods) == 1 else None
        written = written_count(plan.element_by_code[total.element], total.cell)
        added = None if period is None else sums.get((total.element, period))
        if not isinstance(written, WrittenCount) or added is None:
            continue
        if added != Decimal(written.recorded):
            name = plan.element_by_code[total.element].name
            message = Message(
                f"“{name.zh}”的合计 {written.recorded} 与各行之和 {plain(added)} 不一致,请核对。",
                f"The total of {name.en} is {written.recorded}, but its rows add up to {plain(added)}; check them.",
            )
            place = total.place
            found.notice(place.sheet, "total_differs", message, row=place.row, column=place.column)


def _sums(plan: Plan, entries: Sequence[Entry]) -> dict[tuple[str, date], Decimal | None]:
    """Element and period → what the rows add up to; None where one of them is no count. Blank adds nothing."""
    sums: dict[tuple[str, date], Decimal | None] = {}
    for entry in entries:
        key = entry.element, entry.period
        so_far, count = sums.get(key, Decimal(0)), _count(plan, entry)
        sums[key] = None if so_far is None or count is None else so_far + count
    return sums


def _count(plan: Plan, entry: Entry) -> Decimal | None:
    if entry.cell is None:
        return Decimal(0)
    written = written_count(plan.element_by_code[entry.element], entry.cell)
    return Decimal(written.recorded) if isinstance(written, WrittenCount) else None
