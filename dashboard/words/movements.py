"""Words for why a rolled-up rate moved: the finding, each unit's part, and how units are in the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from dashboard.locale import _, count_text, month_text, ngettext
from dashboard.words.figures import MINUS, indicator_name, measure_of_change, signed, unit_name
from metrics.contributions import Contribution, Effects, Movement, PartState
from metrics.plan.model import Plan
from metrics.queries.movements import MovedRate
from metrics.rounding import written


def part_word(state: PartState) -> str:
    """How a unit is in both sums."""
    return {
        PartState.REPORTED: _("in both months"),
        PartState.CARRIED: _("carried"),
        PartState.ENTERED: _("entered the sum"),
        PartState.LEFT: _("left the sum"),
        PartState.NOT_APPLICABLE: _("denominator 0"),
        PartState.ABSENT: _("not reported"),
    }[state]


def effect_text(effect: Fraction, cell: int, *, decimals: int) -> str:
    """+0.20, −0.05, 0.00; < where it is more than 0 and written 0.00."""
    if effect and not cell:
        least = written(1, decimals)
        return f"<+{least}" if effect > 0 else f"<{MINUS}{least}"
    text = written(cell, decimals).replace("-", MINUS)
    return f"+{text}" if cell > 0 else text


def total_text(part: Contribution, cells: Effects) -> str:
    return effect_text(part.total, cells.total, decimals=cells.decimals)


def effect_texts(part: Contribution, cells: Effects) -> tuple[str, str, str]:
    """A unit's part: both effects together, its own rate's, its denominator's."""
    effects = ((part.rate_effect, cells.rate_effect), (part.denominator_effect, cells.denominator_effect))
    by_rate, by_denominator = (effect_text(exact, cell, decimals=cells.decimals) for exact, cell in effects)
    return total_text(part, cells), by_rate, by_denominator


def sum_text(cell: int, moved: Movement) -> str:
    """A sum of what is written."""
    return effect_text(Fraction(cell), cell, decimals=moved.decimals)


def leading(moved: Movement) -> tuple[Contribution, Effects] | None:
    """The part that did most of what happened; None where nothing did."""
    pairs = list(zip(moved.parts, moved.written, strict=True))
    sign = -1 if moved.change < 0 else 1
    found = max(pairs, key=lambda pair: sign * pair[0].total, default=None)
    return None if found is None or sign * found[0].total <= 0 else found


def finding(plan: Plan, rate: MovedRate, earlier: date, later: date) -> str:
    """By how much the rate moved, and who did most of it."""
    name = indicator_name(rate.indicator)
    if rate.unit.code != plan.root.code:
        name = unit_name(rate.unit) + _(": ") + name
    since, month = month_text(earlier), month_text(later)
    moved = rate.moved
    if moved is None:
        empty = since if rate.before.value is None else month
        return _("{name}: no value in {month}, so nothing to compare", name=name, month=empty)
    told = {"name": name, "since": since, "month": month}
    if not rate.after.units_reported and moved.change == 0:
        return _("{name}: no unit reported in {month}, the value is carried, so whether it moved is not known", **told)
    return _told(plan, rate, moved, told) + "".join(_counted_otherwise(moved))


def _told(plan: Plan, rate: MovedRate, moved: Movement, told: dict[str, str]) -> str:
    found = leading(moved)
    if moved.change == 0:
        text = _("{name} did not move from {since} to {month}", **told)
        return text if found is None else text + _("; parts cancel each other out")
    told |= {"change": f"{signed(moved.change)} {measure_of_change(rate.indicator)}"}
    if found is None:
        return _("{name} {change} from {since} to {month}", **told)
    part, cells = found
    told |= {"unit": unit_name(plan.unit_by_code[part.counts.unit_code]), "part": total_text(part, cells)}
    return _("{name} {change} from {since} to {month}: the largest part, {part}, comes from {unit}", **told)


def _counted_otherwise(moved: Movement) -> Iterator[str]:
    """How many units entered the sum, left it and are carried; nothing of what none did."""
    entered, left, carried = (moved.count(one) for one in (PartState.ENTERED, PartState.LEFT, PartState.CARRIED))
    if entered:
        yield ngettext("; {n} unit entered the sum", "; {n} units entered the sum", entered)
    if left:
        yield ngettext("; {n} unit left the sum", "; {n} units left the sum", left)
    if carried:
        yield ngettext("; {n} unit is carried", "; {n} units are carried", carried)


def contributed_found(moved: Movement) -> str:
    """How many units raised the rate and how many lowered it, of all in either sum."""
    up, down = (sum(sign * part.total > 0 for part in moved.parts) for sign in (1, -1))
    if not up and not down:
        return _("No unit moved it")
    return ngettext(
        "{up} of {n} unit raised it, {down} lowered it",
        "{up} of {n} units raised it, {down} lowered it",
        moved.counted,
        up=count_text(up),
        down=count_text(down),
    )


def counted_found(moved: Movement) -> str:
    """How many units are in both sums by figures of their own, and how many otherwise or in neither."""
    counts = Counter(part.counts.state for part in moved.parts)
    parts = [_("{n} {how}", n=count_text(counts[state]), how=part_word(state)) for state in PartState if counts[state]]
    return ngettext("Of {n} unit: {parts}", "Of {n} units: {parts}", counts.total(), parts=_(", ").join(parts))
