"""The facts of one unit under its course: value, distance, the paces it needs and makes, and where that leads."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.locale import _, date_text
from dashboard.pages.why import projection_text
from dashboard.parts import own_mark, verdict_mark, why_href
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    distance_text,
    last_text,
    measure,
    target_rule,
    value_text,
    with_measure,
)
from dashboard.words.paces import few_points, pace_text, reached_text, too_slow_text
from metrics.due_line import stages_of
from metrics.plan.model import Indicator, Plan, Target, Unit
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.results import Progress, Status

Component = Any


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
        (_("Required pace"), required_text(verdict, target_rule(target, indicator), reading.plan)),
        (_("Present pace"), _present(reading.plan, verdict, indicator)),
        (
            _("Reached at this pace on"),
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
        found += [" ", html.Span(last, className="note")]
    return found


def _present(plan: Plan, verdict: Progress, indicator: Indicator) -> str:
    """The pace the unit makes, or why there is none."""
    if verdict.present_pace is not None:
        return pace_text(verdict.present_pace, indicator)
    return NOTHING if verdict.gap is None else few_points(plan, verdict)


def required_text(verdict: Progress, rule: str, plan: Plan) -> str:
    """The pace that still reaches the target in time, or why none is asked for."""
    if verdict.required_pace is not None and verdict.due_on is not None:
        pace = pace_text(verdict.required_pace, plan.indicator_by_code[verdict.indicator_code])
        return _("{pace} to {rule} by {date}", pace=pace, rule=rule, date=date_text(verdict.due_on))
    if verdict.status is Status.MET:
        return _("none: it is met")
    if verdict.gap is None or verdict.due_on is None:  # not judged, be it that the target does not apply
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
    return html.A(required_text(verdict, rule, plan), href=why_href(verdict), title=_("Why this colour?"))
