"""What the target page's figure shows, put together from plan and verdicts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from html import escape

from dashboard.charts.course import Ahead, CourseChart, Point, Stage, UnitCourse, months_along
from dashboard.locale import _, date_text, month_text
from dashboard.window.reading import Reading
from dashboard.words.figures import indicator_name, last_text, measure, target_rule, unit_name, value_text, with_measure
from metrics.due_line import between, due_steps, is_held_by, stages_of, ways_ahead
from metrics.periods import last_day
from metrics.plan.model import Indicator, Plan, Target
from metrics.progress import threshold_of
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Rate

_ROOM = timedelta(days=12)


def target_chart(
    reading: Reading, judged: JudgedProgress, target: Target, *, chosen: str, units: Collection[str]
) -> CourseChart:
    """The chart of one target: the courses of `units` and the chosen one. There is at least one period with data."""
    plan = reading.plan
    indicator = plan.indicator_by_code[str(target.indicator)]
    courses = {unit: rates for (unit, code), rates in judged.courses.items() if code == indicator.code}
    first = min(rate.period for rates in courses.values() for rate in rates)
    newest = last_day(judged.period or first)
    on = judged.on or newest
    own = plan.target_in_force(target.code, on, unit=chosen) or target
    stages = stages_of(plan, own, on=on, unit=chosen)
    due_dates = [stage.due_on for stage in stages if stage.due_on]
    begins, ends = last_day(first) - _ROOM, max([newest, *due_dates]) + _ROOM
    window = own.verification_window
    return CourseChart(
        stages=_stages(plan, own, stages, ends=ends),
        courses=tuple(
            replace(_course(plan, target, unit, rates, on=on, span=(begins, ends)), chosen=unit == chosen)
            for unit, rates in courses.items()
            if unit == chosen or unit in units
        ),
        begins=begins,
        ends=ends,
        months=tuple((day, month_text(day)) for day in months_along(begins, ends)),
        measure=measure(indicator),
        share=indicator.share,
        ahead=_ahead(plan, judged, target, indicator, chosen=chosen),
        window=None if window is None else (window.start, window.end, _("Verification window")),
    )


def _course(
    plan: Plan, target: Target, unit: str, rates: Sequence[Rate], *, on: date, span: tuple[date, date]
) -> UnitCourse:
    """One unit's course, held against the stages by which the unit is judged, its own where it has them.

    A target without a date is never due: its height is what is ahead, from end to end.
    """
    own = plan.target_in_force(target.code, on, unit=unit) or target
    indicator, name = plan.indicator_by_code[str(own.indicator)], unit_name(plan.unit_by_code[unit])
    stages = stages_of(plan, own, on=on, unit=unit)
    ahead = ways_ahead(indicator, stages, rates, on=on)
    if own.due_on is None:
        ahead = (tuple((day, threshold_of(own)) for day in span),)
    return UnitCourse(
        unit=unit,
        name=name,
        points=_points(plan, indicator, rates, name=name),
        last=last_text(plan, indicator, rates),
        due=due_steps(plan, indicator, stages, by=on),
        ways=tuple(part for way in ahead if (part := between(way, *span))),
    )


def _stages(plan: Plan, target: Target, stages: Sequence[Target], *, ends: date) -> tuple[Stage, ...]:
    """The labels at the due dates. A stage that this measure cannot be held against is named with its own."""
    indicators = plan.indicator_by_code
    found = []
    for other in stages:
        rule = target_rule(other, indicators[str(other.indicator)])
        if not is_held_by(plan, other, indicators[str(target.indicator)]):
            rule = f"{indicator_name(indicators[str(other.indicator)])} {rule}"
        label = f"<b>{rule}</b> · {date_text(other.due_on)}" if other.code == target.code and other.due_on else rule
        found.append(Stage(threshold=Fraction(other.threshold or 0), due_on=other.due_on or ends, label=label))
    if not found:
        undated = _("no date printed")
        label = f"<b>{target_rule(target, indicators[str(target.indicator)])}</b> · {undated}"
        found.append(Stage(threshold=Fraction(target.threshold or 0), due_on=ends, label=label))
    return tuple(found)


def _points(plan: Plan, indicator: Indicator, rates: Sequence[Rate], *, name: str) -> tuple[Point, ...]:
    return tuple(
        Point(
            on=last_day(rate.period),
            value=rate.value,
            words=f"<b>{escape(name)}</b><br>{month_text(rate.period)} "
            + with_measure(value_text(plan, indicator, rate.value), measure(indicator)),
        )
        for rate in rates
    )


def _ahead(plan: Plan, judged: JudgedProgress, target: Target, indicator: Indicator, *, chosen: str) -> Ahead | None:
    verdict = judged.of(chosen, target.code)
    if verdict is None or verdict.projection is None or verdict.due_on is None or verdict.rate is None:
        return None
    projection = verdict.projection
    start = _points(plan, indicator, [verdict.rate], name="")[0]
    return Ahead(start=start, on=verdict.due_on, value=projection.value, low=projection.low, high=projection.high)
