"""Rates and verdicts recomputed from the rules' text, slowly and apart from the code they check.

Everything is looked up anew for every question; months are counted one by one; statuses follow the sentences of rule 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from statistics import median

from metrics.plan.model import Indicator, LinearForm, Plan, Target
from tests.reference import months_before

Returns = Mapping[tuple[str, date], Mapping[str, Fraction]]  # (unit, period) -> element -> value


def month_end(period: date) -> date:
    following = date(period.year + period.month // 12, period.month % 12 + 1, 1)
    return following - timedelta(days=1)


def months_between(earlier: date, later: date) -> int:
    """Whole months from one month's end to another's."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def summed(form: LinearForm, values: Mapping[str, Fraction]) -> Fraction:
    return sum((term.times * values[term.element] for term in form.terms), Fraction(form.constant))


def own(returns: Returns, indicator: Indicator, unit: str, period: date) -> tuple[Fraction, Fraction] | None:
    """Numerator and denominator as the unit reported them, None if any element is missing."""
    values = returns.get((unit, period), {})
    if any(element not in values for element in indicator.elements):
        return None
    return summed(indicator.numerator, values), summed(indicator.denominator, values)


def city(
    returns: Returns, plan: Plan, indicator: Indicator, period: date
) -> tuple[Fraction | None, Fraction | None, int, int, int]:
    """(numerator, denominator, reported, carried, expected) of the whole city."""
    flows = any(plan.element_by_code[element].nature == "flow" for element in indicator.elements)
    numerator, denominator, reported, carried, expected = Fraction(0), Fraction(0), 0, 0, 0
    for unit in plan.units:
        if unit.code == plan.root.code:
            continue
        found = own(returns, indicator, unit.code, period)
        if found is not None:
            reported += 1
        elif not flows:
            for back in (1, 2, 3):
                found = found or own(returns, indicator, unit.code, months_before(period, back))
            carried += found is not None
        if found is not None:
            numerator, denominator = numerator + found[0], denominator + found[1]
        expected += found is not None or unit.figures_required
    if reported + carried == 0:
        return None, None, 0, 0, expected
    return numerator, denominator, reported, carried, expected


def value(returns: Returns, plan: Plan, indicator: Indicator, unit: str, period: date) -> tuple[str, Fraction | None]:
    """('missing' | 'empty' | 'known', value)."""
    found = own(returns, indicator, unit, period)
    if unit == plan.root.code:
        above, below, *_ = city(returns, plan, indicator, period)
        found = None if above is None or below is None else (above, below)
    if found is None:
        return "missing", None
    return ("empty", None) if found[1] == 0 else ("known", indicator.scale * found[0] / found[1])


def meets(reached: Fraction, target: Target) -> bool:
    line = Fraction(target.threshold or 0)
    return {">=": reached >= line, "<=": reached <= line, "==": reached == line}[target.comparator or ""]


def status(returns: Returns, plan: Plan, target: Target, unit: str, on: date) -> tuple[str, str]:
    """(status, timing) by rule 8; `on` is the last day of a month."""
    indicator, period = plan.indicator_by_code[str(target.indicator)], on.replace(day=1)
    known, reached = value(returns, plan, indicator, unit, period)
    if known != "known" or reached is None:
        return ("no_data", "") if known == "missing" else ("not_applicable", "")
    periods = sorted({p for _, p in returns if p <= period})
    course = [(p, v) for p in periods if (v := value(returns, plan, indicator, unit, p)[1]) is not None]
    if meets(reached, target):
        return "met", _timing(course, target)
    if target.due_on is not None and on > target.due_on:
        window = target.verification_window
        return ("rectifying" if window is not None and on <= window.end else "overdue"), ""
    better = 1 if indicator.direction == "higher" else -1
    first, height = course[0]
    if target.due_on is None:
        return ("on_track" if better * reached >= better * height else "behind"), ""
    whole, gone = months_between(first, target.due_on), months_between(first, period)
    line = height + (Fraction(target.threshold or 0) - height) * gone / whole if whole > 0 else Fraction(10**9) * better
    if better * reached >= better * line:
        return "on_track", ""
    return ("on_track" if _arrives(course, target, indicator, period) else "behind"), ""


def _timing(course: list[tuple[date, Fraction]], target: Target) -> str:
    if target.due_on is None:
        return ""
    ends = [month_end(period) for period, reached in course if meets(reached, target)]
    if any(end <= target.due_on for end in ends):
        return "on_time"
    window = target.verification_window
    return "in_window" if window is not None and any(end <= window.end for end in ends) else "late"


def _arrives(course: list[tuple[date, Fraction]], target: Target, indicator: Indicator, period: date) -> bool:
    recent = course[-6:]
    if len(recent) < 3 or target.due_on is None or months_between(period, target.due_on) <= 0:
        return False
    places = [Fraction(months_between(recent[0][0], p)) for p, _ in recent]
    heights = [height for _, height in recent]
    slopes = [(heights[j] - heights[i]) / (places[j] - places[i]) for i, j in combinations(range(len(recent)), 2)]
    ahead = months_between(recent[0][0], target.due_on) - Fraction(median(places))
    arrived = Fraction(median(heights)) + Fraction(median(slopes)) * ahead
    if indicator.share:
        arrived = min(max(arrived, Fraction(0)), Fraction(100))
    return meets(arrived, target)
