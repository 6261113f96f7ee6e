"""The datasets of the plan's work: tasks, milestones."""

from __future__ import annotations

from metrics.database import ReadSession
from metrics.plan.model import Milestone, Task, TaskUnit, Text
from metrics.plan.task_choice import TaskChoice, chosen_milestones, chosen_tasks, group_of
from metrics.publish import columns as c
from metrics.publish.columns import column, flag, iso
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull
from metrics.queries.view import View


def _named(units: tuple[TaskUnit, ...]) -> str | None:
    return "、".join(unit.name_zh for unit in units) or None


def task_choice(pull: Pull) -> TaskChoice:
    """What a pull of tasks or milestones asks for."""
    return TaskChoice(
        units=pull.units,
        groups=pull.groups,
        kinds=pull.kinds,
        leads=pull.leads,
        phases=pull.phases,
        numbers=pull.tasks,
    )


def _tasks(_: ReadSession, view: View, pull: Pull) -> tuple[Task, ...]:
    return chosen_tasks(view.plan, task_choice(pull))


def _milestones(_: ReadSession, view: View, pull: Pull) -> tuple[Milestone, ...]:
    return chosen_milestones(view.plan, task_choice(pull))


TASK = c.heading("task_number", Kind.INTEGER, "任务序号", "Task number")
CHOICE = frozenset({"unit", "group", "kind", "lead", "phase", "task"})
PAST = c.heading("past_at_issue", Kind.BOOLEAN, "印发前已到期", "Was past when the plan was issued")

TASKS = Dataset[Task](
    name="tasks",
    title=Text(zh="任务", en="Tasks"),
    grain=Text(zh="一行为方案中的一项任务", en="One row per task of the plan"),
    columns=(
        TASK.of(lambda task, _: task.number),
        column("title", Kind.TEXT, "任务", "Title", lambda task, words: words.say(task.title)),
        column("kind", Kind.CODE, "类别", "Kind", lambda task, _: task.kind),
        column("group_code", Kind.TEXT, "分组", "Group", lambda task, words: group_of(words.view.plan, task)),
        column("lead_units", Kind.TEXT, "牵头单位", "Lead units, as named", lambda task, _: _named(task.leads)),
        column(
            "responsible_units",
            Kind.TEXT,
            "责任单位",
            "Responsible units, as named",
            lambda task, _: _named(task.responsible),
        ),
        column(
            "named_units",
            Kind.TEXT,
            "涉及的填报单位代码,以 ; 分隔",
            "Reporting units that it names, separated by ';'",
            lambda task, _: ";".join(task.named_units) or None,
        ),
        column(
            "deadline", Kind.TEXT, "完成时限原文", "Deadline, as printed", lambda task, _: task.deadline_raw or None
        ),
        flag("rolling", "持续推进", "Rolling", lambda task, _: task.rolling),
        flag(
            "province_coordinated", "按省统筹", "Coordinated by the province", lambda task, _: task.province_coordinated
        ),
        PAST.of(lambda task, _: task.past_at_issue),
        column(
            "state",
            Kind.CODE,
            "to_be_confirmed 待核实",
            "to_be_confirmed, or empty",
            lambda task, _: "to_be_confirmed" if task.past_at_issue else None,
        ),
        c.LINE.of(lambda task, _: task.line),
        column("text", Kind.TEXT, "任务原文", "The task, verbatim", lambda task, _: task.text_zh),
        column(
            "twin_of",
            Kind.INTEGER,
            "与哪一项任务是同一件事,一份月报同时计入",
            "Task that prints the same work first: one report counts for both",
            lambda task, _: task.twin_of,
        ),
    ),
    order=("task_number",),
    parameters=EVERYWHERE | CHOICE,
    records=_tasks,
)

MILESTONES = Dataset[Milestone](
    name="milestones",
    title=Text(zh="节点", en="Milestones"),
    grain=Text(zh="一行为任务中的一个节点", en="One row per dated point within a task"),
    columns=(
        column("milestone_code", Kind.CODE, "节点代码", "Milestone's code", lambda milestone, _: milestone.code),
        TASK.of(lambda milestone, _: milestone.task),
        c.DUE_ON.of(lambda milestone, _: iso(milestone.due_on)),
        column("kind", Kind.CODE, "类别", "Kind", lambda milestone, _: milestone.kind.value),
        column("precision", Kind.CODE, "日期精度", "How the date is printed", lambda milestone, _: milestone.precision),
        column(
            "requirement", Kind.TEXT, "要求", "Requirement", lambda milestone, words: words.say(milestone.requirement)
        ),
        column("raw", Kind.TEXT, "原文", "As printed", lambda milestone, _: milestone.raw),
        PAST.of(lambda milestone, _: milestone.past_at_issue),
    ),
    order=("task_number", "milestone_code"),
    parameters=EVERYWHERE | CHOICE,
    records=_milestones,
)
