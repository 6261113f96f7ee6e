"""Rates and verdicts recomputed from the rules' text, slowly and apart from the code they check.

Everything is looked up anew for every question; months are counted one by one; statuses follow the sentences of rule 8.
Of submissions that do not change any more (`Fixed`) it remembers what stood in a month, and asks that over and over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from statistics import median

from metrics.plan.model import Indicator, LinearForm, Plan, Target
from tests.reference import months_before

Submissions = Mapping[tuple[str, date], Mapping[str, Fraction]]  # (unit, period) -> element -> value


class Fixed(dict[tuple[str, date], Mapping[str, Fraction]]):
    """Submissions that do not change any more, of one plan that does not either, with what was found in them."""

    def __init__(self, submissions: Submissions, plan: Plan) -> None:
        super().__init__(submissions)
        self.plan = plan
        self.found: dict[tuple[str, str, date], tuple[str, Fraction | None]] = {}
        self.points: dict[tuple[str, str, date], bool] = {}


def month_end(period: date) -> date:
    following = date(period.year + period.month // 12, period.month % 12 + 1, 1)
    return following - timedelta(days=1)


def months_between(earlier: date, later: date) -> int:
    """Whole months from one month's end to another's."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def summed(form: LinearForm, values: Mapping[str, Fraction]) -> Fraction:
    return sum((term.times * values[term.element] for term in form.terms), Fraction(form.constant))


def own(submissions: Submissions, indicator: Indicator, unit: str, period: date) -> tuple[Fraction, Fraction] | None:
    """Numerator and denominator as the unit reported them, None if any element is missing."""
    values = submissions.get((unit, period), {})
    if any(element not in values for element in indicator.elements):
        return None
    return summed(indicator.numerator, values), summed(indicator.denominator, values)


def every(plan: Plan, indicator: Indicator) -> int:
    """Of how many months the last is one in which the indicator is owed: as seldom as its rarest element."""
    owed = {plan.element_by_code[element].owed.value for element in indicator.elements}
    return 12 if "year" in owed else 3 if "quarter" in owed else 1


def last_owed(plan: Plan, indicator: Indicator, period: date) -> date:
    """The month itself, each quarter's last month, or December: the newest that has come."""
    while period.month % every(plan, indicator):
        period = months_before(period, 1)
    return period


def standing(
    submissions: Submissions, plan: Plan, indicator: Indicator, unit: str, period: date
) -> tuple[Fraction, Fraction] | None:
    """What the unit reported for the month or, between owed ones, what stands in it; None where that is nothing."""
    since, month = last_owed(plan, indicator, period), period
    while month >= since and plan.unit_by_code[unit].exists_on(month_end(month)):
        found = own(submissions, indicator, unit, month)
        if found is not None:
            return found
        month = months_before(month, 1)
    return None


def city(
    submissions: Submissions, plan: Plan, indicator: Indicator, period: date
) -> tuple[Fraction | None, Fraction | None, int, int, int]:
    """(numerator, denominator, reported, carried, expected) of the whole city."""
    flows = any(plan.element_by_code[element].nature == "flow" for element in indicator.elements)
    numerator, denominator, reported, carried, expected = Fraction(0), Fraction(0), 0, 0, 0
    for unit in plan.units:
        if unit.code == plan.root.code or not unit.exists_on(month_end(period)):
            continue
        found = standing(submissions, plan, indicator, unit.code, period)
        if found is not None:
            reported += 1
        elif not flows:
            for back in range(1, plan.document.carry_months + 1):
                found = found or standing(submissions, plan, indicator, unit.code, months_before(period, back))
            carried += found is not None
        if found is not None and found[1] != 0:
            numerator, denominator = numerator + found[0], denominator + found[1]
        expected += found is not None or unit.figures_required
    if reported + carried == 0:
        return None, None, 0, 0, expected
    return numerator, denominator, reported, carried, expected


def value(
    submissions: Submissions, plan: Plan, indicator: Indicator, unit: str, period: date
) -> tuple[str, Fraction | None]:
    """('missing' | 'empty' | 'known', value)."""
    if not isinstance(submissions, Fixed):
        return _value(submissions, plan, indicator, unit, period)
    assert plan is submissions.plan
    asked = indicator.code, unit, period
    if asked not in submissions.found:
        submissions.found[asked] = _value(submissions, plan, indicator, unit, period)
    return submissions.found[asked]


def _value(
    submissions: Submissions, plan: Plan, indicator: Indicator, unit: str, period: date
) -> tuple[str, Fraction | None]:
    found = standing(submissions, plan, indicator, unit, period)
    if unit == plan.root.code:
        above, below, *_ = city(submissions, plan, indicator, period)
        found = None if above is None or below is None else (above, below)
    if found is None:
        return "missing", None
    return ("empty", None) if found[1] == 0 else ("known", indicator.scale * found[0] / found[1])


def meets(reached: Fraction, target: Target) -> bool:
    line = Fraction(target.threshold or 0)
    return {">=": reached >= line, "<=": reached <= line, "==": reached == line}[target.comparator or ""]


def status(submissions: Submissions, plan: Plan, target: Target, unit: str, on: date) -> tuple[str, str]:
    """(status, timing) by rule 8; `on` is the last day of a month."""
    indicator, period = plan.indicator_by_code[str(target.indicator)], on.replace(day=1)
    known, reached = value(submissions, plan, indicator, unit, period)
    if known != "known" or reached is None:
        return ("no_data", "") if known == "missing" else ("not_applicable", "")
    course = course_of(submissions, plan, indicator, unit, period)
    if meets(reached, target):
        return "met", _timing(course, target, on)
    if target.due_on is not None and on > target.due_on:
        window = target.verification_window
        return ("rectifying" if window is not None and on <= window.end else "overdue"), ""
    better = 1 if indicator.direction == "higher" else -1
    first, height = course[0]
    if first >= last_owed(plan, indicator, period) and period < target_month(target):
        return "on_track", ""  # a single value so far, at which the line starts
    if target.due_on is None:
        return ("on_track" if better * reached >= better * height else "behind"), ""
    whole, gone = months_between(first, target.due_on), months_between(first, period)
    line = height + (Fraction(target.threshold or 0) - height) * gone / whole if whole > 0 else Fraction(10**9) * better
    if better * reached >= better * line:
        return "on_track", ""
    left = months_between(period, target.due_on)
    present = present_pace(points(submissions, plan, target, unit, on))
    if left <= 0 or present is None:
        return "behind", ""
    required = (Fraction(target.threshold or 0) - reached) / left
    return ("on_track" if better * present >= better * required else "behind"), ""


def course_of(
    submissions: Submissions, plan: Plan, indicator: Indicator, unit: str, period: date
) -> list[tuple[date, Fraction]]:
    """Every month up to `period` in which there is a value, oldest first."""
    found, month = [], period
    first = min(sent for _, sent in submissions)
    while month >= first:
        reached = value(submissions, plan, indicator, unit, month)[1]
        found += [] if reached is None else [(month, reached)]
        month = months_before(month, 1)
    return found[::-1]


def target_month(target: Target) -> date:
    """The month in which it falls due; one that never comes for a target without a due date."""
    return date.max if target.due_on is None else target.due_on.replace(day=1)


def _timing(course: list[tuple[date, Fraction]], target: Target, on: date) -> str:
    """When it was met, by the month ends that had come by `on`; due dates are month ends here."""
    if target.due_on is None:
        return ""
    by_end = {month_end(period): reached for period, reached in course}
    when_due = by_end.get(target.due_on)
    if on <= target.due_on or (when_due is not None and meets(when_due, target)):
        return "on_time"
    window = target.verification_window
    met_after = [end for end, reached in by_end.items() if end > target.due_on and meets(reached, target)]
    return "in_window" if window is not None and any(end <= window.end for end in met_after) else "late"


def figures(submissions: Submissions, plan: Plan, target: Target, unit: str, on: date) -> dict[str, object]:
    """Paces, projection and shortfall by rule 9; `on` is the last day of a month, and due dates are month ends."""
    indicator, period = plan.indicator_by_code[str(target.indicator)], on.replace(day=1)
    nothing: dict[str, object] = dict.fromkeys(("present", "required", "short", "projected", "reached_on"))
    known, reached = value(submissions, plan, indicator, unit, period)
    if known != "known" or reached is None:
        return nothing
    present = present_pace(points(submissions, plan, target, unit, on))
    met, left = meets(reached, target), 0 if target.due_on is None else months_between(period, target.due_on)
    found = nothing | {"present": present}
    if not met:
        found["short"] = _shortfall(submissions, plan, target, unit, period)
    if left > 0 and not met:
        found["required"] = (Fraction(target.threshold or 0) - reached) / left
    if left > 0 and present is not None:
        lowest = Fraction(-(10**9) if any(term.times < 0 for term in indicator.numerator.terms) else 0)
        highest = Fraction(100 if indicator.share else 10**9)
        found["projected"] = max(lowest, min(highest, reached + present * left))
        found["reached_on"] = None if met else _reached_on(reached, present, target, indicator, period)
    return found


def points(submissions: Submissions, plan: Plan, target: Target, unit: str, on: date) -> list[tuple[date, Fraction]]:
    """The points of the pace up to the month that ends `on`, oldest first."""
    indicator = plan.indicator_by_code[str(target.indicator)]
    course = course_of(submissions, plan, indicator, unit, on.replace(day=1))
    return [(p, v) for p, v in course if _is_known_point(submissions, plan, indicator, unit, p)]


def _is_known_point(submissions: Submissions, plan: Plan, indicator: Indicator, unit: str, period: date) -> bool:
    if not isinstance(submissions, Fixed):
        return is_point(submissions, plan, indicator, unit, period)
    assert plan is submissions.plan
    asked = indicator.code, unit, period
    if asked not in submissions.points:
        submissions.points[asked] = is_point(submissions, plan, indicator, unit, period)
    return submissions.points[asked]


def _is_good_enough(reached: Fraction, target: Target, indicator: Indicator) -> bool:
    line = Fraction(target.threshold or 0)
    return reached >= line if indicator.direction == "higher" else reached <= line


def _reached_on(
    reached: Fraction, present: Fraction, target: Target, indicator: Indicator, period: date
) -> date | None:
    """Month by month for fifty years."""
    for _ in range(600):
        reached, period = reached + present, (month_end(period) + timedelta(days=1))
        if _is_good_enough(reached, target, indicator):
            return month_end(period)
    return None


def _shortfall(submissions: Submissions, plan: Plan, target: Target, unit: str, period: date) -> Fraction:
    """The fewest steps, each the least by which an element of the numerator can change, looked for by halving."""
    indicator = plan.indicator_by_code[str(target.indicator)]
    found = standing(submissions, plan, indicator, unit, period)
    if unit == plan.root.code:
        found = city(submissions, plan, indicator, period)[:2]  # type: ignore[assignment]  # it has a value here
    assert found is not None
    above, below = found
    step = Fraction(1, 10 ** max(plan.element_by_code[term.element].decimals for term in indicator.numerator.terms))
    step *= 1 if indicator.direction == "higher" else -1
    few, many = 0, 1
    while not _is_good_enough(indicator.scale * (above + many * step) / below, target, indicator):
        many *= 2
    while many - few > 1:
        middle = (few + many) // 2
        enough = _is_good_enough(indicator.scale * (above + middle * step) / below, target, indicator)
        few, many = (few, middle) if enough else (middle, many)
    return many * abs(step)


def is_point(submissions: Submissions, plan: Plan, indicator: Indicator, unit: str, period: date) -> bool:
    """Owed and reported, neither carried nor standing: by the unit, or by at least half of those the city expects."""
    if last_owed(plan, indicator, period) != period:
        return False
    if unit != plan.root.code:
        return own(submissions, indicator, unit, period) is not None
    _, _, reported, _, expected = city(submissions, plan, indicator, period)
    return reported > 0 and reported * 2 >= expected


def present_pace(points: list[tuple[date, Fraction]]) -> Fraction | None:
    """The median of the slopes between any two of the last six points, None below three."""
    recent = points[-6:]
    if len(recent) < 3:
        return None
    slopes = [(after[1] - before[1]) / months_between(before[0], after[0]) for before, after in combinations(recent, 2)]
    return Fraction(median(slopes))
