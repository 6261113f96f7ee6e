"""The dataset `task_reports`: what units report each month on the plan's tasks."""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import replace

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.choosing import chosen_tasks
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Row
from metrics.publish.tasks import CHOICE, TASK, task_choice
from metrics.publish.writing import instant, unit_names
from metrics.queries.task_reports import task_reports
from metrics.queries.view import View


def _rows(session: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    names = unit_names(session, view, language=pull.language)
    tasks = _asked_for(view, pull)
    if tasks is not None and not tasks:
        return
    titles = {task.number: task.title.in_language(pull.language) for task in view.plan.tasks}
    for row in task_reports(
        session,
        view,
        tasks=tasks or (),
        units=pull.units,
        period_from=pull.first_period,
        period_to=pull.last_period,
        history=pull.history,
        after_seq=pull.after_seq,
    ):
        if pull.wants(row.period):
            yield (
                row.seq,
                row.task,
                titles.get(row.task),
                row.unit,
                names.get(row.unit, ""),
                format_period(row.period),
                row.state.value,
                row.text,
                row.evidence or None,
                row.revision,
                row.reason or None,
                row.actor or None,
                instant(row.recorded_at),
            )


def _asked_for(view: View, pull: Pull) -> Collection[int] | None:
    """The numbers of the tasks asked for, None for all; `unit` says whose reports, not which tasks."""
    choice = replace(task_choice(pull), units=())
    return None if choice.everything else [task.number for task in chosen_tasks(view.plan, choice)]


TASK_REPORTS = Dataset(
    name="task_reports",
    title=Text(zh="任务月报", en="Task reports"),
    grain=Text(
        zh="一行为一个单位就一项任务、一个月的报告;history=true 时为其每个版本",
        en="One row per task, unit and month reported on; with history=true one per revision",
    ),
    columns=(
        c.SEQ,
        TASK,
        column("task_title", Kind.TEXT, "任务", "Title of the task"),
        c.UNIT_CODE,
        c.UNIT_NAME,
        column("period", Kind.PERIOD, "报告月份", "Month reported on"),
        column(
            "state",
            Kind.CODE,
            "状态:not_started 未开展、in_progress 推进中、done 已完成、blocked 受阻",
            "State, as the unit says: not_started, in_progress, done, blocked",
        ),
        column("text", Kind.TEXT, "本月进展", "What was done that month"),
        column("evidence", Kind.TEXT, "佐证网址", "Address of the evidence"),
        c.REVISION,
        column("reason", Kind.TEXT, "修订理由", "Why it was revised"),
        column("reported_by", Kind.TEXT, "报告人", "Who reported"),
        column("recorded_at", Kind.INSTANT, "入库时间", "Recorded at"),
    ),
    order=("seq",),
    parameters=EVERYWHERE | CHOICE | {"period", "period_from", "period_to", "history", "after_seq"},
    rows=_rows,
)
