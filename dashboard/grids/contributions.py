"""What each unit added to a change, as a table: its part, of which its own rate and its denominator, and its counts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dash import html

from dashboard.locale import _, count_text, month_text, ngettext, pgettext
from dashboard.parts import plain_table, unit_link
from dashboard.window.address import Address
from dashboard.words.figures import NOTHING, measure, measure_of_change, value_text
from dashboard.words.movements import effect_texts, part_word, sum_text
from metrics.contributions import Contribution, Counts, Effects, Movement
from metrics.plan.model import Plan
from metrics.queries.movements import MovedRate
from metrics.results import Exact, Rate

Component = Any


def contributions_table(
    plan: Plan,
    rate: MovedRate,
    moved: Movement,
    shown: Sequence[tuple[Contribution, Effects]],
    *,
    address: Address,
) -> Component:
    """The parts `shown`, as they come, and all parts together."""
    unit = measure_of_change(rate.indicator)
    headings = [_("Unit"), _("Part, {unit}", unit=unit), _("own rate"), _("denominator")]
    for month in (rate.before.period, rate.after.period):
        headings += [_("{month}: counts", month=month_text(month)), _("Value, {unit}", unit=measure(rate.indicator))]
    headings.append(_("In the sums"))
    rows = [_row(plan, rate, part, cells, address=address) for part, cells in shown]
    return plain_table(
        _("What each unit contributed to the change"), headings, [*rows, _together(plan, rate, moved)], labelled=True
    )


def _row(plan: Plan, rate: MovedRate, part: Contribution, cells: Effects, *, address: Address) -> list[Component]:
    counts = part.counts
    effects = effect_texts(part, cells)
    words = part_word(counts.state)
    if counts.before is not None and counts.before.carried:
        words += _(", carried before")
    figures: list[Component] = []
    for one in (counts.before, counts.after):
        figures += [NOTHING, NOTHING] if one is None else [_ratio(one), _value(plan, rate, one)]
    return [
        unit_link(plan.unit_by_code[counts.unit_code], address),
        *(effects if counts.state.is_in_a_sum else [NOTHING] * len(effects)),
        *figures,
        words,
    ]


def _together(plan: Plan, rate: MovedRate, moved: Movement) -> list[Component]:
    together = moved.together
    sums = (together.total, together.rate_effect, together.denominator_effect)
    figures: list[Component] = []
    for one, value in ((rate.before, moved.before), (rate.after, moved.after)):
        figures += [_counted(one), value_text(plan, rate.indicator, value)]
    cells = [*[sum_text(cell, moved) for cell in sums], *figures, ngettext("{n} unit", "{n} units", moved.counted)]
    return [html.B(pgettext("sum", "Together")), *[html.B(cell) for cell in cells]]


def _counted(rate: Rate) -> str:
    if rate.numerator is None or rate.denominator is None:
        return NOTHING
    return _ratio(Counts(rate.numerator, rate.denominator))


def _ratio(counts: Counts) -> str:
    return f"{_count(counts.numerator)} ÷ {_count(counts.denominator)}"


def _count(count: Exact) -> str:
    return count_text(Fraction(count))


def _value(plan: Plan, rate: MovedRate, counts: Counts) -> str:
    if not counts.denominator:
        return NOTHING
    return value_text(plan, rate.indicator, rate.indicator.scale * counts.ratio)
