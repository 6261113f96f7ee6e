"""Units beside each other: a small chart an indicator, with a line a unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.charts.compared import HEIGHT, WIDTH, ComparedChart, ComparedCourse, compared_courses
from dashboard.charts.instrument import Scale, as_image
from dashboard.charts.multiple import shared_scale
from dashboard.grids.chart_view import Picture, clauses_of, line_legend, pictured, until
from dashboard.grids.courses import course_table, due_of_all, judged_of_all
from dashboard.grids.level_folded import level_charts, level_folded
from dashboard.locale import _, month_text
from dashboard.parts import hidden, section, table_view
from dashboard.window.reading import Reading
from dashboard.words.comparison_findings import gaps_found
from dashboard.words.figures import (
    indicator_name,
    measure,
    short_name,
    unit_name,
    value_text,
    with_measure,
)
from metrics.due_line import (
    Corner,
    DueStep,
    due_on_day,
    due_runs,
    due_steps,
    judged_run,
    judged_still,
    newest_due,
    stages_of,
)
from metrics.periods import add_months, format_period, last_day
from metrics.plan.model import Indicator, Plan, Target, Unit
from metrics.queries.comparison import ComparedTarget
from metrics.queries.corrected_rates import CorrectedRate
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Rate

Component = Any
MONTHS = 12  # shown of a course
_WHOLE = Fraction(100)


def compared_charts(
    reading: Reading,
    judged: JudgedProgress,
    units: Sequence[Unit],
    compared: Sequence[ComparedTarget],
    *,
    title: str,
    corrected: Sequence[CorrectedRate] = (),
) -> Component:
    """A chart an indicator, with the figures of each as a table; those without any value are left out.

    `corrected`: the values to mark.
    """
    plan, revised = reading.plan, {(one.unit_code, one.indicator_code, one.period) for one in corrected}
    by_indicator: dict[str, str] = {}
    for one in compared:
        by_indicator.setdefault(one.indicator, one.code)
    tiles, tables, targets, drawn, due, still, marked = [], [], [], [], False, False, False
    for code, target_code in by_indicator.items():
        indicator = plan.indicator_by_code[code]
        target = plan.target_in_force(target_code, reading.on) if reading.on else None
        if target is None or target.indicator != code:
            continue
        courses = {unit.code: _last_year(judged, unit.code, code) for unit in units}
        if not any(rate.value is not None for rates in courses.values() for rate in rates):
            continue
        held_by = _due(plan, indicator, target, units, on=judged.on or date.max)
        chart = _chart(indicator, units, courses, list(held_by.values()), revised=revised)
        due, still = due or bool(chart.due), still or bool(chart.judged)
        marked = marked or any(course.revised for course in chart.courses)
        tiles.append((code, _tile(reading, indicator, target, chart, units, held_by=held_by)))
        targets += [target] * indicator.core
        drawn.append({unit_name(unit): courses[unit.code] for unit in units})
        tables.append(_table(reading, indicator, target, units, courses, held_by))
    if not tiles or judged.period is None:
        return None
    caption = _("The past year, side by side")
    picture = Picture(name="comparison", title=title, caption=caption, clauses=clauses_of(targets))
    first = add_months(judged.period, 1 - MONTHS)
    shown = {"period_from": format_period(first), **until(judged)}
    csv = reading.address.csv("rates", unit=[unit.code for unit in units], indicator=list(by_indicator), **shown)
    apart_on = {one.indicator for one in compared if not one.all_level}
    lists = level_folded(
        tiles,
        is_level=lambda tile: tile[0] not in apart_on,
        table=lambda some: html.Ul([tile for _code, tile in some], className="multiples compared-charts"),
        said=level_charts,
    )
    charts = html.Div([*lists, line_legend(due=due, ways=False, judged=still, revised=marked)])
    found = gaps_found(drawn, first=first, last=judged.period)
    return section(found, pictured(reading, charts, picture), table_view(html.Div(tables), csv=csv))


@dataclass(frozen=True, slots=True)
class _Line:
    """What is due of some units: `steps`; and what they are `judged` by where that has left it."""

    steps: tuple[DueStep, ...]
    judged: Corner | None


def _due(plan: Plan, indicator: Indicator, target: Target, units: Sequence[Unit], *, on: date) -> dict[str, _Line]:
    """What is due, by its name: one line for all; where some have targets of their own each line with whose it is."""
    found: dict[_Line, list[str]] = {}
    for unit in units:
        stages = stages_of(plan, target, on=on, unit=unit.code)
        steps = due_steps(plan, indicator, stages, by=on)
        line = _Line(steps, judged_still(steps, newest_due(stages, indicator, by=on), by=on))
        found.setdefault(line, []).append(unit_name(unit))
    if len(found) == 1:
        return dict.fromkeys(due_of_all(()), next(iter(found)))
    of_units = [_("What is due for {units}", units=_(", ").join(names)) for names in found.values()]
    return dict(zip(of_units, found, strict=True))


def _last_year(judged: JudgedProgress, unit: str, indicator: str) -> list[Rate]:
    if judged.period is None:
        return []
    since = add_months(judged.period, 1 - MONTHS)
    return [rate for rate in judged.courses.get((unit, indicator), ()) if rate.period >= since]


def _chart(
    indicator: Indicator,
    units: Sequence[Unit],
    courses: dict[str, list[Rate]],
    lines: Sequence[_Line],
    *,
    revised: Collection[tuple[str, str, date]],
) -> ComparedChart:
    days = sorted({last_day(rate.period) for rates in courses.values() for rate in rates})
    begins, ends = days[0], days[-1]
    runs = [run for line in lines for run in due_runs(line.steps, begins=begins, ends=ends)] if begins < ends else []
    still = [run for line in lines if (run := judged_run(line.judged, begins=begins, ends=ends))]
    values = [rate.value for rates in courses.values() for rate in rates if rate.value is not None]
    heights: list[Fraction] = [*values, *(height for run in (*runs, *still) for _day, height in run)]
    scale = shared_scale(heights, share=indicator.share)
    if indicator.share and scale.foot >= _WHOLE:  # all at 100 %
        scale = Scale(foot=_WHOLE - 10, head=_WHOLE)
    return ComparedChart(
        courses=tuple(_compared_course(unit, courses[unit.code], revised=revised) for unit in units),
        due=tuple(tuple(run) for run in runs),
        scale=scale,
        begins=begins,
        ends=ends,
        words=(month_text(begins), month_text(ends)),
        judged=tuple(still),
    )


def _compared_course(
    unit: Unit, rates: Sequence[Rate], *, revised: Collection[tuple[str, str, date]]
) -> ComparedCourse:
    marked = {last_day(rate.period) for rate in rates if (unit.code, rate.indicator_code, rate.period) in revised}
    points = tuple((last_day(rate.period), rate.value) for rate in rates)
    return ComparedCourse(short_name(unit), points, revised=frozenset(marked))


def _tile(
    reading: Reading,
    indicator: Indicator,
    target: Target,
    chart: ComparedChart,
    units: Sequence[Unit],
    *,
    held_by: Mapping[str, _Line],
) -> Component:
    """The chart under its indicator's name; whoever listens hears where each line ends."""
    name, plan = indicator_name(indicator), reading.plan
    ends = []
    for unit, course in zip(units, chart.courses, strict=True):
        known = [value for _day, value in course.points if value is not None]
        newest = (
            with_measure(value_text(plan, indicator, known[-1]), measure(indicator)) if known else _("Not reported")
        )
        was = [month_text(day) for day, _value in course.points if day in course.revised]
        told = _("; corrected: {months}", months=_(", ").join(was)) if was else ""
        ends.append(f"{unit_name(unit)} {newest}{told}")
    heading = name if measure(indicator) == "%" else f"{name} ({measure(indicator)})"
    drawn = as_image(compared_courses(chart, palette=reading.palette))
    own = _own_lines(plan, indicator, held_by, on=chart.ends)
    said = name + _(": ") + _(", ").join((*ends, *own))
    link = dcc.Link(heading, href=reading.address.to(f"/targets/{target.code}"), className="multiple-name", title=name)
    whose = _("; ").join(own)
    mark = html.Span(["§", hidden(whose)], className="mark", title=whose) if own else None
    return html.Li(
        [
            html.Div([link, mark]),
            html.Img(src=drawn, alt=said, className="multiple-course", width=WIDTH, height=HEIGHT),
        ],
        className="multiple",
    )


def _own_lines(plan: Plan, indicator: Indicator, held_by: Mapping[str, _Line], *, on: date) -> list[str]:
    """Whose each line of what is due is, and how high it stands on the day; nothing where there is one for all."""
    if len(held_by) == 1:
        return []
    due = {name: due_on_day(line.steps, on) for name, line in held_by.items()}
    return [name + _(": ") + value_text(plan, indicator, height) for name, height in due.items()]


def _table(
    reading: Reading,
    indicator: Indicator,
    target: Target,
    units: Sequence[Unit],
    courses: dict[str, list[Rate]],
    held_by: Mapping[str, _Line],
) -> Component:
    still = {name: judged_of_all(line.judged) for name, line in held_by.items()}
    alone = len(held_by) == 1
    return course_table(
        reading.plan,
        indicator,
        units=units,
        courses={(unit, indicator.code): rates for unit, rates in courses.items()},
        caption=indicator_name(indicator),
        address=reading.address,
        target=target.code,
        due={name: line.steps for name, line in held_by.items()},
        judged={
            word if alone else name + _(": ") + word: corner
            for name, judged in still.items()
            for word, corner in judged.items()
        },
    )
