"""Words and signs of task reports: what a unit says of a task, and what the task has come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from dash import html

from dashboard.locale import _, language, ngettext
from metrics.plan.model import Plan, Task, TaskUnit
from metrics.supervision.task_checks import CheckState
from metrics.supervision.task_silence import SilenceStep
from metrics.supervision.twin_tasks import counted_as_one
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


_CHECK_SIGNS = {
    CheckState.REPORTED: "sign-unsure",
    CheckState.LEAD_CONFIRMED: "sign-on-track",
    CheckState.CONFIRMED: "sign-met",
    CheckState.SENT_BACK: "sign-behind",
    CheckState.SUPERSEDED: "sign-no-data",
}


def check_state_mark(state: CheckState) -> Component:
    """How far a report is confirmed: sign and word."""
    word = {
        CheckState.REPORTED: _("Waiting to be confirmed"),
        CheckState.LEAD_CONFIRMED: _("Confirmed by the lead unit"),
        CheckState.CONFIRMED: _("Confirmed by the bureau"),
        CheckState.SENT_BACK: _("Sent back to the unit"),
        CheckState.SUPERSEDED: _("Revised since"),
    }[state]
    sign = html.Span(className=f"sign {_CHECK_SIGNS[state]}", **{"aria-hidden": "true"})
    return html.Span([sign, word], className="status")


def twins_note(tasks: Iterable[Task]) -> Component:
    """Why fewer tasks are counted than are printed: which are the same work; nothing where each is its own."""
    groups = [_(", ").join(map(str, numbers)) for numbers in counted_as_one(tasks)]
    if not groups:
        return None
    words = _("The same work under several numbers is counted once here: tasks {groups}", groups=_("; ").join(groups))
    return html.P(words, className="note")


def silence_text(months: int, step: SilenceStep) -> str:
    """How long nothing was said, and whose turn it is."""
    whose = {
        SilenceStep.UNIT: _("the unit is to report"),
        SilenceStep.LEAD: _("the lead unit is to follow up"),
        SilenceStep.BUREAU: _("the bureau is to follow up"),
    }[step]
    return ngettext("no update for {n} month: {whose}", "no update for {n} months: {whose}", months, whose=whose)


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


def name_of_body(plan: Plan, body: TaskUnit) -> str:
    """The name of a unit or department that a task names; of any other what the document prints."""
    known = plan.unit_by_code.get(body.code) or plan.department_by_code.get(body.code)
    return body.name_zh if known is None else known.name.in_language(language())


def task_kind_word(kind: str) -> str:
    """The word for the kinds of task that plans are known to have; another stands as the plan writes it."""
    known = {
        "standing": _("Standing duty"),
        "deliverable": _("Deliverable"),
        "kpi": _("Measured"),
    }
    return known.get(kind, kind)


def counted(statuses: Iterable[TaskStatus]) -> str:
    """Overdue 1 · Blocked 2 · In progress 5: how many have come to what, in the order of what asks to be looked at."""
    numbers = Counter(statuses)
    order = (
        TaskStatus.OVERDUE,
        TaskStatus.BLOCKED,
        TaskStatus.SILENT,
        TaskStatus.NOT_STARTED,
        TaskStatus.IN_PROGRESS,
        TaskStatus.DONE,
        TaskStatus.TO_BE_CONFIRMED,
        TaskStatus.NOT_REPORTED,
    )
    return " · ".join(f"{task_status_word(each)} {numbers[each]}" for each in order if numbers[each])
