"""Rules for the monthly form, its checks and the indicators over it, and for the holidays that move its due day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel

from metrics.periods import is_weekend
from metrics.plan.model import (
    CalendarYear,
    ComparisonCheck,
    Element,
    FlowMovedCheck,
    FrozenBaselineCheck,
    Indicator,
    LinearForm,
    Nature,
    Plan,
)
from metrics.plan.problems import PlanProblem, problem_in
from metrics.stored_rates import beyond_whole_numbers

_PERCENT = 100


def form_problems(plan: Plan) -> Iterator[PlanProblem]:
    """Problems of blocks, elements, checks and indicators."""
    blocks = {block.code for block in plan.blocks}
    for block in plan.blocks:
        if all(element.block != block.code for element in plan.elements):
            yield problem_in("block_empty", "blocks", block)
        owed = {element.owed.value: element for element in plan.elements if element.block == block.code}
        if len(owed) > 1:
            yield problem_in("block_owed_mixed", "blocks", block, given=", ".join(sorted(owed)))
    for element in plan.elements:
        yield from _element(element, blocks)
    for check in plan.checks:
        if isinstance(check, ComparisonCheck):
            for side, form in (("left", check.left), ("right", check.right)):
                yield from _linear_form(plan, "checks", check, path=side, form=form)
        elif isinstance(check, FrozenBaselineCheck):
            yield from _frozen_baseline(plan, check)
        elif isinstance(check, FlowMovedCheck) and check.at_least > check.months:
            yield problem_in(
                "at_least_beyond_months", "checks", check, "at_least", given=check.at_least, months=check.months
            )
    for indicator in plan.indicators:
        yield from _indicator(plan, indicator)
    for indicator in beyond_whole_numbers(plan):
        yield problem_in("sums_too_large", "indicators", indicator)


def _element(element: Element, blocks: set[str]) -> Iterator[PlanProblem]:
    if element.block not in blocks:
        yield problem_in("block_unknown", "elements", element, "block", given=element.block)
    if element.maximum <= 0:
        yield problem_in("maximum_not_positive", "elements", element, "maximum", given=element.maximum)


def _frozen_baseline(plan: Plan, check: FrozenBaselineCheck) -> Iterator[PlanProblem]:
    element = plan.element_by_code.get(check.element)
    if element is None:
        yield problem_in("element_unknown", "checks", check, "element", given=check.element)
    elif element.nature is not Nature.STOCK:
        yield problem_in("element_not_stock", "checks", check, "element", given=check.element)


def _indicator(plan: Plan, indicator: Indicator) -> Iterator[PlanProblem]:
    for side, form in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
        yield from _linear_form(plan, "indicators", indicator, path=side, form=form)
    above, below = (_natures(plan, form) for form in (indicator.numerator, indicator.denominator))
    is_per_head = above == {Nature.FLOW} and below == {
        Nature.STOCK
    }  # a flow over a stock counts as a flow (decision 212)
    if len(above | below) > 1 and not is_per_head:
        yield problem_in("natures_mixed", "indicators", indicator, given=", ".join(indicator.elements))
    if indicator.share and indicator.scale != _PERCENT:
        yield problem_in("scale_not_percent", "indicators", indicator, "scale", given=indicator.scale)


def _natures(plan: Plan, form: LinearForm) -> set[Nature]:
    return {plan.element_by_code[code].nature for code in form.elements if code in plan.element_by_code}


def _linear_form(plan: Plan, field: str, part: BaseModel, *, path: str, form: LinearForm) -> Iterator[PlanProblem]:
    if not form.terms and path != "right":  # an element may be compared with a plain number
        yield problem_in("form_empty", field, part, f"{path}.terms")
    seen: set[str] = set()
    for index, term in enumerate(form.terms):
        at = f"{path}.terms[{index}]"
        if term.element not in plan.element_by_code:
            yield problem_in("element_unknown", field, part, f"{at}.element", given=term.element)
        if term.element in seen:
            yield problem_in("term_twice", field, part, at, given=term.element)
        if term.times == 0:
            yield problem_in("term_times_zero", field, part, f"{at}.times", given=term.element)
        seen.add(term.element)


def calendar_problems(plan: Plan) -> Iterator[PlanProblem]:
    """Problems of the holiday table."""
    if plan.document.due_rolls_forward and not plan.calendar:
        yield problem_in("calendar_needed", "document", plan.document, "due_rolls_forward")
    off: dict[date, str] = {}
    for year in plan.calendar:
        yield from _year(year)
        yield from _holidays(year, off)
    for year in plan.calendar:
        yield from _working_weekends(year, off)


def _year(year: CalendarYear) -> Iterator[PlanProblem]:
    if not re.fullmatch(r"\d{4}", year.code, re.ASCII):
        yield problem_in("year_odd", "calendar", year, "code", given=year.code)
    if not year.notices:
        yield problem_in("notice_missing", "calendar", year, "notices")


def _holidays(year: CalendarYear, off: dict[date, str]) -> Iterator[PlanProblem]:
    for index, holiday in enumerate(year.holidays):
        at = f"holidays[{index}]"
        if holiday.first > holiday.last:
            yield problem_in("dates_reversed", "calendar", year, at, given=holiday.first, end=holiday.last)
            continue
        if str(holiday.last.year) != year.code:  # New Year's Day may begin in December
            yield problem_in("day_outside_year", "calendar", year, f"{at}.last", given=holiday.last)
        twice = [day for day in holiday.days() if day in off]
        if twice:
            yield problem_in("day_off_twice", "calendar", year, at, given=twice[0], other=off[twice[0]])
        off.update(dict.fromkeys(holiday.days(), holiday.name.zh))


def _working_weekends(year: CalendarYear, off: dict[date, str]) -> Iterator[PlanProblem]:
    for index, day in enumerate(year.working_weekends):
        at = f"working_weekends[{index}]"
        if not is_weekend(day):
            yield problem_in("not_a_weekend", "calendar", year, at, given=day)
        elif day in off:
            yield problem_in("day_off_worked", "calendar", year, at, given=day, other=off[day])
