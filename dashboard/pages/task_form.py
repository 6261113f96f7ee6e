"""The form in which a unit reports on a task for a month, or revises what it reported."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dash import dcc, html

from dashboard.choices import Option, choice_menu
from dashboard.forms import asking_form, press
from dashboard.locale import _, month_text
from dashboard.parts import section
from dashboard.reading import Reading
from dashboard.task_standings import judged_day
from dashboard.task_words import task_state_word
from dashboard.wording import unit_name
from metrics.periods import format_period, newest_ended_period
from metrics.plan.model import Task
from metrics.queries.standing_return import open_periods
from metrics.queries.task_reports import Reported, task_reports
from metrics.task_reports import LONGEST_TEXT, TaskState, owing_units

Component = Any


def reporting_units_of(reading: Reading, task: Task) -> list[str]:
    """Units for which the reader may report on the task now, in display order: a clerk's own, for a reviewer all."""
    principal = reading.principal
    if principal is None or not reading.view.is_now:
        return []
    return [code for code in owing_units(reading.plan, task) if principal.may_post_for(code)]


def task_form(reading: Reading, task: Task, unit: str) -> Component:
    """The form for `unit` and the month judged, with a menu of months; nothing for those who may not report for it.

    What stands for that month is in it already, to be revised.
    """
    if unit not in reporting_units_of(reading, task):
        return None
    month = newest_ended_period(judged_day(reading))
    stands = _standing(reading, task, unit, month)
    fields = {
        "task": str(task.number),
        "unit": unit,
        "period": format_period(month),
        "seen": "" if stands is None else stands.etag.strip('"'),
    }
    form = asking_form(
        "task.report",
        _state_choice(stands),
        _entry(
            "evidence", _("Address of the evidence"), value=stands.evidence if stands else "", placeholder="https://"
        ),
        _text(stands),
        *([_entry("reason", _("Why it is revised"), required=True)] if stands else []),
        press(_("Revise") if stands else _("Report"), main=True),
        fields=fields,
        name="assess-form task-form",
    )
    name = unit_name(reading.plan.unit_by_code[unit])
    said = {"unit": name, "month": month_text(month)}
    title = _("Revise the report of {unit} for {month}", **said) if stands else _("Report: {unit}, {month}", **said)
    hint = _("What is reported here is published with the next release; why it was revised, and by whom, is not.")
    return section(title, html.P(hint, className="note"), _month_menu(reading, month), form)


def _standing(reading: Reading, task: Task, unit: str, month: date) -> Reported | None:
    found = task_reports(
        reading.session, reading.view, tasks=[task.number], units=[unit], period_from=month, period_to=month
    )
    return found[0] if found else None


def _month_menu(reading: Reading, month: date) -> Component:
    """The months for which a report can be sent, newest first; each shows what stands for it already."""
    months = {month, *open_periods(reading.plan, now=datetime.now(UTC))}
    options = [
        Option(month_text(each), reading.place.in_month(each), chosen=each == month)
        for each in sorted(months, reverse=True)
    ]
    return html.Div(choice_menu(_("Month"), options), className="choice-menus")


def _state_choice(stands: Reported | None) -> Component:
    """A list to choose from; what stands comes first."""
    now = TaskState.IN_PROGRESS if stands is None else stands.state
    ordered = sorted(TaskState, key=lambda state: state is not now)
    options = [html.Option(task_state_word(state), value=state.value) for state in ordered]
    entry = html.Select(options, name="state", id="task-report-state", className="entry")
    return html.Div([html.Label(_("Progress"), htmlFor="task-report-state"), entry], className="field")


def _text(stands: Reported | None) -> Component:
    entry = html.Textarea(
        "" if stands is None else stands.text,
        name="text",
        id="task-report-text",
        required=True,
        maxLength=LONGEST_TEXT,
        rows=3,
        className="entry",
    )
    label = html.Label(_("What was done in that month"), htmlFor="task-report-text")
    return html.Div([label, entry], className="field field-wide")


def _entry(name: str, label: str, **properties: Any) -> Component:
    identity = f"task-report-{name}"
    entry = dcc.Input(
        id=identity, name=name, type="text", className="entry", maxLength=2000, autoComplete="off", **properties
    )
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")
