"""What the units report on the plan's tasks in the demonstration. Synthetic throughout, and every text says so.

Each unit says of each task that names it what it has come to: work with a date is done in the month of its date, the
rest goes on, with a report for each of the last months. A few stand out:

    overdue          one in forty pieces of dated work is still on its way, every other of what figures measure
    silent           one in thirty of those that roll on has had no report since September 2020
    blocked          one in sixty is blocked in its newest report
    to be confirmed  on tasks that were past when issued, two units in three have said nothing yet
    revised          端州 441202 task 1, 2020-12: revised a week later, with the reason
    the whole story  端州 441202 reports on every task for June and December 2019 and June 2020 as well
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from metrics.periods import due_on, format_period, period_of
from metrics.plan.model import Plan, Task
from metrics.task_reports import TaskState, last_due_day
from seed.demonstration.draws import draw

LAST, SILENT_SINCE = date(2020, 12, 1), date(2020, 9, 1)
STORYTELLER = "441202"
STORY_MONTHS = (date(2019, 6, 1), date(2019, 12, 1), date(2020, 6, 1))
REVISED = (1, STORYTELLER, LAST)
_UNFINISHED, _UNFINISHED_MEASURED = 40, 2  # one in so many pieces of dated work; of those that figures measure, too
REASON = "演示:补充佐证材料"
_TEXTS = {
    TaskState.IN_PROGRESS: (
        "演示:按方案分工推进,当月完成一次专题调度,未完成事项列入下月计划。",
        "演示:已与牵头单位对接,系统联调进行中,计划下月完成试运行。",
        "演示:清单已梳理完毕,正在逐项核对并更新办事指南。",
        "演示:已完成业务培训,窗口人员按新流程受理,运行平稳。",
    ),
    TaskState.DONE: (
        "演示:任务已按要求完成,验收材料已归档。",
        "演示:已完成并投入使用,转入日常维护。",
    ),
    TaskState.BLOCKED: ("演示:上级系统接口尚未开放,联调受阻,已报市政务服务数据管理局协调。",),
    TaskState.NOT_STARTED: ("演示:尚未开展,待方案印发后启动。",),
}


@dataclass(frozen=True, slots=True)
class DemonstrationTaskReport:
    """One report as its clerk sends it. `reason` is set for revisions; `reported_at` is aware."""

    task: int
    unit: str
    period: date
    state: TaskState
    text: str
    evidence: str
    reported_at: datetime
    reason: str = ""
    synthetic: Literal[True] = True


def demonstration_task_reports(plan: Plan, *, seed: str) -> tuple[DemonstrationTaskReport, ...]:
    """Every report on the tasks of `plan`, in the order in which they are sent."""
    found = [
        report
        for task in plan.tasks
        for unit in plan.owing_units[task.number]
        for report in _reports(plan, task, unit, seed=seed)
    ]
    return tuple(sorted(found, key=lambda report: (report.reported_at, report.task, report.unit)))


def _reports(plan: Plan, task: Task, unit: str, *, seed: str) -> Iterator[DemonstrationTaskReport]:
    for period, state in sorted(_course(plan, task, unit, seed=seed).items()):
        if not plan.unit_by_code[unit].exists_on(period):
            continue
        report = _report(plan, task, unit, period, state, seed=seed)
        yield report
        if (task.number, unit, period) == REVISED:
            later = report.reported_at + timedelta(days=7)
            evidence = f"https://example.org/task-{task.number}/supplement"
            yield replace(report, evidence=evidence, reported_at=later, reason=REASON)


def _course(plan: Plan, task: Task, unit: str, *, seed: str) -> dict[date, TaskState]:
    """Month → what the unit says of the task."""
    key, due = (seed, "task", task.number, unit), last_due_day(plan, task)
    if task.past_at_issue and draw(*key, "confirmed", below=3):
        return {}
    course = dict.fromkeys(STORY_MONTHS if unit == STORYTELLER else (), TaskState.IN_PROGRESS)
    unfinished = _UNFINISHED_MEASURED if task.kind == "kpi" else _UNFINISHED
    if due is not None and due <= LAST and draw(*key, "overdue", below=unfinished):
        return {month: state for month, state in course.items() if month < due} | {period_of(due): TaskState.DONE}
    if due is None and not draw(*key, "silent", below=30):
        return course | {SILENT_SINCE: TaskState.IN_PROGRESS}
    newest = TaskState.BLOCKED if not draw(*key, "blocked", below=60) else TaskState.IN_PROGRESS
    return course | {LAST: newest}


def _report(plan: Plan, task: Task, unit: str, period: date, state: TaskState, *, seed: str) -> DemonstrationTaskReport:
    key = (seed, "task", task.number, unit, format_period(period))
    texts = _TEXTS[state]
    due = due_on(period, rule=plan.due_rule)
    second = draw(*key, "second", below=9 * 60 * 60)
    moment = datetime.combine(due, time(8, 30), tzinfo=ZoneInfo(plan.document.timezone)) + timedelta(seconds=second)
    evidence = (
        "" if draw(*key, "evidence", below=3) else f"https://example.org/task-{task.number}/{format_period(period)}"
    )
    return DemonstrationTaskReport(
        task.number, unit, period, state, texts[draw(*key, "text", below=len(texts))], evidence, moment
    )
