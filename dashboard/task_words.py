"""Words and signs of task reports: what a unit says of a task, and what the task has come to."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.locale import _
from metrics.task_reports import TaskState, TaskStatus

Component = Any

# Which sign stands for it; those of verdicts where the light is theirs.
SIGNS = {
    TaskStatus.DONE: "sign-met",
    TaskStatus.IN_PROGRESS: "sign-on-track",
    TaskStatus.NOT_STARTED: "sign-behind",
    TaskStatus.BLOCKED: "sign-blocked",
    TaskStatus.SILENT: "sign-silent",
    TaskStatus.OVERDUE: "sign-overdue",
    TaskStatus.TO_BE_CONFIRMED: "sign-unsure",
    TaskStatus.NOT_REPORTED: "sign-no-data",
}


def task_state_word(state: TaskState) -> str:
    """未开展 / Not started, and so on: what a unit says."""
    return {
        TaskState.NOT_STARTED: _("Not started"),
        TaskState.IN_PROGRESS: _("In progress"),
        TaskState.DONE: _("Completed"),
        TaskState.BLOCKED: _("Blocked"),
    }[state]


def task_status_word(status: TaskStatus) -> str:
    """What a task has come to."""
    return {
        TaskStatus.DONE: _("Completed"),
        TaskStatus.IN_PROGRESS: _("In progress"),
        TaskStatus.NOT_STARTED: _("Not started"),
        TaskStatus.BLOCKED: _("Blocked"),
        TaskStatus.SILENT: _("No update for two months"),
        TaskStatus.OVERDUE: _("Overdue"),
        TaskStatus.TO_BE_CONFIRMED: _("To be confirmed"),
        TaskStatus.NOT_REPORTED: _("Not reported"),
    }[status]


def task_status_mark(status: TaskStatus) -> Component:
    """Sign and word."""
    sign = html.Span(className=f"sign {SIGNS[status]}", **{"aria-hidden": "true"})
    return html.Span([sign, task_status_word(status)], className="status")
