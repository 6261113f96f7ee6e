"""The figures behind a chart of courses, as a table: units down, months across, each leading to its explanation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import dcc

from dashboard.charts.course import MARKERS, CourseChart
from dashboard.locale import _, date_text, month_text
from dashboard.parts import plain_table
from dashboard.window.address import Address
from dashboard.words.figures import NOTHING, unit_name, value_text
from metrics.due_line import Corner, DueStep, due_on_day, way_on_day
from metrics.periods import last_day
from metrics.plan.model import Indicator, Plan, Unit
from metrics.results import Rate

Component = Any


def course_table(
    plan: Plan,
    indicator: Indicator,
    *,
    units: Sequence[Unit],
    courses: Mapping[tuple[str, str], Sequence[Rate]],
    caption: str,
    address: Address,
    target: str | None,
    due: Mapping[str, Sequence[DueStep]],
    ways: Sequence[Sequence[Corner]] = (),
    judged: Mapping[str, Corner] | None = None,
    first: date | None = None,
) -> Component:
    """Values without unit; 未报 where a unit did not report, — where nothing applies.

    Each leads to the verdict on `target` (None: there is none to explain) in its own month. Below them, month by month,
    stands what is drawn as lines: how much is due, by the name of the row, what is `judged` by where that has left it,
    and the ways to what is ahead. `first`: the first month shown.
    """
    months = sorted({rate.period for unit in units for rate in courses.get((unit.code, indicator.code), ())})
    months = [month for month in months if first is None or month >= first]
    there = {month: address.in_month(month) for month in months}
    rows = []
    for unit in units:
        rates = {rate.period: rate for rate in courses.get((unit.code, indicator.code), ())}
        cells = []
        for month in months:
            text = _text(plan, indicator, rates.get(month))
            href = f"{there[month]}#why={unit.code}/{target}"  # in its own month, with the explanation opened
            cells.append(text if target is None else dcc.Link(text, href=href, title=_("Why this colour?")))
        rows.append([unit_name(unit), *cells])
    ends = [last_day(month) for month in months]
    for name, steps in due.items():
        if any(height is not None for _day, height in steps):
            rows.append([name, *[value_text(plan, indicator, due_on_day(steps, day)) for day in ends]])
    for name, (since, height) in (judged or {}).items():
        if since <= ends[-1]:
            rows.append([name, *[value_text(plan, indicator, height if since <= day else None) for day in ends]])
    for way in ways:
        rows.append(
            [_way_name(plan, indicator, way), *[value_text(plan, indicator, way_on_day(way, day)) for day in ends]]
        )
    return plain_table(caption, [_("Unit"), *[month_text(month) for month in months]], rows, says_caption=True)


def due_of_all(steps: Sequence[DueStep]) -> dict[str, Sequence[DueStep]]:
    """What is due as :func:`course_table` takes it, where one line is everybody's."""
    name = _("What is due")
    return {name: steps}


def judged_of_all(judged: Corner | None) -> dict[str, Corner]:
    """What is judged by where what is due has left that, as :func:`course_table` takes it, where it is everybody's."""
    name = _("What it is judged by")
    return {} if judged is None else {name: judged}


def pressed(chosen: Sequence[str], unit: str) -> list[str]:
    """Whose courses are in colour once that of `unit` was pressed; as unit_pressed of assets/src/window/address.js."""
    others = [one for one in chosen if one != unit]
    return others if len(others) < len(chosen) else [*others[: len(MARKERS) - 1], unit]


def course_sentences(plan: Plan, indicator: Indicator, chart: CourseChart) -> list[str]:
    """What the courses in colour do, for those who do not see them: from where to where, and what was corrected."""
    found = []
    for course in sorted((c for c in chart.courses if c.in_colour is not None), key=lambda c: c.in_colour or 0):
        there = [point for point in course.points if point.value is not None]
        if not there:
            found.append(course.name + _(": ") + NOTHING)
            continue
        first, newest = there[0], there[-1]
        said = _(
            "{unit}: from {first} in {begins} to {newest} in {ends}",
            unit=course.name,
            first=value_text(plan, indicator, first.value),
            begins=month_text(first.on),
            newest=value_text(plan, indicator, newest.value),
            ends=month_text(newest.on),
        )
        revised = [month_text(point.on) for point in course.points if point.revised]
        found.append(said + (_("; corrected: {months}", months=_(", ").join(revised)) if revised else ""))
    return found + ([chart.ahead.label] if chart.ahead is not None else [])


def line_names(
    plan: Plan,
    indicator: Indicator,
    *,
    due: Sequence[DueStep],
    ways: Sequence[Sequence[Corner]],
    on: date,
    judged: Corner | None = None,
) -> list[str]:
    """What a chart's lines stand at, for those who do not see them: how much is due on the day `on`, by what is judged
    where that has left it, and what is ahead.
    """
    standing = due_on_day(due, on)
    found = [] if standing is None else [_("What is due") + _(": ") + value_text(plan, indicator, standing)]
    found += [] if judged is None else [_("What it is judged by") + _(": ") + value_text(plan, indicator, judged[1])]
    return found + [_way_name(plan, indicator, way) for way in ways]


def _way_name(plan: Plan, indicator: Indicator, way: Sequence[Corner]) -> str:
    day, height = way[-1]
    return _("The path to {height} by {date}", height=value_text(plan, indicator, height), date=date_text(day))


def _text(plan: Plan, indicator: Indicator, rate: Rate | None) -> str:
    if rate is None:
        return NOTHING
    return value_text(plan, indicator, rate.value) if rate.reported else _("Not reported")
