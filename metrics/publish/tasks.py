"""The datasets of the plan's work: tasks, milestones."""

from __future__ import annotations

from collections.abc import Generator

from metrics.database import ReadSession
from metrics.plan.choosing import TaskChoice, chosen_milestones, chosen_tasks, group_of
from metrics.plan.model import TaskUnit, Text
from metrics.publish import columns as c
from metrics.publish.columns import column, flag
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Row
from metrics.publish.plan_parts import iso
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


def _task_rows(_: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    for task in chosen_tasks(view.plan, task_choice(pull)):
        yield (
            task.number,
            task.title.in_language(pull.language),
            task.kind,
            group_of(view.plan, task),
            _named(task.leads),
            _named(task.responsible),
            ";".join(task.named_units) or None,
            task.deadline_raw or None,
            task.rolling,
            task.province_coordinated,
            task.past_at_issue,
            "to_be_confirmed" if task.past_at_issue else None,
            task.line,
            task.text_zh,
        )


def _milestone_rows(_: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    for milestone in chosen_milestones(view.plan, task_choice(pull)):
        yield (
            milestone.code,
            milestone.task,
            iso(milestone.due_on),
            milestone.kind.value,
            milestone.precision,
            milestone.requirement.in_language(pull.language),
            milestone.raw,
            milestone.past_at_issue,
        )


TASK = column("task_number", Kind.INTEGER, "任务序号", "Task number")
CHOICE = frozenset({"unit", "group", "kind", "lead", "phase", "task"})
PAST = flag("past_at_issue", "印发前已到期", "Was past when the plan was issued")

TASKS = Dataset(
    name="tasks",
    title=Text(zh="任务", en="Tasks"),
    grain=Text(zh="一行为方案中的一项任务", en="One row per task of the plan"),
    columns=(
        TASK,
        column("title", Kind.TEXT, "任务", "Title"),
        column("kind", Kind.CODE, "类别", "Kind"),
        column("group_code", Kind.TEXT, "分组", "Group"),
        column("lead_units", Kind.TEXT, "牵头单位", "Lead units, as named"),
        column("responsible_units", Kind.TEXT, "责任单位", "Responsible units, as named"),
        column(
            "named_units", Kind.TEXT, "涉及的填报单位代码,以 ; 分隔", "Reporting units that it names, separated by ';'"
        ),
        column("deadline", Kind.TEXT, "完成时限原文", "Deadline, as printed"),
        flag("rolling", "持续推进", "Rolling"),
        flag("province_coordinated", "按省统筹", "Coordinated by the province"),
        PAST,
        column("state", Kind.CODE, "to_be_confirmed 待核实", "to_be_confirmed, or empty"),
        c.LINE,
        column("text", Kind.TEXT, "任务原文", "The task, verbatim"),
    ),
    order=("task_number",),
    parameters=EVERYWHERE | CHOICE,
    rows=_task_rows,
)

MILESTONES = Dataset(
    name="milestones",
    title=Text(zh="节点", en="Milestones"),
    grain=Text(zh="一行为任务中的一个节点", en="One row per dated point within a task"),
    columns=(
        column("milestone_code", Kind.CODE, "节点代码", "Milestone's code"),
        TASK,
        c.DUE_ON,
        column("kind", Kind.CODE, "类别", "Kind"),
        column("precision", Kind.CODE, "日期精度", "How the date is printed"),
        column("requirement", Kind.TEXT, "要求", "Requirement"),
        column("raw", Kind.TEXT, "原文", "As printed"),
        PAST,
    ),
    order=("task_number", "milestone_code"),
    parameters=EVERYWHERE | CHOICE,
    rows=_milestone_rows,
)
