"""What a measured target shows: the courses, the pace they keep, the ranking, small multiples, and assessed values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from dash import html

from dashboard.charts.course import CourseChart, UnitCourse, course_figure
from dashboard.charts.instrument import scale_of
from dashboard.grids.chart_view import Picture, clauses_of, graph, line_legend, pictured, until
from dashboard.grids.courses import course_table, line_names
from dashboard.grids.multiples import MOST, farthest, left_out, multiples, scale_words
from dashboard.grids.ranking import ranked, ranking
from dashboard.grids.reported_and_assessed import assessed_section, assessed_until
from dashboard.levels import pages
from dashboard.locale import _, date_text
from dashboard.pages.target_chart import target_chart
from dashboard.pages.why import projection_text
from dashboard.parts import csv_link, own_mark, section, table_view, verdict_mark, why_href
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    distance_text,
    indicator_name,
    last_text,
    measure,
    target_rule,
    unit_name,
    value_text,
    with_measure,
)
from dashboard.words.paces import few_points, pace_text, reached_text, too_slow_text
from metrics.due_line import stages_of
from metrics.plan.model import Indicator, Plan, Target, Unit
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.results import Progress, Status
from metrics.verdicts.ratios import Whole
from metrics.verdicts.verdict_table import STATUSES, VerdictTable

Component = Any


@dataclass(frozen=True, slots=True)
class _Shown:
    """`found`: the page's finding. `unit`: whose course is in colour; `chosen`: its code if the address names it.

    `drawn`: the verdicts on the units whose courses are drawn and tabled, in display order; `units`: of how many.
    """

    reading: Reading
    judged: JudgedProgress
    target: Target
    indicator: Indicator
    found: str
    unit: Unit
    chosen: str | None
    drawn: tuple[Progress, ...]
    units: int
    chart: CourseChart


def level_courses(reading: Reading, target: str) -> JudgedProgress:
    """The verdicts on `target` for the level and the unit chosen, with the whole courses of those that are drawn."""
    level, session, view, month = reading.level, reading.session, reading.view, reading.month
    chosen = reading.address.keeps("unit")
    always = {level.under.code, *([chosen] if chosen in reading.plan.unit_by_code else [])}
    units = {*always, *(unit.code for unit in level.units)}
    if len(level.units) <= MOST:
        return progress_by_unit(session, view, month=month, units=units, targets=[target], whole_courses=True)
    judged = progress_by_unit(session, view, month=month, units=units, targets=[target])
    if judged.table is None:
        return judged
    places = judged.table.unit[farthest(judged.table, _on_the_level(reading, judged.table))]
    drawn = always | {reading.plan.units[place].code for place in places.tolist()}
    whole = progress_by_unit(session, view, month=month, units=drawn, targets=[target], whole_courses=True)
    return replace(judged, courses=whole.courses)


def _on_the_level(reading: Reading, table: VerdictTable) -> Whole:
    """The rows of what stands below the level's top and to which the target applies, in display order."""
    codes = {unit.code for unit in reading.level.units}
    places = [place for place, unit in enumerate(reading.plan.units) if unit.code in codes]
    applies = table.status != STATUSES.index(Status.NOT_APPLICABLE)
    return np.flatnonzero(np.isin(table.unit, places) & applies)


def measured(reading: Reading, judged: JudgedProgress, target: Target, *, found: str) -> list[Component]:
    """The parts of the page, widest first. There is at least one period with data."""
    plan, address = reading.plan, reading.address
    indicator = plan.indicator_by_code[str(target.indicator)]
    table = judged.table
    assert table is not None  # noqa: S101  a period is judged
    rows = _on_the_level(reading, table)
    kept = address.keeps("unit")
    chosen = kept if kept in plan.unit_by_code else None
    unit = plan.unit_by_code[chosen or reading.level.under.code]
    drawn = judged.some(np.sort(farthest(table, rows)))
    chart = target_chart(reading, judged, target, chosen=unit.code, units={verdict.unit_code for verdict in drawn})
    shown = _Shown(reading, judged, target, indicator, found, unit, chosen, drawn, len(rows), chart)
    assessed = assessed_until(reading, judged.period, indicators=[indicator.code])
    return [
        html.Div(
            [
                _courses(shown),
                _ranking(shown, table, rows),
            ],
            className="target",
        ),
        _multiples(shown),
        assessed_section(reading, judged, assessed, indicator=indicator.code),
    ]


def _ranking(shown: _Shown, table: VerdictTable, rows: Whole) -> Component:
    """What stands on the level, best first; of a long one a page."""
    reading, judged, target = shown.reading, shown.judged, shown.target
    order = ranked(table, rows, shown.indicator)
    valued = [row for row, rank in order if rank is not None]
    values = table.value.take(np.array([*valued[:1], *valued[-1:]], dtype=np.int64)).fractions()
    values += [table.targets.thresholds[place] for place in np.unique(table.target[rows]).tolist()]
    on = {"on": judged.on.isoformat()} if judged.on else {}
    listed = reading.paged(order)
    verdicts = judged.some(np.array([row for row, _ in listed.shown], dtype=np.int64))
    drawn = ranking(
        reading.plan,
        shown.indicator,
        [(verdict, rank) for verdict, (_, rank) in zip(verdicts, listed.shown, strict=True)],
        scale=scale_of(shown.indicator, values),
        address=reading.address,
        chosen=shown.chosen,
    )
    return section(
        _("Ranking"),
        pictured(reading, drawn, _picture(shown, "ranking", _("Ranking"))),
        pages(reading.address, listed),
        aside=csv_link(reading.address.csv("progress", target=target.code, **on)),
    )


def _courses(shown: _Shown) -> Component:
    """The overlay: every unit's course in grey, the shown one's in colour, its paces, and all figures as a table."""
    reading, judged, target = shown.reading, shown.judged, shown.target
    plan, address, indicator = reading.plan, reading.address, shown.indicator
    tabled = {shown.unit.code, *(verdict.unit_code for verdict in shown.drawn), reading.level.under.code}
    caption = _("{name} over time", name=indicator_name(indicator))
    chosen = next((course for course in shown.chart.courses if course.chosen), UnitCourse(shown.unit.code, "", ()))
    ahead = shown.chart.ahead
    legend = line_legend(
        due=any(height is not None for _day, height in chosen.due),
        ways=bool(chosen.ways),
        projected=ahead is not None,
        ranged=ahead is not None and ahead.low is not None,
    )
    table = course_table(
        plan,
        indicator,
        units=[
            unit
            for unit in sorted(plan.units, key=lambda unit: (unit.order, unit.code))
            if unit.code in tabled and (unit.code, indicator.code) in judged.courses
        ],
        courses=judged.courses,
        caption=caption,
        address=address,
        target=target.code,
        due=chosen.due,
        ways=chosen.ways,
    )
    words = _("heavy: what is due; dashed: the way to what is ahead; dotted: projection")
    picture = _picture(shown, "course", f"{caption} ({unit_name(shown.unit)}) · {words}")
    figure = course_figure(shown.chart, theme=reading.theme)
    on = judged.on or shown.chart.ends
    lines = line_names(plan, indicator, due=chosen.due, ways=chosen.ways, on=on)
    drawn = graph(figure, label=". ".join((caption, shown.found, *lines)), name="course")
    return section(
        _("Over time; in colour: {unit}", unit=unit_name(shown.unit)),
        pictured(reading, html.Div([drawn, legend]), picture),
        pace_facts(reading, judged, target, shown.unit),
        table_view(table, csv=address.csv("rates", indicator=indicator.code, **until(judged))),
    )


def _picture(shown: _Shown, name: str, caption: str) -> Picture:
    """What stands around one of the page's charts when it is saved."""
    code = shown.target.code
    return Picture(name=f"{code}_{name}", title=shown.found, caption=caption, clauses=clauses_of([shown.target]))


def _multiples(shown: _Shown) -> Component:
    reading, indicator = shown.reading, shown.indicator
    lines = _("Heavy: what is due; dashed: the way to what is ahead.")
    words = " ".join(filter(None, (scale_words(shown.chart), lines, left_out(shown.units))))
    picture = _picture(shown, "units", f"{indicator_name(indicator)} · {words}")
    tiles = multiples(reading, indicator, shown.chart, shown.drawn, chosen=shown.chosen)
    return section(_("Unit by unit"), html.P(words, className="note"), pictured(reading, tiles, picture))


def pace_facts(reading: Reading, judged: JudgedProgress, target: Target, unit: Unit) -> Component:
    """The facts of one unit as a row of names and texts."""
    verdict = judged.of(unit.code, target.code)
    if verdict is None:
        return None
    target = reading.plan.target_revision(verdict.target_code, verdict.target_revision)
    indicator = reading.plan.indicator_by_code[verdict.indicator_code]
    facts: list[tuple[str, Component]] = [
        (_("Value"), _standing(reading.plan, judged, verdict, indicator)),
        (_("Distance"), distance_text(reading.plan, verdict)),
        (_("Required pace"), _required(verdict, target_rule(target, indicator), reading.plan)),
        (_("Present pace"), _present(reading.plan, verdict, indicator)),
        (
            _("Reaches it at this pace"),
            NOTHING if verdict.status is Status.MET else reached_text(reading.plan, verdict),
        ),
    ]
    if slow := too_slow_text(reading.plan, verdict):
        facts.append((_("Note"), slow))
    if verdict.projection is not None:
        facts.append((_("Projection"), projection_text(reading.plan, indicator, verdict)))
    ahead = target.due_on is not None and verdict.evaluated_on <= target.due_on
    following = None if ahead and verdict.status is not Status.MET else _next_step(reading, judged, target, unit)
    if following is not None:
        facts.append((_("Next step"), _next_words(reading.plan, following)))
    return html.Dl([html.Div([html.Dt(name), html.Dd(text)]) for name, text in facts], className="pace-facts")


def _standing(plan: Plan, judged: JudgedProgress, verdict: Progress, indicator: Indicator) -> list[Component]:
    """The value and its status; of a unit that has not reported, what it reported last, which is not judged."""
    value = with_measure(value_text(plan, indicator, verdict.value), measure(indicator))
    shown = [value if verdict.value is not None else "", verdict_mark(verdict), own_mark(plan, verdict)]
    found: list[Component] = [html.A(shown, href=why_href(verdict))]
    if verdict.status is Status.NO_DATA:
        last = last_text(plan, indicator, judged.courses.get((verdict.unit_code, indicator.code), ()))
        found.append(html.Span(last, className="note"))
    return found


def _present(plan: Plan, verdict: Progress, indicator: Indicator) -> str:
    """The pace the unit makes, or why there is none."""
    if verdict.present_pace is not None:
        return pace_text(verdict.present_pace, indicator)
    return NOTHING if verdict.gap is None else few_points(plan, verdict)


def _required(verdict: Progress, rule: str, plan: Plan) -> str:
    """The pace that still reaches the target in time, or why none is asked for."""
    if verdict.required_pace is not None and verdict.due_on is not None:
        pace = pace_text(verdict.required_pace, plan.indicator_by_code[verdict.indicator_code])
        return _("{pace} to {rule} by {date}", pace=pace, rule=rule, date=date_text(verdict.due_on))
    if verdict.status is Status.MET:
        return _("none: it is met")
    if verdict.value is None or verdict.due_on is None:
        return NOTHING
    return _("none: it was due by {date}", date=date_text(verdict.due_on))


def _next_step(reading: Reading, judged: JudgedProgress, target: Target, unit: Unit) -> Progress | None:
    """The unit's verdict on the first later stage that is still ahead."""
    if judged.on is None:
        return None
    later = [
        stage
        for stage in stages_of(reading.plan, target, on=judged.on, unit=unit.code)
        if stage.due_on is not None and stage.due_on > max(judged.on, target.due_on or judged.on)
    ]
    if not later:
        return None
    code = later[0].code
    found = progress_by_unit(reading.session, reading.view, month=reading.month, units=[unit.code], targets=[code])
    return found.of(unit.code, code)


def _next_words(plan: Plan, verdict: Progress) -> Component:
    indicator = plan.indicator_by_code[verdict.indicator_code]
    stated = plan.target_revision(verdict.target_code, verdict.target_revision)
    rule = target_rule(stated, indicator)
    return html.A(_required(verdict, rule, plan), href=why_href(verdict), title=_("Why this colour?"))
