"""A unit's core indicators over time, a panel each, and what was corrected of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from dash import html

from dashboard.charts.trends import TrendPanel, trends_figure
from dashboard.grids.chart_view import Picture, clauses_of, graph, line_legend, pictured, until
from dashboard.grids.courses import course_table, due_of_all, judged_of_all
from dashboard.locale import _, month_text
from dashboard.pages.corrected import correction_text, corrections_section
from dashboard.parts import scrolled, section, table_view
from dashboard.window.reading import Reading
from dashboard.words.figures import indicator_name, measure, value_text, with_measure
from dashboard.words.section_findings import trends_found
from metrics.due_line import between, due_steps, judged_still, newest_due, stages_of, ways_ahead
from metrics.periods import last_day
from metrics.plan.model import Indicator, Plan, Target, Unit
from metrics.queries.corrected_rates import CorrectedRate
from metrics.queries.progress_by_unit import JudgedProgress

Component = Any


def unit_trends(
    reading: Reading, judged: JudgedProgress, unit: Unit, *, title: str, corrected: Sequence[CorrectedRate]
) -> list[Component]:
    """The section, and what was corrected; nothing for a unit without any value. `title`: the finding."""
    plan = reading.plan
    indicators = [i for i in plan.indicators if i.core and judged.courses.get((unit.code, i.code))]
    if not indicators:
        return []
    targets = _targets(plan, judged, indicators)
    codes = [indicator.code for indicator in indicators]
    corrected = [one for one in corrected if one.indicator_code in codes]
    trends = [
        _trend(
            plan,
            judged,
            unit,
            one,
            was={c.period: correction_text(reading, one, c) for c in corrected if c.indicator_code == one.code},
        )
        for one in indicators
    ]
    days = sorted({day for trend in trends for day, _value, _words in trend.points})
    span = " – ".join(dict.fromkeys((month_text(days[0]), month_text(days[-1]))))
    caption = _("Core indicators over time")
    figure = trends_figure(trends, span=span, theme=reading.theme)
    drawn = graph(reading, figure, label=f"{caption}. {title}", name="trends", style={"height": "240px"})
    picture = Picture(name=f"{unit.code}_courses", title=title, caption=caption, clauses=clauses_of(targets))
    legend = line_legend(
        due=any(height is not None for trend in trends for _day, height in trend.due),
        ways=any(trend.ways for trend in trends),
        judged=any(trend.judged for trend in trends),
        revised=any(trend.revised for trend in trends),
    )
    shown = section(
        trends_found([(indicator_name(one), measure(one), judged.courses[unit.code, one.code]) for one in indicators]),
        pictured(reading, html.Div([scrolled(drawn, label=caption), legend]), picture),
        table_view(
            html.Div([_table(reading, judged, unit, one, targets) for one in zip(indicators, trends, strict=True)]),
            csv=reading.address.csv("rates", unit=unit.code, indicator=codes, **until(judged)),
        ),
    )
    listed = corrections_section(reading, corrected, targets=[target.code for target in targets], named=True)
    return [shown, listed]


def _trend(
    plan: Plan, judged: JudgedProgress, unit: Unit, indicator: Indicator, *, was: Mapping[date, str] | None = None
) -> TrendPanel:
    """The panel of one core indicator, held against the stages of its commitment. `was`: by month, of corrections."""
    was = was or {}
    course = judged.courses[unit.code, indicator.code]
    points = tuple(
        (
            last_day(rate.period),
            rate.value,
            f"{month_text(rate.period)} "
            + with_measure(value_text(plan, indicator, rate.value), measure(indicator))
            + (f"<br>{escape(was[rate.period])}" if rate.period in was else ""),
        )
        for rate in course
    )
    begins, newest = points[0][0], points[-1][0]
    on = judged.on or newest
    targets = plan.targets_in_force(on, unit=unit.code)
    own = next((target for target in targets if target.measured and target.indicator == indicator.code), None)
    stages = [] if own is None else stages_of(plan, own, on=on, unit=unit.code)
    ways = ways_ahead(indicator, stages, course, on=on)
    ends = max([newest, *(way[-1][0] for way in ways)])
    due = due_steps(plan, indicator, stages, by=on)
    return TrendPanel(
        title=indicator_name(indicator),
        points=points,
        due=due,
        judged=judged_still(due, newest_due(stages, indicator, by=on), by=on),
        ways=tuple(part for way in ways if (part := between(way, begins, ends))),
        measure=measure(indicator),
        revised=frozenset(map(last_day, was)),
    )


def _table(
    reading: Reading, judged: JudgedProgress, unit: Unit, one: tuple[Indicator, TrendPanel], targets: list[Target]
) -> Component:
    indicator, trend = one
    return course_table(
        reading.plan,
        indicator,
        units=[unit],
        courses=judged.courses,
        caption=indicator_name(indicator),
        address=reading.address,
        target=next((target.code for target in targets if target.indicator == indicator.code), None),
        due=due_of_all(trend.due),
        judged=judged_of_all(trend.judged),
        ways=trend.ways,
    )


def _targets(plan: Plan, judged: JudgedProgress, indicators: list[Indicator]) -> list[Target]:
    """The judged targets on `indicators`, in display order."""
    codes = {indicator.code for indicator in indicators}
    return [
        plan.target_revision(p.target_code, p.target_revision) for p in judged.progress if p.indicator_code in codes
    ]
