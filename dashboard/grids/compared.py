"""Units beside each other: a table with a column a unit, and a small chart an indicator with a line a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.charts.compared import HEIGHT, WIDTH, ComparedChart, ComparedCourse, compared_courses
from dashboard.charts.instrument import Scale, as_image
from dashboard.charts.multiple import shared_scale
from dashboard.grids.chart_view import Picture, clauses_of, line_legend, pictured, until
from dashboard.grids.courses import course_table, due_of_all
from dashboard.grids.level_folded import level_charts, level_folded
from dashboard.grids.progress_rows import in_display_order
from dashboard.locale import _, date_text, month_text
from dashboard.parts import hidden, own_mark, section, table_view, verdict_mark, verdict_tint, why_href
from dashboard.window.reading import Reading
from dashboard.words.comparison_findings import gaps_found
from dashboard.words.figures import (
    NOTHING,
    indicator_name,
    measure,
    short_name,
    shortfall_text,
    signed,
    target_name,
    target_rule,
    unit_name,
    value_text,
    with_measure,
)
from dashboard.words.paces import reached_text
from metrics.due_line import DueStep, due_on_day, due_runs, due_steps, stages_of
from metrics.periods import add_months, format_period, last_day
from metrics.plan.model import Indicator, Plan, Target, Unit
from metrics.queries.comparison import ComparedTarget
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Progress, Rate, Status

Component = Any
MONTHS = 12  # shown of a course
_WHOLE = Fraction(100)


def compared_table(reading: Reading, units: Sequence[Unit], compared: Sequence[ComparedTarget]) -> Component:
    """A row a target: what it demands, and of each unit its verdict and how far it lies from the first unit."""
    names = [unit_name(unit) for unit in units]
    headings = [html.Th(_("Target"), scope="col"), html.Th(_("Required"), scope="col")]
    for place, name in enumerate(names):
        mark = html.Span(className=f"series-mark series-{place}", **{"aria-hidden": "true"})
        under = [] if place == 0 else [html.Small(_("against {unit}", unit=names[0]))]
        headings.append(html.Th([mark, name, *under], scope="col", style={"width": f"{60 / len(units):.0f}%"}))
    rows = [_row(reading, target, units) for target in compared]
    caption = html.Caption(_("All measured targets"), className="hidden-text")
    return html.Table([caption, html.Thead(html.Tr(headings)), html.Tbody(rows)], className="figures compared-table")


def as_displayed(reading: Reading, compared: Sequence[ComparedTarget]) -> list[ComparedTarget]:
    """`compared` in the order of a unit's page: the core targets first."""
    found = {one.code: one for one in compared}
    return [
        found[target.code] for target in in_display_order(reading.plan, [_target(reading, one) for one in compared])
    ]


def apart(reading: Reading, compared: Sequence[ComparedTarget]) -> dict[str, Fraction]:
    """Of each target in %, by its name, how many points the best and the worst of the units lie apart."""
    found = {}
    for one in compared:
        values = one.values.values()
        if len(values) > 1 and measure(reading.plan.indicator_by_code[one.indicator]) == "%":
            found[target_name(_target(reading, one))] = max(values) - min(values)
    return found


def _target(reading: Reading, compared: ComparedTarget) -> Target:
    in_force = None if reading.on is None else reading.plan.target_in_force(compared.code, reading.on)
    return in_force or reading.plan.general_targets[compared.code][-1]


def _row(reading: Reading, compared: ComparedTarget, units: Sequence[Unit]) -> Component:
    plan, target = reading.plan, _target(reading, compared)
    indicator = plan.indicator_by_code[str(target.indicator)]
    due = _("no date printed") if target.due_on is None else date_text(target.due_on)
    cells = [_cell(reading, compared, place, units[place]) for place in range(len(compared.verdicts))]
    return html.Tr(
        [
            html.Th(dcc.Link(target_name(target), href=reading.address.to(f"/targets/{target.code}")), scope="row"),
            html.Td([html.Span(target_rule(target, indicator)), html.Span(due, className="note")], className="demands"),
            *cells,
        ]
    )


def _cell(reading: Reading, compared: ComparedTarget, place: int, unit: Unit) -> Component:
    """Value and status, leading to why, and the difference; below them the distance, the paces, where they lead."""
    verdict, plan = compared.verdicts[place], reading.plan
    if verdict is None:
        return html.Td(NOTHING, className="nothing", **{"data-label": short_name(unit)})
    indicator = plan.indicator_by_code[verdict.indicator_code]
    written = (
        NOTHING
        if verdict.value is None
        else with_measure(value_text(plan, indicator, verdict.value), measure(indicator))
    )
    head = [html.Span(written, className="cell-value"), verdict_mark(verdict)]
    why = html.A(head, href=why_href(verdict), title=_("Why this colour?"), className="compared-verdict")
    difference = compared.difference(place)
    apart = None if difference is None else html.B([hidden(_("Apart") + _(": ")), signed(difference)])
    facts = _facts(plan, indicator, verdict)
    lines = [part for fact in facts for part in (" · ", html.Span(fact))][1:]
    return html.Td(
        [
            html.Div([apart, why, own_mark(plan, verdict)], className="compared-first"),
            html.Span(lines, className="compared-facts"),
        ],
        className=f"cell {verdict_tint(verdict)}",
        **{"data-label": short_name(unit)},
    )


def _facts(plan: Plan, indicator: Indicator, verdict: Progress) -> list[str]:
    """Distance and shortfall; of what is not met the paces and the projection. Measures stand above the table."""
    if verdict.gap is None:
        return []
    found = [_("to the target {distance}", distance=signed(verdict.gap)), shortfall_text(plan, verdict)]
    if verdict.status is not Status.MET:
        found.append(_paces(verdict))
        if verdict.projection is not None:
            value = value_text(plan, indicator, verdict.projection.value)
            found.append(_("projected {value} on the due date", value=value))
            found.append(_("reaches it: {when}", when=reached_text(plan, verdict)))
    return [fact for fact in found if fact]


def _paces(verdict: Progress) -> str:
    """What is needed a month and what is made, as far as they are known."""
    needed, made = verdict.required_pace, verdict.present_pace
    if needed is not None and made is not None:
        return _("needs {needed}, makes {made} a month", needed=signed(needed), made=signed(made))
    if needed is not None:
        return _("needs {needed} a month", needed=signed(needed))
    return "" if made is None else _("makes {made} a month", made=signed(made))


def compared_charts(
    reading: Reading,
    judged: JudgedProgress,
    units: Sequence[Unit],
    compared: Sequence[ComparedTarget],
    *,
    title: str,
) -> Component:
    """A chart an indicator, with the figures of each as a table; those without any value are left out."""
    plan = reading.plan
    by_indicator: dict[str, str] = {}
    for one in compared:
        by_indicator.setdefault(one.indicator, one.code)
    tiles, tables, targets, drawn, due = [], [], [], [], False
    for code, target_code in by_indicator.items():
        indicator = plan.indicator_by_code[code]
        target = plan.target_in_force(target_code, reading.on) if reading.on else None
        if target is None or target.indicator != code:
            continue
        courses = {unit.code: _last_year(judged, unit.code, code) for unit in units}
        if not any(rate.value is not None for rates in courses.values() for rate in rates):
            continue
        held_by = _due(plan, indicator, target, units, on=judged.on or date.max)
        chart = _chart(indicator, units, courses, list(held_by.values()))
        due = due or bool(chart.due)
        tiles.append((code, _tile(reading, indicator, target, chart, units, held_by=held_by)))
        targets += [target] * indicator.core
        drawn.append(courses.values())
        tables.append(_table(reading, indicator, target, units, courses, held_by))
    if not tiles or judged.period is None:
        return None
    caption = _("The past year, side by side")
    picture = Picture(name="comparison", title=title, caption=caption, clauses=clauses_of(targets))
    shown = {"period_from": format_period(add_months(judged.period, 1 - MONTHS)), **until(judged)}
    csv = reading.address.csv("rates", unit=[unit.code for unit in units], indicator=list(by_indicator), **shown)
    apart_on = {one.indicator for one in compared if not one.all_level}
    lists = level_folded(
        tiles,
        is_level=lambda tile: tile[0] not in apart_on,
        table=lambda some: html.Ul([tile for _code, tile in some], className="multiples compared-charts"),
        said=level_charts,
    )
    charts = html.Div([*lists, line_legend(due=due, ways=False)])
    return section(gaps_found(drawn), pictured(reading, charts, picture), table_view(html.Div(tables), csv=csv))


def _due(
    plan: Plan, indicator: Indicator, target: Target, units: Sequence[Unit], *, on: date
) -> dict[str, Sequence[DueStep]]:
    """What is due, by its name: one line for all; where some have targets of their own each line with whose it is."""
    found: dict[tuple[DueStep, ...], list[str]] = {}
    for unit in units:
        steps = due_steps(plan, indicator, stages_of(plan, target, on=on, unit=unit.code), by=on)
        found.setdefault(steps, []).append(unit_name(unit))
    if len(found) == 1:
        return due_of_all(next(iter(found)))
    of_units = [_("What is due for {units}", units=_(", ").join(names)) for names in found.values()]
    return dict(zip(of_units, found, strict=True))


def _last_year(judged: JudgedProgress, unit: str, indicator: str) -> list[Rate]:
    if judged.period is None:
        return []
    since = add_months(judged.period, 1 - MONTHS)
    return [rate for rate in judged.courses.get((unit, indicator), ()) if rate.period >= since]


def _chart(
    indicator: Indicator, units: Sequence[Unit], courses: dict[str, list[Rate]], lines: Sequence[Sequence[DueStep]]
) -> ComparedChart:
    days = sorted({last_day(rate.period) for rates in courses.values() for rate in rates})
    begins, ends = days[0], days[-1]
    runs = [run for steps in lines for run in due_runs(steps, begins=begins, ends=ends)] if begins < ends else []
    values = [rate.value for rates in courses.values() for rate in rates if rate.value is not None]
    heights: list[Fraction] = [*values, *(height for run in runs for _day, height in run)]
    scale = shared_scale(heights, share=indicator.share)
    if indicator.share and scale.foot >= _WHOLE:  # all at 100 %
        scale = Scale(foot=_WHOLE - 10, head=_WHOLE)
    return ComparedChart(
        courses=tuple(
            ComparedCourse(short_name(unit), tuple((last_day(rate.period), rate.value) for rate in courses[unit.code]))
            for unit in units
        ),
        due=tuple(tuple(run) for run in runs),
        scale=scale,
        begins=begins,
        ends=ends,
        words=(month_text(begins), month_text(ends)),
    )


def _tile(
    reading: Reading,
    indicator: Indicator,
    target: Target,
    chart: ComparedChart,
    units: Sequence[Unit],
    *,
    held_by: Mapping[str, Sequence[DueStep]],
) -> Component:
    """The chart under its indicator's name; whoever listens hears where each line ends."""
    name, plan = indicator_name(indicator), reading.plan
    ends = []
    for unit, course in zip(units, chart.courses, strict=True):
        known = [value for _day, value in course.points if value is not None]
        newest = (
            with_measure(value_text(plan, indicator, known[-1]), measure(indicator)) if known else _("Not reported")
        )
        ends.append(f"{unit_name(unit)} {newest}")
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


def _own_lines(plan: Plan, indicator: Indicator, held_by: Mapping[str, Sequence[DueStep]], *, on: date) -> list[str]:
    """Whose each line of what is due is, and how high it stands on the day; nothing where there is one for all."""
    if len(held_by) == 1:
        return []
    return [name + _(": ") + value_text(plan, indicator, due_on_day(steps, on)) for name, steps in held_by.items()]


def _table(
    reading: Reading,
    indicator: Indicator,
    target: Target,
    units: Sequence[Unit],
    courses: dict[str, list[Rate]],
    held_by: Mapping[str, Sequence[DueStep]],
) -> Component:
    return course_table(
        reading.plan,
        indicator,
        units=units,
        courses={(unit, indicator.code): rates for unit, rates in courses.items()},
        caption=indicator_name(indicator),
        address=reading.address,
        target=target.code,
        due=held_by,
    )
