"""The dataset `task_standings`: what each task has come to by the day judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from metrics.database import ReadSession
from metrics.periods import JudgedMonth
from metrics.plan.model import Plan, Task, TaskUnit, Text
from metrics.plan.task_choice import chosen_tasks, group_of, milestones_of
from metrics.publish import columns as c
from metrics.publish.columns import column, iso
from metrics.publish.dataset import EVERYWHERE, Column, Dataset, Kind, Pull, Wording
from metrics.publish.pull import month_asked_for
from metrics.publish.task_silence import today
from metrics.publish.tasks import CHOICE, TASK, task_choice
from metrics.queries.judged_month import judged_month
from metrics.queries.task_reports import TaskStanding, task_standings
from metrics.queries.view import View
from metrics.task_reports import LIGHTS, WORST_FIRST, TaskStatus

_BETWEEN = Text(zh="、", en="; ")


@dataclass(frozen=True, slots=True)
class StandingOnDay:
    """A task as the units asked for stand with it on a day; `standing.units` empty: nobody reports on it."""

    standing: TaskStanding
    on: date
    plan: Plan

    @property
    def status(self) -> TaskStatus | None:
        return self.standing.status if self.standing.units else None

    @property
    def due_on(self) -> date | None:
        """The next of its dates from the day on, else the last that has come; None without any."""
        days = sorted(one.due_on for one in milestones_of(self.plan, self.standing.task.number) if one.due_on)
        return next((day for day in days if day >= self.on), days[-1] if days else None)


def standings_on(
    session: ReadSession, view: View, pull: Pull, *, month: JudgedMonth | None = None
) -> Iterator[StandingOnDay]:
    """The tasks asked for, in the plan's order."""
    month = month or month_asked_for(pull) or judged_month(session, view) or today(view)
    tasks = chosen_tasks(view.plan, task_choice(pull))
    for standing in task_standings(session, view, tasks=tasks, month=month, units=pull.units):
        yield StandingOnDay(standing, month.on, view.plan)


def _units_that(name: str, zh: str, en: str, *statuses: TaskStatus) -> Column[StandingOnDay]:
    def count(row: StandingOnDay, _words: Wording) -> int:
        counts = Counter(one.judged.status for one in row.standing.units)
        return sum(counts[status] for status in statuses)

    return column(name, Kind.INTEGER, zh, en, count)


def _names(bodies: Callable[[Task], tuple[TaskUnit, ...]]) -> Callable[[StandingOnDay, Wording], str | None]:
    def named(row: StandingOnDay, words: Wording) -> str | None:
        known = row.plan.unit_by_code | row.plan.department_by_code
        found = [
            words.say(known[body.code].name) if body.code in known else body.name_zh
            for body in bodies(row.standing.task)
        ]
        return words.say(_BETWEEN).join(found) or None

    return named


def _milestones(row: StandingOnDay, words: Wording) -> str | None:
    """2019-09-30 what is to be done then; the dated ones first."""
    found = [
        f"{'' if one.due_on is None else one.due_on.isoformat()} {words.say(one.requirement)}".strip()
        for one in milestones_of(row.plan, row.standing.task.number)
    ]
    return "; ".join(found) or None


TASK_STANDINGS = Dataset[StandingOnDay](
    name="task_standings",
    title=Text(zh="任务进展", en="Tasks as they stand"),
    grain=Text(
        zh="一行为一项任务在评估日的进展,取各责任单位(或所选单位)中最差的",
        en="One row per task: what it has come to by the day judged, the worst of the units that owe it",
    ),
    columns=(
        TASK.of(lambda row, _: row.standing.task.number),
        column("task_title", Kind.TEXT, "任务", "Title", lambda row, words: words.say(row.standing.task.title)),
        c.heading(
            "status",
            Kind.CODE,
            "进展:overdue 逾期、blocked 受阻、silent 两个月未更新、not_started 未开展、in_progress 推进中、"
            "to_be_confirmed 待核实、not_reported 未报、done 已完成;无单位填报为空",
            "overdue, blocked, silent, not_started, in_progress, to_be_confirmed, not_reported, done; empty: nobody "
            "reports on it",
            words=WORST_FIRST,
        ).of(lambda row, _: None if row.status is None else row.status.value),
        c.LIGHT.of(lambda row, _: None if row.status is None else LIGHTS[row.status].value),
        column(
            "due_on",
            Kind.DATE,
            "评估日起的下一个时限,都已过则为最后一个",
            "The next of its dates from the day judged, else its last",
            lambda row, _: iso(row.due_on),
        ),
        column("units", Kind.INTEGER, "责任单位数", "Units that owe it", lambda row, _: len(row.standing.units)),
        _units_that("units_done", "已完成的单位数", "Units that have completed it", TaskStatus.DONE),
        _units_that("units_overdue", "逾期的单位数", "Units that are overdue with it", TaskStatus.OVERDUE),
        column("lead_units", Kind.TEXT, "牵头单位", "Who leads it", _names(lambda task: task.leads)),
        column(
            "responsible_units",
            Kind.TEXT,
            "责任单位",
            "Who is responsible for it",
            _names(lambda task: task.responsible),
        ),
        column("kind", Kind.CODE, "类别", "Kind", lambda row, _: row.standing.task.kind),
        column("group_code", Kind.TEXT, "分组", "Group", lambda row, _: group_of(row.plan, row.standing.task)),
        column("milestones", Kind.TEXT, "各节点", "Its milestones", lambda row, words: _milestones(row, words)),
        column(
            "deadline",
            Kind.TEXT,
            "完成时限原文",
            "Deadline, as printed",
            lambda row, _: row.standing.task.deadline_raw or None,
        ),
        c.EVALUATED_ON.of(lambda row, _: iso(row.on)),
    ),
    order=("task_number",),
    parameters=EVERYWHERE | CHOICE | {"on", "period"},
    single=frozenset({"period"}),
    records=standings_on,
)
