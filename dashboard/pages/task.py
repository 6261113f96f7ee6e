"""One task: what the plan says, how every unit stands with it, one unit's reports, and the form to report."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.choices import Option, choice_menu
from dashboard.grids.task_reports import history_of_reports, newest_reports
from dashboard.grids.task_timeline import names, when
from dashboard.locale import _, language, month_text
from dashboard.pages.content import Content
from dashboard.pages.not_found import not_found
from dashboard.pages.task_form import reporting_units_of, task_form
from dashboard.parts import csv_link, empty, page_head, section
from dashboard.reading import Reading
from dashboard.task_standings import counted, judged_day, standings_of
from dashboard.wording import unit_name
from metrics.periods import format_period, newest_ended_period
from metrics.plan.choosing import milestones_of
from metrics.plan.model import Task
from metrics.principal import Role
from metrics.queries.task_reports import TaskStanding, task_reports
from metrics.task_reports import owing_units

Component = Any


def task_page(reading: Reading, number: str) -> Content:
    """The page at `/tasks/{number}`. `unit` in the address: whose reports are listed."""
    task = next((task for task in reading.plan.tasks if task.number == int(number)), None)
    if task is None:
        return not_found(reading, what=_("The plan has no task {number}", number=number))
    standing = standings_of(reading, [task]).get(task.number)
    title = _("Task {number}: {title}", number=number, title=task.title.in_language(language()))
    unit = _unit(reading, task)
    said = counted(one.judged.status for one in standing.units) if standing else ""
    desk = _is_desk(reading, task, unit)
    under = (html.P(said, className="note"), html.P(_all_tasks(reading), className="screen-only"))
    own = [] if unit is None else [task_form(reading, task, unit), _history(reading, task, unit)]
    newest = _newest(reading, task, standing)
    body = html.Div(
        [
            page_head(title, reading, *under, dated=not desk),
            _plan_says(reading, task),
            *([*own, newest] if desk else [newest, *own]),
        ]
    )
    return Content(title=title, body=body, desk=desk)


def _is_desk(reading: Reading, task: Task, unit: str | None) -> bool:
    """True for a clerk who may report on the task: then the form is what the page is for."""
    clerk = reading.principal is not None and reading.principal.role is Role.CLERK
    return clerk and unit in reporting_units_of(reading, task)


def _unit(reading: Reading, task: Task) -> str | None:
    """The unit whose reports are listed: the chosen one, else one of the reader's own, else the first that owes it."""
    owing = owing_units(reading.plan, task)
    chosen = reading.place.keeps("unit")
    own = reporting_units_of(reading, task)
    return chosen if chosen in owing else next(iter([*own, *owing]), None)


def _plan_says(reading: Reading, task: Task) -> Component:
    plan = reading.plan
    facts = [
        (_("Led by"), names(plan, task.leads)),
        (_("Responsible"), names(plan, task.responsible)),
        (_("Deadline as printed"), task.deadline_raw),
    ]
    milestones = [
        html.Li(when(m) + _(": ") + m.requirement.in_language(language())) for m in milestones_of(plan, task.number)
    ]
    return html.Div(
        [
            *(html.P([html.Span(label, className="note"), " ", words]) for label, words in facts if words),
            html.Ul(milestones) if milestones else None,
            html.Details(
                [html.Summary(_("The clause, verbatim")), html.Blockquote(task.text_zh, lang="zh-CN")],
                className="table-view",
            ),
        ],
        className="task-says",
    )


def _newest(reading: Reading, task: Task, standing: TaskStanding | None) -> Component:
    title = _("Every unit's newest report")
    if standing is None:
        return section(title, empty(_("No reporting unit owes this task")))
    csv = csv_link(reading.place.csv("task_reports", task=str(task.number)))
    return section(title, newest_reports(reading, standing), aside=csv)


def _history(reading: Reading, task: Task, unit: str) -> Component:
    until = newest_ended_period(judged_day(reading))
    found = task_reports(
        reading.session, reading.view, tasks=[task.number], units=[unit], period_to=until, history=True
    )
    name = unit_name(reading.plan.unit_by_code[unit])
    title = _("All reports of {unit}", unit=name)
    asked_for = {"task": str(task.number), "unit": unit, "period_to": format_period(until), "history": "true"}
    csv = csv_link(reading.place.csv("task_reports", **asked_for))
    table = (
        history_of_reports(reading, found, caption=title)
        if found
        else empty(_("{unit} has not reported on this task up to {month}", unit=name, month=month_text(until)))
    )
    return section(title, _unit_menu(reading, task, unit), table, aside=csv)


def _unit_menu(reading: Reading, task: Task, unit: str) -> Component:
    options = [
        Option(unit_name(reading.plan.unit_by_code[code]), reading.place.keeping(unit=code), chosen=code == unit)
        for code in owing_units(reading.plan, task)
    ]
    return html.Div(choice_menu(_("Unit"), options), className="choice-menus") if len(options) > 1 else None


def _all_tasks(reading: Reading) -> Component:
    """The way back to the tasks."""
    return dcc.Link(_("All tasks"), href=reading.place.to("/tasks"), className="quiet-link")
