"""Rules for the holiday table: a year is a year, a day is off or worked, never both, and a roll needs a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from metrics.periods import is_weekend
from metrics.plan.model import CalendarYear, Plan
from metrics.plan.problems import PlanProblem, problem_in


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
