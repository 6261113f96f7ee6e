"""The courses of a unit's core indicators: small multiples, and their figures as tables."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.chart_view import Picture, clauses_of, graph, pictured, until
from dashboard.charts.trends import Trend, trends_figure
from dashboard.commitments import steps_of
from dashboard.grids.courses import course_table
from dashboard.locale import _, month_text
from dashboard.parts import section, table_view
from dashboard.reading import Reading
from dashboard.wording import indicator_name, measure, value_text, with_measure
from metrics.periods import last_day
from metrics.plan.model import Indicator, Plan, Target, Unit
from metrics.queries.progress_by_unit import Judged

Component = Any


def unit_trends(reading: Reading, judged: Judged, unit: Unit, *, title: str) -> Component:
    """The section; nothing for a unit without any value. `title`: the page's finding, for the picture."""
    plan = reading.plan
    indicators = [i for i in plan.indicators if i.core and judged.courses.get((unit.code, i.code))]
    if not indicators:
        return None
    targets = _targets(plan, judged, indicators)
    trends = [_trend(plan, judged, unit, indicator) for indicator in indicators]
    days = sorted({day for trend in trends for day, _value, _words in trend.points})
    span = " – ".join(dict.fromkeys((month_text(days[0]), month_text(days[-1]))))
    caption = _("Courses of the core indicators")
    figure = trends_figure(trends, span=span, theme=reading.theme)
    drawn = graph(figure, label=f"{caption}. {title}", name="trends", style={"height": "240px"})
    picture = Picture(name=f"{unit.code}_courses", title=title, caption=caption, clauses=clauses_of(targets))
    codes = [indicator.code for indicator in indicators]
    return section(
        caption,
        pictured(reading, html.Div(drawn, className="scroll"), picture),
        table_view(
            html.Div([_table(reading, judged, unit, indicator, targets) for indicator in indicators]),
            csv=reading.place.csv("rates", unit=unit.code, indicator=codes, **until(judged)),
        ),
    )


def _trend(plan: Plan, judged: Judged, unit: Unit, indicator: Indicator) -> Trend:
    points = tuple(
        (
            last_day(rate.period),
            rate.value,
            f"{month_text(rate.period)} " + with_measure(value_text(plan, indicator, rate.value), measure(indicator)),
        )
        for rate in judged.courses[unit.code, indicator.code]
    )
    steps, unit_of_measure = steps_of(plan, indicator), measure(indicator)
    return Trend(title=indicator_name(indicator), points=points, steps=steps, measure=unit_of_measure)


def _table(reading: Reading, judged: Judged, unit: Unit, indicator: Indicator, targets: list[Target]) -> Component:
    return course_table(
        reading.plan,
        indicator,
        units=[unit],
        courses=judged.courses,
        caption=indicator_name(indicator),
        place=reading.place,
        target=next((target.code for target in targets if target.indicator == indicator.code), None),
    )


def _targets(plan: Plan, judged: Judged, indicators: list[Indicator]) -> list[Target]:
    """The judged targets on `indicators`, in display order."""
    codes = {indicator.code for indicator in indicators}
    in_force = {} if judged.on is None else {target.code: target for target in plan.targets_in_force(judged.on)}
    return [in_force[p.target_code] for p in judged.progress if p.indicator_code in codes and p.target_code in in_force]
