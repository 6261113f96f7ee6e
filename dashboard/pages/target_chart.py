"""What the target page's figure shows, put together from plan and verdicts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from html import escape
from typing import Any

from dash import html

from dashboard.charts.course import MARKERS, Ahead, CourseChart, Point, UnitCourse, months_along
from dashboard.charts.due_marks import Stage
from dashboard.charts.line_ends import LONGEST, shortened
from dashboard.grids.multiples import ORDERS
from dashboard.locale import _, date_text, month_text
from dashboard.pages.corrected import correction_text
from dashboard.parts import choice
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    indicator_name,
    last_text,
    measure,
    short_name,
    target_rule,
    unit_name,
    value_text,
    with_measure,
)
from dashboard.words.months import month_marks
from metrics.due_line import between, due_on_day, due_steps, is_held_by, judged_still, stages_of, ways_ahead
from metrics.periods import add_months, last_day, period_of
from metrics.plan.model import Indicator, Plan, Target
from metrics.progress import threshold_of
from metrics.queries.corrected_rates import CorrectedRate
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Rate
from metrics.rounding import exact_decimal

SPANS: Mapping[str, int | None] = {"6m": 6, "1y": 12, "plan": None}
"""What `span` in an address may be: the newest months, so many, or those since the plan was issued."""
MULTIPLES = ORDERS
"""What `multiples` in an address may be."""

Component = Any

_ROOM = timedelta(days=12)


def chosen_units(reading: Reading) -> tuple[str, ...]:
    """The units in colour, as far as there are colours: those that the address names, else the level's top."""
    return named_units(reading) or (reading.level.under.code,)


def named_units(reading: Reading) -> tuple[str, ...]:
    """The units that the address names, in its order."""
    return tuple(code for code in reading.address.keeps_all("unit") if code in reading.plan.unit_by_code)


def spans(reading: Reading) -> Component:
    """The ways to the same page for other spans of time; the one shown stands out."""
    words = {"6m": _("6 months"), "1y": _("1 year"), "plan": _("Since the plan"), None: _("All months")}
    chosen = reading.address.keeps("span")
    here = chosen if chosen in SPANS else None
    links = [choice(word, reading.address.keeping(span=span), here=span == here) for span, word in words.items()]
    return html.Ul(links, className="filters spans", **{"aria-label": _("Span of time")})


def first_shown(reading: Reading, first: date, newest: date) -> date:
    """The first month of the span that the address names: months, or since the plan was issued; else `first`."""
    span = reading.address.keeps("span") or ""
    if span in SPANS:
        issued = period_of(reading.plan.document.issued_on)
        months = SPANS[span]
        first = max(first, min(newest, issued if months is None else add_months(newest, 1 - months)))
    return first


def target_chart(
    reading: Reading,
    judged: JudgedProgress,
    target: Target,
    *,
    units: Collection[str],
    corrected: Collection[CorrectedRate] = (),
) -> CourseChart:
    """The chart of one target: the courses of `units` and those in colour. There is at least one period with data.

    The first of those in colour is the one that the line of what is due and the projection are of.
    """
    plan, in_colour = reading.plan, chosen_units(reading)[: len(MARKERS)]
    chosen = in_colour[0]
    indicator = plan.indicator_by_code[str(target.indicator)]
    courses = {unit: rates for (unit, code), rates in judged.courses.items() if code == indicator.code}
    newest = judged.period or max(rate.period for rates in courses.values() for rate in rates)
    first = first_shown(reading, min(rate.period for rates in courses.values() for rate in rates), newest)
    on = judged.on or last_day(newest)
    own = plan.target_in_force(target.code, on, unit=chosen) or target
    stages = stages_of(plan, own, on=on, unit=chosen)
    due_dates = [stage.due_on for stage in stages if stage.due_on]
    begins, ends = last_day(first) - _ROOM, max([last_day(newest), *due_dates]) + _ROOM
    window = own.verification_window
    drawn = _Drawn(reading, target, on, (begins, ends), {(one.unit_code, one.period): one for one in corrected})
    shown = {
        unit: replace(
            _course(drawn, unit, rates, first=first),
            chosen=unit == chosen,
            place=in_colour.index(unit) if unit in in_colour else None,
        )
        for unit, rates in courses.items()
        if unit in in_colour or unit in units
    }
    due = due_on_day(shown[chosen].due, on) if chosen in shown else None
    judged_by = shown[chosen].judged if chosen in shown else None
    return CourseChart(
        stages=stage_marks(plan, own, stages, begins=begins, ends=ends),
        courses=tuple(shown.values()),
        begins=begins,
        ends=ends,
        months=month_marks(months_along(begins, ends)),
        measure=measure(indicator),
        share=indicator.share,
        ahead=_ahead(plan, judged, target, indicator, chosen=chosen),
        window=None if window is None else (window.start, window.end, _("Verification window")),
        due_label="" if due is None else _("due {value}", value=exact_decimal(due)),
        judged_label="" if judged_by is None else _("judged by {value}", value=exact_decimal(judged_by[1])),
        way_labels=tuple(
            _("to {value}", value=exact_decimal(way[-1][1])) for way in (shown[chosen].ways if chosen in shown else ())
        ),
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What all courses of a chart share. `corrected`: the newest correction by unit and month."""

    reading: Reading
    target: Target
    on: date
    span: tuple[date, date]
    corrected: Mapping[tuple[str, date], CorrectedRate]


def _course(drawn: _Drawn, unit: str, rates: Sequence[Rate], *, first: date) -> UnitCourse:
    """One unit's course from the month `first` on, held against the stages by which the unit is judged, its own where
    it has them.

    `rates`: the whole course, since the straight way ahead begins at its first value, shown or not. A target without a
    date is never due: its height is what is ahead, from end to end.
    """
    plan, on, span = drawn.reading.plan, drawn.on, drawn.span
    own = plan.target_in_force(drawn.target.code, on, unit=unit) or drawn.target
    indicator, name = plan.indicator_by_code[str(own.indicator)], unit_name(plan.unit_by_code[unit])
    stages = stages_of(plan, own, on=on, unit=unit)
    ahead = ways_ahead(indicator, stages, rates, on=on)
    if own.due_on is None:
        ahead = (tuple((day, threshold_of(own)) for day in span),)
    due = due_steps(plan, indicator, stages, by=on)
    newest, window = next((r.value for r in reversed(rates) if r.value is not None), None), own.verification_window
    return UnitCourse(
        unit=unit,
        name=name,
        points=tuple(_point(drawn, indicator, rate, name=name) for rate in rates if rate.period >= first),
        last=last_text(plan, indicator, rates),
        label=escape(
            f"{shortened(short_name(plan.unit_by_code[unit]), LONGEST)} {value_text(plan, indicator, newest)}"
        ),
        due=due,
        judged=judged_still(due, own, by=on),
        ways=tuple(part for way in ahead if (part := between(way, *span))),
        due_dates=tuple(one.due_on for one in stages if one.due_on and span[0] <= one.due_on <= span[1]),
        window=None if window is None else (window.start, window.end),
    )


def stage_marks(plan: Plan, target: Target, stages: Sequence[Target], *, begins: date, ends: date) -> tuple[Stage, ...]:
    """The labels at the due dates that are shown. A stage in another measure is named with that."""
    indicators = plan.indicator_by_code
    found = []
    for other in stages:
        rule = target_rule(other, indicators[str(other.indicator)])
        if not is_held_by(plan, other, indicators[str(target.indicator)]):
            rule = f"{indicator_name(indicators[str(other.indicator)])} {rule}"
        if other.due_on is not None and other.due_on < begins:
            continue
        label = f"<b>{rule}</b>" if other.code == target.code else rule
        label += "" if other.due_on is None else f" · {date_text(other.due_on)}"
        found.append(Stage(threshold=Fraction(other.threshold or 0), due_on=other.due_on or ends, label=label))
    if not stages:
        undated = _("no date printed")
        label = f"<b>{target_rule(target, indicators[str(target.indicator)])}</b> · {undated}"
        found.append(Stage(threshold=Fraction(target.threshold or 0), due_on=ends, label=label))
    return tuple(found)


def _point(drawn: _Drawn, indicator: Indicator, rate: Rate, *, name: str) -> Point:
    plan = drawn.reading.plan
    words = f"<b>{escape(name)}</b><br>{month_text(rate.period)} "
    words += with_measure(value_text(plan, indicator, rate.value), measure(indicator))
    correction = drawn.corrected.get((rate.unit_code, rate.period))
    if correction is not None:
        words += "<br>" + escape(correction_text(drawn.reading, indicator, correction))
    return Point(on=last_day(rate.period), value=rate.value, words=words, revised=correction is not None)


def _ahead(plan: Plan, judged: JudgedProgress, target: Target, indicator: Indicator, *, chosen: str) -> Ahead | None:
    verdict = judged.of(chosen, target.code)
    if verdict is None or verdict.projection is None or verdict.due_on is None or verdict.rate is None:
        return None
    projection = verdict.projection
    return Ahead(
        start=Point(on=last_day(verdict.rate.period), value=verdict.rate.value, words=""),
        on=verdict.due_on,
        value=projection.value,
        low=projection.low,
        high=projection.high,
        label=_("projected {value}", value=value_text(plan, indicator, projection.value)),
    )
