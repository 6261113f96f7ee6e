"""What the target page's figure shows, put together from plan and verdicts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from fractions import Fraction
from html import escape

from dashboard.charts.course import Ahead, CourseChart, Point, Stage, UnitCourse, months_along
from dashboard.commitments import stages_of
from dashboard.locale import _, date_text, month_text
from dashboard.reading import Reading
from dashboard.wording import measure, target_rule, unit_name, value_text, with_measure
from metrics.periods import last_day
from metrics.plan.model import Indicator, Plan, Target
from metrics.queries.progress_by_unit import Judged
from metrics.results import Rate

_ROOM = timedelta(days=12)


def target_chart(
    reading: Reading, judged: Judged, target: Target, *, chosen: str, units: Collection[str]
) -> CourseChart:
    """The chart of one target: the courses of `units` and the chosen one. There is at least one period with data."""
    plan = reading.plan
    indicator = plan.indicator_by_code[str(target.indicator)]
    courses = {unit: rates for (unit, code), rates in judged.courses.items() if code == indicator.code}
    first = min(rate.period for rates in courses.values() for rate in rates)
    newest = last_day(judged.period or first)
    due_dates = [t.due_on for t in stages_of(plan, target, on=judged.on or newest) if t.due_on]
    ends = max([newest, *due_dates]) + _ROOM
    begins = last_day(first) - _ROOM
    window = target.verification_window
    return CourseChart(
        stages=_stages(plan, target, on=judged.on or newest, ends=ends),
        courses=tuple(
            UnitCourse(
                unit=unit,
                name=unit_name(plan.unit_by_code[unit]),
                points=_points(plan, indicator, rates, name=unit_name(plan.unit_by_code[unit])),
                chosen=unit == chosen,
            )
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


def _stages(plan: Plan, target: Target, *, on: date, ends: date) -> tuple[Stage, ...]:
    indicators = plan.indicator_by_code
    found = []
    for other in stages_of(plan, target, on=on):
        rule = target_rule(other, indicators[str(other.indicator)])
        label = f"<b>{rule}</b> · {date_text(other.due_on)}" if other.code == target.code and other.due_on else rule
        found.append(Stage(threshold=Fraction(other.threshold or 0), due_on=other.due_on or ends, label=label))
    if not found:
        undated = _("no date printed")
        label = f"<b>{target_rule(target, indicators[str(target.indicator)])}</b> · {undated}"
        found.append(Stage(threshold=Fraction(target.threshold or 0), due_on=ends, label=label))
    return tuple(found)


def _points(plan: Plan, indicator: Indicator, rates: list[Rate], *, name: str) -> tuple[Point, ...]:
    return tuple(
        Point(
            on=last_day(rate.period),
            value=rate.value,
            words=f"<b>{escape(name)}</b><br>{month_text(rate.period)} "
            + with_measure(value_text(plan, indicator, rate.value), measure(indicator)),
        )
        for rate in rates
    )


def _ahead(plan: Plan, judged: Judged, target: Target, indicator: Indicator, *, chosen: str) -> Ahead | None:
    verdict = judged.of(chosen, target.code)
    if verdict is None or verdict.projection is None or verdict.due_on is None or verdict.rate is None:
        return None
    projection = verdict.projection
    start = _points(plan, indicator, [verdict.rate], name="")[0]
    return Ahead(start=start, on=verdict.due_on, value=projection.value, low=projection.low, high=projection.high)
