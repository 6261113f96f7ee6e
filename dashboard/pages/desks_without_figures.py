"""Desks at `/my` of those who report no figures: of a department its tasks with what it has said of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.locale import _, language, month_text
from dashboard.parts import empty, plain_table, scrolled, section
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING
from dashboard.words.materials import body_label
from dashboard.words.tasks import task_state_word
from metrics.periods import JudgedMonth
from metrics.principal import Principal
from metrics.queries.task_reports import TaskReportRow, task_reports
from metrics.supervision.bodies import Body, bodies

Component = Any


def not_a_clerks() -> Component:
    """For whoever is no clerk: whose page it is."""
    return empty(
        _("This page is for clerks"),
        _("Sign in as a clerk to see the months of your units; the periods page shows who has reported."),
    )


def desk_without_figures(reading: Reading, principal: Principal) -> Component:
    """Somebody of a department has tasks to report on and material to send; anybody else is of no unit at all."""
    known = bodies(reading.plan)
    own = [known[code] for code in sorted(principal.units) if code in known]
    if not own:
        said = _("Your account has no unit that reports; the administrator can add one.")
        return empty(_("No unit to report for"), said)
    way = dcc.Link(_("Monthly material"), href=reading.address.to("/materials"))
    said = _("It reports on the tasks that name it, and sends monthly material and a work plan.")
    none = empty(_("Your department reports no figures"), said, way)
    return html.Div([none, *(_tasks_of(reading, body) for body in own)])


def _tasks_of(reading: Reading, body: Body) -> Component:
    """The tasks that name the department, each with what it has reported for the newest month that has ended."""
    month = JudgedMonth.of_day(datetime.now(UTC).astimezone(ZoneInfo(reading.timezone)).date()).period
    found = task_reports(reading.session, reading.view, units=[body.code], period_from=month, period_to=month)
    said = {row.task: row for row in found}
    title = _("Tasks of {unit}, {month}", unit=body_label(body), month=month_text(month))
    rows = [_task(reading, body, number, said.get(number), month) for number in body.tasks]
    table = plain_table(title, [_("Task"), _("Progress"), _("What was done in that month")], rows)
    return section(title, scrolled(table, name="texts"))


def _task(reading: Reading, body: Body, number: int, said: TaskReportRow | None, month: date) -> list[Component]:
    titles = {task.number: task.title.in_language(language()) for task in reading.plan.tasks}
    address = replace(reading.address, month=month, as_of=None, release=None)
    way = dcc.Link(f"{number} {titles[number]}", href=address.to(f"/tasks/{number}", unit=body.code))
    if said is None:
        return [way, _("Not reported yet"), NOTHING]
    return [way, task_state_word(said.state), html.Span(said.text, lang="zh-CN")]
