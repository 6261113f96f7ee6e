"""Rows that add up others are not recorded; what they say is held against the rows they add up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from metrics.errors import Message
from metrics.forms import plain
from metrics.intake.findings import Entry, Findings, Total
from metrics.intake.written_count import WrittenCount, written_count
from metrics.plan.model import Plan


def check_totals(totals: Sequence[Total], entries: Sequence[Entry], plan: Plan, found: Findings) -> None:
    """Give notice of every total that is not the sum of its column. A total that is no plain count is left alone."""
    periods = {entry.period for entry in entries}
    for total in totals:
        period = total.period if total.period is not None else next(iter(periods)) if len(periods) == 1 else None
        written = written_count(plan.element_by_code[total.element], total.cell)
        figures = [
            _count(plan, entry) for entry in entries if entry.element == total.element and entry.period == period
        ]
        if not isinstance(written, WrittenCount) or not figures or None in figures:
            continue
        added = sum((figure for figure in figures if figure is not None), Decimal(0))
        if added != Decimal(written.recorded):
            name = plan.element_by_code[total.element].name
            message = Message(
                f"“{name.zh}”的合计 {written.recorded} 与各行之和 {plain(added)} 不一致,请核对。",
                f"The total of {name.en} is {written.recorded}, but its rows add up to {plain(added)}; check them.",
            )
            place = total.place
            found.notice(place.sheet, "total_differs", message, row=place.row, column=place.column)


def _count(plan: Plan, entry: Entry) -> Decimal | None:
    if entry.cell is None:
        return Decimal(0)
    written = written_count(plan.element_by_code[entry.element], entry.cell)
    return Decimal(written.recorded) if isinstance(written, WrittenCount) else None
