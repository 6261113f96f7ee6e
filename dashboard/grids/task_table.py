"""The tasks as a table of text: everything the timeline draws, in words; and those of one unit as a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard.grids.chosen_table import sort_link
from dashboard.grids.task_timeline import names, when
from dashboard.locale import _, language
from dashboard.parts import plain_table, scrolled
from dashboard.window.address import Address
from dashboard.words.figures import NOTHING
from dashboard.words.tasks import task_kind_word, task_status_mark
from metrics.plan.model import Milestone, Plan, Task
from metrics.plan.task_choice import group_of, milestones_of
from metrics.publish.shape import WHOLE, TableShape
from metrics.queries.task_reports import TaskStanding

Component = Any


def task_table(
    plan: Plan,
    tasks: Sequence[Task],
    *,
    standings: Mapping[int, TaskStanding],
    address: Address,
    shape: TableShape = WHOLE,
) -> Component:
    """One row a task, with its milestones one under the other and what it has come to; `shape`: how they are sorted."""
    headings = [
        _("No."),
        _("Task"),
        sort_link(address, shape, "status", _("Progress")),
        _("Group"),
        _("Kind"),
        _("Led by"),
        _("Responsible"),
        sort_link(address, shape, "due_on", _("Milestones")),
        _("Deadline as printed"),
    ]
    rows = [
        [
            str(task.number),
            dcc.Link(task.title.in_language(language()), href=address.to(f"/tasks/{task.number}")),
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
    return scrolled(plain_table(_("Tasks"), headings, rows), name="texts task-table")


def task_links(address: Address, numbers: Iterable[int]) -> Component:
    """The numbers of tasks, each a link to the task; a dash where there are none."""
    links = [
        dcc.Link(str(number), href=address.to(f"/tasks/{number}"), title=_("Task {number}", number=number))
        for number in numbers
    ]
    parts = [part for link in links for part in (_(", "), link)][1:]
    return html.Span(parts) if parts else NOTHING


def _milestones(milestones: Sequence[Milestone]) -> Component:
    if not milestones:
        return NOTHING
    return html.Ul([html.Li(_milestone(milestone)) for milestone in milestones])


def _milestone(milestone: Milestone) -> str:
    said = when(milestone) + _(": ") + milestone.requirement.in_language(language())
    return said + (_(" (before the plan was issued, to be confirmed)") if milestone.past_at_issue else "")


def unit_tasks(standings: Iterable[TaskStanding], *, unit: str, address: Address) -> Component:
    """One line a task, each a link to the unit's reports on it."""
    return html.Ul([_line(standing, unit=unit, address=address) for standing in standings], className="unit-tasks")


def _line(standing: TaskStanding, *, unit: str, address: Address) -> Component:
    title = standing.task.title.in_language(language())
    words = f"{standing.task.number} {title}"
    href = address.to(f"/tasks/{standing.task.number}", unit=unit)
    return html.Li([dcc.Link(words, href=href, title=title), task_status_mark(standing.status)])
