"""The phase the month judged is in, and how many units have passed each of its gates."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.locale import _, date_text, language, ngettext
from dashboard.parts import icon
from dashboard.reading import Reading
from dashboard.wording import target_name
from metrics.plan.model import Phase, Plan
from metrics.queries.progress_by_unit import Judged
from metrics.results import Status

Component = Any


def phase_on(plan: Plan, on: date | None) -> Phase | None:
    """The phase that `on` is in."""
    if on is None:
        return None
    return next((p for p in plan.phases if (p.start is None or p.start <= on) and on <= p.end), None)


def gates_on(plan: Plan, on: date | None) -> tuple[str, ...]:
    """The codes of the targets that gate the phase of `on`, those of the goals before those of the tasks."""
    phase = phase_on(plan, on)
    return () if phase is None else tuple(dict.fromkeys((*phase.gates, *phase.task_gates)))


def phase_gates(reading: Reading, judged: Judged) -> Component:
    """One line on the gates, folded over the list of them; None where the phase has none."""
    phase, codes = phase_on(reading.plan, reading.on), gates_on(reading.plan, reading.on)
    if phase is None or not codes:
        return None
    counts = {code: _met(reading.plan, judged, code) for code in codes}
    passed = sum(1 for met, of in counts.values() if of and met == of)
    measured = sum(1 for _met, of in counts.values() if of)
    words = ngettext(
        "{phase}: {passed} of {n} measured gate met by every unit",
        "{phase}: {passed} of {n} measured gates met by every unit",
        measured,
        phase=phase.name.in_language(language()),
        passed=passed,
    )
    items = html.Ul([_gate(reading, code, *counts[code]) for code in codes], className="gates")
    until = html.P(_("The phase ends on {date}.", date=date_text(phase.end)), className="note")
    return html.Details([html.Summary(words), until, items], className="table-view phase-gates")


def _met(plan: Plan, judged: Judged, code: str) -> tuple[int, int]:
    """How many units meet the target, of how many that are expected to report and to which it applies."""
    required = {unit.code for unit in plan.reporting_units if unit.figures_required}
    verdicts = [
        verdict
        for verdict in judged.progress
        if verdict.target_code == code and verdict.unit_code in required and verdict.status is not Status.NOT_APPLICABLE
    ]
    return sum(1 for verdict in verdicts if verdict.status is Status.MET), len(verdicts)


def _gate(reading: Reading, code: str, met: int, of: int) -> Component:
    target = reading.plan.target_in_force(code, reading.on) if reading.on else None
    if target is None:
        return html.Li([icon(Status.NO_DATA), code, html.Span(_("Not in force yet on the day judged"))])
    due = _("no date printed") if target.due_on is None else _("by {date}", date=date_text(target.due_on))
    if of:
        passed = met == of
        words = ngettext("{met} of {n} unit", "{met} of {n} units", of, met=met)
    else:
        passed = False
        words = _("no number: followed by milestones and reports")
    sign = icon(Status.MET if passed else Status.BEHIND if of else Status.NOT_APPLICABLE)
    link = dcc.Link(target_name(target), href=reading.place.to(f"/targets/{code}"))
    return html.Li([sign, link, html.B(words) if of else html.Span(words), html.Span(due, className="note")])
