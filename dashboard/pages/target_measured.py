"""What a target that is measured shows: the overlay of courses, the ranking, small multiples, and assessed values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.assessed import assessed_until
from dashboard.chart_view import Picture, clauses_of, graph, pictured, until
from dashboard.charts.course import CourseChart, course_figure
from dashboard.charts.instrument import scale_of
from dashboard.grids.beside import assessed_section
from dashboard.grids.courses import course_table
from dashboard.grids.multiples import farthest, left_out, multiples, scale_words
from dashboard.grids.ranking import ranking
from dashboard.locale import _
from dashboard.pages.target_chart import target_chart
from dashboard.pages.target_pace import pace_facts
from dashboard.parts import csv_link, section, table_view
from dashboard.reading import Reading
from dashboard.wording import indicator_name, unit_name
from metrics.plan.model import Indicator, Target, Unit
from metrics.queries.progress_by_unit import Judged
from metrics.results import Progress, Status

Component = Any


@dataclass(frozen=True, slots=True)
class _Shown:
    """`found`: the page's finding. `unit`: whose course is in colour; `chosen`: its code if the address names it.

    `drawn`: the verdicts on the units whose courses are drawn and tabled, in display order; `units`: of how many.
    """

    reading: Reading
    judged: Judged
    target: Target
    indicator: Indicator
    found: str
    unit: Unit
    chosen: str | None
    drawn: tuple[Progress, ...]
    units: int
    chart: CourseChart


def measured(reading: Reading, judged: Judged, target: Target, *, found: str) -> list[Component]:
    """The parts of the page, widest first. There is at least one period with data."""
    plan, place = reading.plan, reading.place
    indicator = plan.indicator_by_code[str(target.indicator)]
    verdicts = [
        p for p in judged.progress if p.unit_code not in plan.children and p.status is not Status.NOT_APPLICABLE
    ]
    kept = place.keeps("unit")
    chosen = kept if kept in plan.unit_by_code else None
    unit = plan.unit_by_code[chosen or plan.document.root_unit]
    drawn = tuple(sorted(farthest(verdicts), key=lambda verdict: plan.unit_by_code[verdict.unit_code].order))
    chart = target_chart(reading, judged, target, chosen=unit.code, units={verdict.unit_code for verdict in drawn})
    shown = _Shown(reading, judged, target, indicator, found, unit, chosen, drawn, len(verdicts), chart)
    on = {"on": judged.on.isoformat()} if judged.on else {}
    values = [p.value for p in verdicts if p.value is not None] + [p.threshold for p in verdicts]
    assessed = assessed_until(reading, judged.period, indicators=[indicator.code])
    return [
        html.Div(
            [
                _courses(shown),
                section(
                    _("Ranking"),
                    pictured(
                        reading,
                        ranking(
                            plan, indicator, verdicts, scale=scale_of(indicator, values), place=place, chosen=chosen
                        ),
                        _picture(shown, "ranking", _("Ranking")),
                    ),
                    aside=csv_link(place.csv("progress", target=target.code, **on)),
                ),
            ],
            className="target",
        ),
        _multiples(shown),
        assessed_section(reading, judged, assessed, indicator=indicator.code),
    ]


def _courses(shown: _Shown) -> Component:
    """The overlay: every unit's course in grey, the shown one's in colour, its paces, and all figures as a table."""
    reading, judged, target = shown.reading, shown.judged, shown.target
    plan, place, indicator = reading.plan, reading.place, shown.indicator
    tabled = {shown.unit.code, *(verdict.unit_code for verdict in shown.drawn), plan.document.root_unit}
    caption = _("Course of {name}", name=indicator_name(indicator))
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
        place=place,
        target=target.code,
    )
    picture = _picture(shown, "course", f"{caption} ({unit_name(shown.unit)})")
    figure = course_figure(shown.chart, theme=reading.theme)
    drawn = graph(figure, label=f"{caption}. {shown.found}", name="course")
    return section(
        _("Course; shown in colour: {unit}", unit=unit_name(shown.unit)),
        pictured(reading, drawn, picture),
        pace_facts(reading, judged, target, shown.unit),
        table_view(table, csv=place.csv("rates", indicator=indicator.code, **until(judged))),
    )


def _picture(shown: _Shown, name: str, caption: str) -> Picture:
    """What stands around one of the page's charts when it is saved."""
    code = shown.target.code
    return Picture(name=f"{code}_{name}", title=shown.found, caption=caption, clauses=clauses_of([shown.target]))


def _multiples(shown: _Shown) -> Component:
    reading, indicator = shown.reading, shown.indicator
    words = " ".join(filter(None, (scale_words(shown.chart), left_out(shown.units))))
    picture = _picture(shown, "units", f"{indicator_name(indicator)} · {words}")
    pairs = [(v, shown.judged.courses.get((v.unit_code, indicator.code), [])) for v in shown.drawn]
    tiles = multiples(reading, indicator, shown.chart, pairs, chosen=shown.chosen)
    return section(_("Unit by unit"), html.P(words, className="note"), pictured(reading, tiles, picture))
