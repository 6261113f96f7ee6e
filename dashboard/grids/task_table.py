"""The tasks as a table of text: everything the timeline draws, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard.grids.task_timeline import names, when
from dashboard.locale import _, language
from dashboard.parts import plain_table
from dashboard.place import Place
from dashboard.task_choice import task_kind_word
from dashboard.task_words import task_status_mark
from dashboard.wording import NOTHING
from metrics.plan.choosing import group_of, milestones_of
from metrics.plan.model import Milestone, Plan, Task
from metrics.queries.task_reports import TaskStanding

Component = Any


def task_table(plan: Plan, tasks: Sequence[Task], *, standings: Mapping[int, TaskStanding], place: Place) -> Component:
    """One row a task, with its milestones one under the other and what it has come to."""
    headings = [
        _("No."),
        _("Task"),
        _("Progress"),
        _("Group"),
        _("Kind"),
        _("Led by"),
        _("Responsible"),
        _("Milestones"),
        _("Deadline as printed"),
    ]
    rows = [
        [
            str(task.number),
            dcc.Link(task.title.in_language(language()), href=place.to(f"/tasks/{task.number}")),
            task_status_mark(standings[task.number].status) if task.number in standings else NOTHING,
            group_of(plan, task),
            task_kind_word(task.kind),
            names(plan, task.leads) or NOTHING,
            names(plan, task.responsible) or NOTHING,
            _milestones(milestones_of(plan, task.number)),
            html.Span(task.deadline_raw or NOTHING, lang="zh-CN"),
        ]
        for task in tasks
    ]
    return html.Div(plain_table(_("Tasks"), headings, rows), className="scroll texts task-table")


def _milestones(milestones: Sequence[Milestone]) -> Component:
    if not milestones:
        return NOTHING
    return html.Ul([html.Li(_milestone(milestone)) for milestone in milestones])


def _milestone(milestone: Milestone) -> str:
    said = when(milestone) + _(": ") + milestone.requirement.in_language(language())
    return said + (_(" (before the plan was issued, to be confirmed)") if milestone.past_at_issue else "")
