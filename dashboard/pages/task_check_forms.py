"""The forms by which a report on a task is confirmed or sent back, for those whose turn it is."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.acts.forms import asking_form, folded, press, reason_field, slots
from dashboard.locale import _, month_text
from dashboard.window.reading import Reading
from dashboard.words.materials import body_label
from metrics.periods import format_period
from metrics.plan.model import Task
from metrics.principal import Principal, Role, Scope
from metrics.queries.task_reports import TaskReportRow
from metrics.supervision.bodies import bodies
from metrics.supervision.task_checks import CheckAction, CheckState, CheckStep, Possible, confirming_units, possible

Component = Any


def check_forms(reading: Reading, task: Task, report: TaskReportRow, state: CheckState) -> list[Component]:
    """A form for each step that the reader may take on the report now; nothing for all others."""
    leading = confirming_units(reading.plan, task, report.unit)
    step = _step_of(reading.principal, leading)
    if step is None or not reading.view.is_now:
        return []
    ways = possible(state, step, lead_owed=bool(leading))
    if not ways:
        return []
    named = {"unit": body_label(bodies(reading.plan)[report.unit]), "month": month_text(report.period)}
    hint = _("The report of {unit} for {month}. If it is revised, it has to be confirmed again.", **named)
    forms = [_form(report, way) for way in ways]
    return [html.Div([html.P(hint, className="note"), *slots(*forms)], className="acts-offered screen-only")]


def _step_of(principal: Principal | None, leading: tuple[str, ...]) -> CheckStep | None:
    if principal is None or not principal.may(Scope.POST_SUBMISSION):
        return None
    if principal.role is Role.REVIEWER:
        return CheckStep.REVIEW if principal.may(Scope.VERIFY) else None
    return CheckStep.LEAD if principal.units.intersection(leading) else None


def _form(report: TaskReportRow, way: Possible) -> Component:
    confirms = way.action is CheckAction.CONFIRM
    word = _("Confirm the report") if confirms else _("Send the report back")
    do = "task.confirm" if confirms else "task.send_back"
    fields = {
        "task": str(report.task),
        "unit": report.unit,
        "period": format_period(report.period),
        "seen": report.etag.strip('"'),
    }
    if not way.reason_required:
        return asking_form(do, press(word, main=True), fields=fields)
    label = _("Why the lead unit is not waited for") if confirms else _("Reason, which the unit reads")
    return folded(
        word, asking_form(do, *reason_field(f"{do.replace('.', '-')}-reason", label), press(word), fields=fields)
    )
