"""The plan's tasks with their leads, responsible units and milestones."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.locale import _, date_text, language
from dashboard.pages.content import Content
from dashboard.pages.target_facts import milestone_word, milestones_of
from dashboard.parts import csv_link, page_head
from dashboard.reading import Reading
from metrics.plan.model import Milestone, Plan, Task

Component = Any


def tasks_page(reading: Reading) -> Content:
    """The page at `/tasks`, by the groups of the document."""
    plan = reading.plan
    passed = sum(
        1 for m in plan.milestones if m.due_on is not None and reading.on is not None and m.due_on <= reading.on
    )
    title = _(
        "{tasks} tasks; the date of {passed} of {all} milestones has come",
        tasks=len(plan.tasks),
        passed=passed,
        all=len(plan.milestones),
    )
    tasks = {task.number: task for task in plan.tasks}
    groups = [
        html.Section(
            [
                html.H2(group.heading.in_language(language()), className="group-heading"),
                html.Ol(
                    [_task(reading, tasks[number]) for number in group.tasks if number in tasks], className="tasks"
                ),
            ],
            className="section",
        )
        for group in plan.groups
    ]
    csv = html.P(csv_link(reading.place.csv("tasks")))
    return Content(title=_("Tasks"), body=html.Div([page_head(title, reading, csv), *groups]))


def _task(reading: Reading, task: Task) -> Component:
    plan = reading.plan
    dated = [_milestone(reading, milestone) for milestone in milestones_of(plan, task.number)]
    if not dated:
        words = (
            _("rolling, no date")
            if task.rolling
            else _("dated by the province")
            if task.province_coordinated
            else task.deadline_raw
        )
        dated = [html.Li(words or _("no date printed"), className="note")]
    return html.Li(
        [
            html.Span(str(task.number), className="task-number"),
            html.Div(
                [
                    html.H3(task.title.in_language(language())),
                    html.P(_people(plan, task), className="note"),
                    html.Details(
                        [html.Summary(_("The clause")), html.Blockquote(task.text_zh, lang="zh-CN")],
                        className="table-view",
                    ),
                ]
            ),
            html.Ul(dated, className="milestones"),
        ],
        id=f"task-{task.number}",
    )


def _people(plan: Plan, task: Task) -> str:
    names = {department.code: department.name.in_language(language()) for department in plan.departments}
    names |= {unit.code: unit.name.in_language(language()) for unit in plan.units}
    leads = [names.get(unit.code, unit.name_zh) for unit in task.leads]
    others = [names.get(unit.code, unit.name_zh) for unit in task.responsible]
    parts = [_("Lead: {names}", names=_(", ").join(leads))] if leads else []
    parts += [_("Responsible: {names}", names=_(", ").join(others))] if others else []
    return " · ".join(parts)


def _milestone(reading: Reading, milestone: Milestone) -> Component:
    when = date_text(milestone.due_on) if milestone.due_on else milestone_word(milestone.kind)
    come = milestone.due_on is not None and reading.on is not None and milestone.due_on <= reading.on
    mark = _("before the plan was issued, to be confirmed") if milestone.past_at_issue else ""
    return html.Li(
        [
            html.Span(when, className="milestone-date"),
            html.Span(milestone.requirement.in_language(language()), className="milestone-what"),
            html.Span(mark, className="note"),
        ],
        className="milestone come" if come else "milestone",
    )
