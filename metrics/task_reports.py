"""Monthly reports on the plan's tasks (任务月报) as values: who owes them, and what they have come to by a day. Pure.

Nothing here is a percentage: a task is what its unit says it is, its dates and its silence decide the rest. Tasks that
roll on or are dated by the province never turn red by a date (domain rule 13), and neither does one whose date was past
when the plan was issued: it is to be confirmed until somebody reports on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from metrics.periods import JudgedMonth, format_period, month_number, period_of
from metrics.plan.model import MilestoneKind, Plan, Task
from metrics.results import Light

SILENT_MONTHS = 2
LONGEST_TEXT = 2000  # characters


class TaskState(StrEnum):
    """What a unit says of a task."""

    NOT_STARTED = "not_started"  # 未开展
    IN_PROGRESS = "in_progress"  # 推进中
    DONE = "done"  # 已完成
    BLOCKED = "blocked"  # 受阻


class TaskStatus(StrEnum):
    """What a task of a unit has come to by a day: what the unit last said, or what its dates and its silence say."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"
    BLOCKED = "blocked"
    SILENT = "silent"  # rolling or dated by the province, and no report for two months
    OVERDUE = "overdue"  # 逾期
    TO_BE_CONFIRMED = "to_be_confirmed"  # 待核实
    NOT_REPORTED = "not_reported"  # 未报


LIGHTS: Mapping[TaskStatus, Light] = {
    TaskStatus.DONE: Light.GREEN,
    TaskStatus.IN_PROGRESS: Light.GREEN,
    TaskStatus.NOT_STARTED: Light.AMBER,
    TaskStatus.BLOCKED: Light.AMBER,
    TaskStatus.SILENT: Light.AMBER,
    TaskStatus.OVERDUE: Light.RED,
    TaskStatus.TO_BE_CONFIRMED: Light.GREY,
    TaskStatus.NOT_REPORTED: Light.GREY,
}
# The worst of several first; a whole is done only if each of its parts is known to be.
WORST_FIRST = (
    TaskStatus.OVERDUE,
    TaskStatus.BLOCKED,
    TaskStatus.SILENT,
    TaskStatus.NOT_STARTED,
    TaskStatus.IN_PROGRESS,
    TaskStatus.TO_BE_CONFIRMED,
    TaskStatus.NOT_REPORTED,
    TaskStatus.DONE,
)


_LEAST_ADVANCED = (TaskState.BLOCKED, TaskState.NOT_STARTED, TaskState.IN_PROGRESS, TaskState.DONE)


class SaidOfMonth(Protocol):
    """What somebody says of a task for a month."""

    @property
    def period(self) -> date: ...
    @property
    def state(self) -> TaskState: ...


Report = TypeVar("Report", bound=SaidOfMonth)


def said_together(reports: Sequence[Report]) -> Report:
    """Which of the newest reports of several who count as one unit is that unit's: of the newest month the least
    advanced, the first of equals. The unit's task is done once everybody who reports for that month says so.
    """
    newest = max(report.period for report in reports)
    return min(
        (report for report in reports if report.period == newest),
        key=lambda report: _LEAST_ADVANCED.index(report.state),
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """One task of one unit on a day. `months`: how many have no report up to it, whatever the status is."""

    status: TaskStatus
    months: int

    @property
    def silent(self) -> bool:
        """No report for two months."""
        return self.months >= SILENT_MONTHS

    @property
    def light(self) -> Light:
        return LIGHTS[self.status]


def turns_red_by_date(task: Task) -> bool:
    """False for what rolls on, is dated by the province, or was past when the plan was issued."""
    return not (task.rolling or task.province_coordinated or task.past_at_issue)


def last_due_day(plan: Plan, task: Task) -> date | None:
    """The last day by which the task is to be finished, None if it has none or cannot turn red by it."""
    if not turns_red_by_date(task):
        return None
    days = [
        milestone.due_on
        for milestone in plan.milestones
        if milestone.task == task.number
        and milestone.due_on is not None
        and milestone.kind is MilestoneKind.COMPLETE_BY
        and not milestone.past_at_issue
    ]
    return max(days, default=None)


def judge_task(plan: Plan, task: Task, *, newest: tuple[date, TaskState] | None, month: JudgedMonth) -> Judged:
    """What the task of one unit has come to on the day of `month`. `newest`: month and state of its newest report."""
    months = _months_without(plan, task, newest=newest, period=month.period)
    silent = months >= SILENT_MONTHS
    if newest is None:
        waits = silent and not turns_red_by_date(task) and not task.past_at_issue
        unknown = TaskStatus.TO_BE_CONFIRMED if task.past_at_issue else TaskStatus.NOT_REPORTED
        return Judged(TaskStatus.SILENT if waits else unknown, months)
    due, state = last_due_day(plan, task), newest[1]
    if due is not None and month.on > due and state is not TaskState.DONE:
        return Judged(TaskStatus.OVERDUE, months)
    if silent and not turns_red_by_date(task):
        return Judged(TaskStatus.SILENT, months)
    return Judged(TaskStatus(state.value), months)


def worst(statuses: list[TaskStatus]) -> TaskStatus:
    """The status of a task whose units stand at `statuses`."""
    return next((status for status in WORST_FIRST if status in statuses), TaskStatus.NOT_REPORTED)


def report_etag(task: int, unit: str, period: date, revision: int) -> str:
    """The entity tag of one revision of a report."""
    return f'"task-{task}-{unit}-{format_period(period)}-{revision}"'


def _months_without(plan: Plan, task: Task, *, newest: tuple[date, TaskState] | None, period: date) -> int:
    """How many months up to `period` have no report.

    What is done needs no further one, unless it rolls on. Months before the plan was issued are not waited for.
    """
    judged = month_number(period)
    if newest is None:
        issued = period_of(plan.document.issued_on)
        return max(0, judged - month_number(max(issued, plan.document.first_period or issued)) + 1)
    if newest[1] is TaskState.DONE and not task.rolling:
        return 0
    return judged - month_number(newest[0])
