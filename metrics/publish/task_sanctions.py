"""The dataset `task_sanctions`: marks of sanctions that the plan prints for tasks, set and lifted."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.database import ReadSession
from metrics.plan.model import Text
from metrics.plan.task_choice import chosen_tasks
from metrics.publish import columns as c
from metrics.publish.columns import column, flag, instant
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Wording
from metrics.publish.tasks import CHOICE, TASK, task_choice
from metrics.queries.task_sanctions import SanctionRow, task_sanctions
from metrics.queries.view import View
from metrics.supervision.task_sanctions import Sanction


def _marks(session: ReadSession, view: View, pull: Pull) -> Iterator[Sanction[SanctionRow]]:
    tasks = [task.number for task in chosen_tasks(view.plan, task_choice(pull))]
    if tasks:
        yield from task_sanctions(session, view, tasks=tasks, units=pull.units)


def _clause(row: Sanction[SanctionRow], words: Wording) -> str | None:
    return next((task.sanction for task in words.view.plan.tasks if task.number == row.marked.task), None)


TASK_SANCTIONS = Dataset[Sanction[SanctionRow]](
    name="task_sanctions",
    title=Text(zh="约束措施标记", en="Marks of sanctions"),
    grain=Text(
        zh="一行为就一项任务对一个单位的一次标记,解除的写在同一行",
        en="One row per mark on a unit for a task, with what lifted it",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.marked.seq),
        TASK.of(lambda row, _: row.marked.task),
        c.UNIT_CODE.of(lambda row, _: row.marked.unit),
        c.UNIT_NAME.of(lambda row, words: words.units.get(row.marked.unit, "")),
        flag("stands", "尚未解除", "It stands", lambda row, _: row.stands),
        column(
            "subject", Kind.TEXT, "所涉部门或系统", "Whose, or which system", lambda row, _: row.marked.subject or None
        ),
        column("clause", Kind.TEXT, "方案原文", "The clause, verbatim", _clause),
        c.REASON.of(lambda row, _: row.marked.reason or None),
        column("marked_by", Kind.TEXT, "标记人", "Who set it", lambda row, _: row.marked.actor or None),
        c.RECORDED_AT.of(lambda row, _: instant(row.marked.recorded_at)),
        column(
            "lifted_at",
            Kind.INSTANT,
            "解除时间",
            "When it was lifted",
            lambda row, _: None if row.lifted is None else instant(row.lifted.recorded_at),
        ),
        column(
            "lifted_reason",
            Kind.TEXT,
            "解除理由",
            "Why it was lifted",
            lambda row, _: (row.lifted.reason or None) if row.lifted is not None else None,
        ),
        column(
            "lifted_by",
            Kind.TEXT,
            "解除人",
            "Who lifted it",
            lambda row, _: (row.lifted.actor or None) if row.lifted is not None else None,
        ),
    ),
    order=("seq",),
    parameters=EVERYWHERE | CHOICE,
    records=_marks,
)
