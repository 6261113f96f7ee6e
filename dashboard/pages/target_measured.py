"""What a measured target shows: the courses, the pace they keep, the ranking, small multiples, and assessed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from dash import html

from dashboard.charts.course import MARKERS, CourseChart, UnitCourse, course_figure
from dashboard.charts.instrument import scale_of
from dashboard.grids.chart_view import Picture, clauses_of, graph, line_legend, line_words, pictured, until
from dashboard.grids.courses import course_sentences, course_table, due_of_all, judged_of_all, line_names
from dashboard.grids.multiples import MOST, arranged, farthest, left_out, multiples, order_ways, scale_words
from dashboard.grids.ranking import ranked, ranking
from dashboard.grids.reported_and_assessed import assessed_section, assessed_until
from dashboard.levels import pages
from dashboard.locale import _
from dashboard.pages.corrected import corrections_section, corrections_shown, rolled_up_shown
from dashboard.pages.target_chart import chosen_units, first_shown, named_units, spans, target_chart
from dashboard.pages.target_paces import pace_facts
from dashboard.parts import csv_link, section, table_view
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    change_between,
    indicator_name,
    measure,
    status_word,
    unit_name,
    value_text,
    with_measure,
)
from dashboard.words.section_findings import RankingEnds, moved_found, ranking_found
from metrics.periods import format_period
from metrics.plan.model import Indicator, Target, Unit
from metrics.queries.corrected_rates import CorrectedRate
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.results import Progress, Status
from metrics.verdicts.ratios import Whole
from metrics.verdicts.verdict_table import STATUSES, VerdictTable

Component = Any


@dataclass(frozen=True, slots=True)
class _Shown:
    """`found`: the page's finding. `unit`: whose course is in colour; `chosen`: the units that the address names.

    `drawn`: the verdicts on the units whose courses are drawn and tabled, in display order; `units`: of how many.
    `corrected`: what was corrected of these; `first`: the first month that is shown.
    """

    reading: Reading
    judged: JudgedProgress
    target: Target
    indicator: Indicator
    found: str
    unit: Unit
    chosen: tuple[str, ...]
    drawn: tuple[Progress, ...]
    units: int
    chart: CourseChart
    corrected: tuple[CorrectedRate, ...]
    first: date


def level_courses(reading: Reading, target: str) -> JudgedProgress:
    """The verdicts on `target` for the level and the unit chosen, with the whole courses of those that are drawn."""
    level, session, view, month = reading.level, reading.session, reading.view, reading.month
    always = {level.under.code, *chosen_units(reading)}
    units = {*always, *(unit.code for unit in level.units)}
    if len(level.units) <= MOST:
        return progress_by_unit(session, view, month=month, units=units, targets=[target], whole_courses=True)
    judged = progress_by_unit(session, view, month=month, units=units, targets=[target])
    if judged.table is None:
        return judged
    places = judged.table.unit[farthest(judged.table, level_rows(reading, judged.table))]
    drawn = always | {reading.plan.units[place].code for place in places.tolist()}
    whole = progress_by_unit(session, view, month=month, units=drawn, targets=[target], whole_courses=True)
    return replace(judged, courses=whole.courses)


def level_rows(reading: Reading, table: VerdictTable) -> Whole:
    """The rows of what stands below the level's top and to which the target applies, in display order."""
    codes = {unit.code for unit in reading.level.units}
    places = [place for place, unit in enumerate(reading.plan.units) if unit.code in codes]
    applies = table.status != STATUSES.index(Status.NOT_APPLICABLE)
    return np.flatnonzero(np.isin(table.unit, places) & applies)


def measured(reading: Reading, judged: JudgedProgress, target: Target, *, found: str) -> list[Component]:
    """The parts of the page, widest first. There is at least one period with data."""
    plan = reading.plan
    indicator = plan.indicator_by_code[str(target.indicator)]
    table = judged.table
    assert table is not None  # noqa: S101  a period is judged
    rows = level_rows(reading, table)
    in_colour = chosen_units(reading)
    chosen = named_units(reading)
    unit = plan.unit_by_code[in_colour[0]]
    drawn = judged.some(np.sort(farthest(table, rows)))
    units = {verdict.unit_code for verdict in drawn}
    first, last = _months_shown(reading, judged, indicator)
    corrected = corrections_shown(
        reading, units=units | set(in_colour), indicators=[indicator.code], first=first, last=last
    )
    corrected += rolled_up_shown(reading, in_colour, indicators=[indicator.code], first=first, last=last)
    chart = target_chart(reading, judged, target, units=units, corrected=corrected)
    shown = _Shown(reading, judged, target, indicator, found, unit, chosen, drawn, len(rows), chart, corrected, first)
    assessed = assessed_until(reading, judged.period, indicators=[indicator.code])
    return [
        html.Div(
            [
                _courses(shown),
                _ranking(shown, table, rows),
            ],
            className="target",
        ),
        corrections_section(reading, corrected, targets=[target.code]),
        _multiples(shown),
        assessed_section(reading, judged, assessed, indicator=indicator.code),
    ]


def _ranking(shown: _Shown, table: VerdictTable, rows: Whole) -> Component:
    """What stands on the level, best first; of a long one a page."""
    reading, judged, target = shown.reading, shown.judged, shown.target
    order = ranked(table, rows, shown.indicator)
    valued = [row for row, rank in order if rank is not None]
    values = table.value.take(np.array([*valued[:1], *valued[-1:]], dtype=np.int64)).fractions()
    alike = rows[table.indicator[rows] == reading.plan.indicators.index(shown.indicator)]
    values += [table.targets.thresholds[place] for place in np.unique(table.target[alike]).tolist()]
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
        last={course.unit: course.last for course in shown.chart.courses},
    )
    return section(
        ranking_found(_ends(shown, table, order)),
        pictured(reading, drawn, _picture(shown, "ranking", _("Ranking"))),
        pages(reading.address, listed),
        aside=csv_link(reading.address.csv("progress", target=target.code, **on)),
    )


def _ends(shown: _Shown, table: VerdictTable, order: Sequence[tuple[int, int | None]]) -> RankingEnds | None:
    """The first and the last of those that have a rank."""
    ranked = [row for row, rank in order if rank is not None]
    if not ranked:
        return None
    plan = shown.reading.plan
    ends = np.array([ranked[0], ranked[-1]])
    first, last = (unit_name(plan.units[place]) for place in table.unit[ends].tolist())
    best, worst = (
        with_measure(value_text(plan, shown.indicator, value), measure(shown.indicator))
        for value in table.value.take(ends).fractions()
    )
    sharing = sum(rank == 1 for _row, rank in order)
    return RankingEnds(ranked=len(ranked), sharing=sharing, first=first, best=best, last=last, worst=worst)


def _courses(shown: _Shown) -> Component:
    """The overlay: every unit's course in grey, those chosen in colour, the paces, and all figures as a table."""
    reading, judged, indicator = shown.reading, shown.judged, shown.indicator
    caption = _("{name} over time", name=indicator_name(indicator))
    words = line_words(judged=_lead(shown).judged is not None)
    picture = _picture(shown, "course", f"{caption} ({_names(reading)}) · {words}")
    months = {"period_from": format_period(shown.first), **until(judged)}
    csv = reading.address.csv("rates", indicator=indicator.code, **months)
    return section(
        _standing(shown),
        spans(reading),
        html.P(_too_many(reading), className="note"),
        pictured(reading, _drawn(shown, caption), picture),
        *_facts(shown),
        table_view(_course_table(shown, caption), csv=csv),
    )


def _standing(shown: _Shown) -> str:
    """Where the unit in the first colour stands and where it is heading; the others in colour by name."""
    plan, indicator, name = shown.reading.plan, shown.indicator, unit_name(shown.unit)
    verdict = shown.judged.of(shown.unit.code, shown.target.code)
    if verdict is None or verdict.value is None:
        said = _("{unit} has no value for the month judged", unit=name)
    else:
        value = with_measure(value_text(plan, indicator, verdict.value), measure(indicator))
        told = {"unit": name, "value": value, "status": status_word(verdict.status)}
        ahead = shown.chart.ahead
        if ahead is None:
            said = _("{unit} stands at {value}: {status}", **told)
        else:
            heading = with_measure(value_text(plan, indicator, ahead.value), measure(indicator))
            said = _("{unit} stands at {value} and heads for {heading} on the due date", heading=heading, **told)
    others = [unit_name(plan.unit_by_code[code]) for code in chosen_units(shown.reading)[1 : len(MARKERS)]]
    return said + (_("; beside it {units}", units=_(", ").join(others)) if others else "")


def _facts(shown: _Shown) -> list[Component]:
    """The facts of every unit in colour, under its name where there are several."""
    reading = shown.reading
    units = [reading.plan.unit_by_code[code] for code in chosen_units(reading)[: len(MARKERS)]]
    facts = [pace_facts(reading, shown.judged, shown.target, unit) for unit in units]
    if len(units) == 1:
        return facts
    return [html.Div([html.H3(unit_name(unit)), one]) for unit, one in zip(units, facts, strict=True)]


def _lead(shown: _Shown) -> UnitCourse:
    """The course that what is due is drawn for."""
    return next((course for course in shown.chart.courses if course.chosen), UnitCourse(shown.unit.code, "", ()))


def _drawn(shown: _Shown, caption: str) -> Component:
    """The figure with what its lines mean; said in words for those who do not see it."""
    lead, ahead, chart = _lead(shown), shown.chart.ahead, shown.chart
    legend = line_legend(
        due=any(height is not None for _day, height in lead.due),
        ways=bool(lead.ways),
        judged=bool(lead.judged),
        projected=ahead is not None,
        ranged=ahead is not None and ahead.low is not None,
        revised=any(point.revised for course in chart.courses for point in course.points),
    )
    plan, on = shown.reading.plan, shown.judged.on or chart.ends
    said = course_sentences(plan, shown.indicator, chart)
    said += line_names(plan, shown.indicator, due=lead.due, ways=lead.ways, on=on, judged=lead.judged)
    figure = course_figure(chart, theme=shown.reading.theme, projected=shown.reading.address.projected)
    return html.Div(
        [graph(shown.reading, figure, label=". ".join((caption, shown.found, *said)), name="course"), legend]
    )


def _course_table(shown: _Shown, caption: str) -> Component:
    """The figures behind the courses, month by month."""
    reading, courses = shown.reading, shown.judged.courses
    tabled = {*chosen_units(reading), *(verdict.unit_code for verdict in shown.drawn), reading.level.under.code}
    ordered = sorted(reading.plan.units, key=lambda unit: (unit.order, unit.code))
    return course_table(
        reading.plan,
        shown.indicator,
        units=[unit for unit in ordered if unit.code in tabled and (unit.code, shown.indicator.code) in courses],
        courses=courses,
        caption=caption,
        address=reading.address,
        target=shown.target.code,
        due=due_of_all(_lead(shown).due),
        judged=judged_of_all(_lead(shown).judged),
        ways=_lead(shown).ways,
        first=shown.first,
    )


def _names(reading: Reading) -> str:
    return _(", ").join(unit_name(reading.plan.unit_by_code[code]) for code in chosen_units(reading)[: len(MARKERS)])


def _too_many(reading: Reading) -> str:
    """That the address names more units than there are colours; empty where it does not."""
    units = len(chosen_units(reading))
    if units <= len(MARKERS):
        return ""
    return _("Of the {n} units chosen the first {most} are in colour.", n=units, most=len(MARKERS))


def _months_shown(reading: Reading, judged: JudgedProgress, indicator: Indicator) -> tuple[date, date]:
    """The first and the last month of the courses that are shown."""
    months = {
        rate.period for (_unit, code), rates in judged.courses.items() if code == indicator.code for rate in rates
    }
    newest = judged.period or max(months)
    return first_shown(reading, min(months), newest), newest


def _picture(shown: _Shown, name: str, caption: str) -> Picture:
    """What stands around one of the page's charts when it is saved."""
    code = shown.target.code
    return Picture(name=f"{code}_{name}", title=shown.found, caption=caption, clauses=clauses_of([shown.target]))


def _multiples(shown: _Shown) -> Component:
    reading, indicator = shown.reading, shown.indicator
    lines = [_("Heavy: what is due; dashed: the path to the next stage.")]
    lines += [_("Thin: what it is judged by since more fell due.")] if _lead(shown).judged else []
    words = " ".join(filter(None, (scale_words(shown.chart), *lines, left_out(shown.units))))
    picture = _picture(shown, "units", f"{indicator_name(indicator)} · {words}")
    ordered = arranged(reading, indicator, shown.drawn)
    tiles = multiples(reading, indicator, shown.chart, ordered, chosen=shown.chosen)
    found = moved_found([change_between(shown.judged.courses.get((v.unit_code, indicator.code), ())) for v in ordered])
    return section(found, order_ways(reading), html.P(words, className="note"), pictured(reading, tiles, picture))
