"""Under a target's figure: how far the shown unit is, how fast it moves and would have to, and its next step."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.commitments import stages_of
from dashboard.locale import _, date_text
from dashboard.pace import few_points, pace_text, present_pace, reached_text
from dashboard.parts import verdict_mark, why_href
from dashboard.reading import Reading
from dashboard.why import projection_text
from dashboard.wording import (
    NOTHING,
    measure,
    measure_of_change,
    signed,
    target_rule,
    value_text,
    with_measure,
)
from metrics.plan.model import Plan, Target, Unit
from metrics.queries.progress_by_unit import Judged, progress_by_unit
from metrics.results import Progress, Status

Component = Any


def pace_facts(reading: Reading, judged: Judged, target: Target, unit: Unit) -> Component:
    """The facts of one unit as a row of names and texts."""
    verdict = judged.of(unit.code, target.code)
    if verdict is None:
        return None
    indicator = reading.plan.indicator_by_code[verdict.indicator_code]
    course = judged.courses.get((unit.code, indicator.code), [])
    monthly = present_pace(course)
    value = with_measure(value_text(reading.plan, indicator, verdict.value), measure(indicator))
    facts: list[tuple[str, Component]] = [
        (
            _("Value"),
            html.A([value if verdict.value is not None else "", verdict_mark(verdict)], href=why_href(verdict)),
        ),
        (_("Distance"), with_measure(signed(verdict.gap), measure_of_change(indicator))),
        (_("Required pace"), _required(verdict, target_rule(target, indicator), reading.plan)),
        (_("Present pace"), few_points(course) if monthly is None else pace_text(monthly, indicator)),
        (_("Trend reaches it"), NOTHING if verdict.status is Status.MET else reached_text(verdict, course)),
    ]
    if verdict.projection is not None:
        facts.append((_("Trend"), projection_text(reading.plan, indicator, verdict)))
    ahead = target.due_on is not None and verdict.evaluated_on <= target.due_on
    following = None if ahead and verdict.status is not Status.MET else _next_step(reading, judged, target, unit)
    if following is not None:
        facts.append((_("Next step"), _next_words(reading.plan, following)))
    return html.Dl([html.Div([html.Dt(name), html.Dd(text)]) for name, text in facts], className="pace-facts")


def _required(verdict: Progress, rule: str, plan: Plan) -> str:
    """The pace that still reaches the target in time, or why none is asked for."""
    if verdict.required_pace is not None and verdict.due_on is not None:
        pace = pace_text(verdict.required_pace, plan.indicator_by_code[verdict.indicator_code])
        return _("{pace} to {rule} by {date}", pace=pace, rule=rule, date=date_text(verdict.due_on))
    if verdict.status is Status.MET:
        return _("none: it is met")
    if verdict.value is None or verdict.due_on is None:
        return NOTHING
    if verdict.due_on <= verdict.evaluated_on:
        return _("none: it was due by {date}", date=date_text(verdict.due_on))
    return _("none: less than a month is left")


def _next_step(reading: Reading, judged: Judged, target: Target, unit: Unit) -> Progress | None:
    """The unit's verdict on the first later stage that is still ahead."""
    if judged.on is None:
        return None
    later = [
        stage
        for stage in stages_of(reading.plan, target, on=judged.on)
        if stage.due_on is not None and stage.due_on > max(judged.on, target.due_on or judged.on)
    ]
    if not later:
        return None
    code = later[0].code
    found = progress_by_unit(reading.session, reading.view, on=judged.on, units=[unit.code], targets=[code])
    return found.of(unit.code, code)


def _next_words(plan: Plan, verdict: Progress) -> Component:
    indicator = plan.indicator_by_code[verdict.indicator_code]
    stated = next(t for t in plan.target_revisions[verdict.target_code] if t.revision == verdict.target_revision)
    rule = target_rule(stated, indicator)
    return html.A(_required(verdict, rule, plan), href=why_href(verdict), title=_("Why this colour?"))
