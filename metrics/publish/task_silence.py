"""The dataset `task_silence`: units that have said nothing of a task for two months or more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from metrics.database import ReadSession
from metrics.periods import JudgedMonth, format_period
from metrics.plan.model import Text
from metrics.plan.task_choice import chosen_tasks
from metrics.publish import columns as c
from metrics.publish.columns import column
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull
from metrics.publish.pull import month_asked_for
from metrics.publish.tasks import CHOICE, TASK, task_choice
from metrics.queries.judged_month import judged_month
from metrics.queries.task_silence import TaskSilence, task_silence
from metrics.queries.view import View


def _silent(session: ReadSession, view: View, pull: Pull) -> Iterator[TaskSilence]:
    month = month_asked_for(pull) or judged_month(session, view) or today(view)
    tasks = chosen_tasks(view.plan, task_choice(pull))
    yield from task_silence(session, view, month=month, tasks=tasks, units=pull.units)


def today(view: View) -> JudgedMonth:
    """While no figure is known: tasks are reported on without figures too."""
    return JudgedMonth.of_day(datetime.now(UTC).astimezone(ZoneInfo(view.plan.document.timezone)).date())


TASK_SILENCE = Dataset[TaskSilence](
    name="task_silence",
    title=Text(zh="任务久未更新", en="Tasks without updates"),
    grain=Text(
        zh="一行为一个单位两个月以上未更新的一项任务",
        en="One row per unit and task without an update for two months or more",
    ),
    columns=(
        TASK.of(lambda row, _: row.task),
        c.UNIT_CODE.of(lambda row, _: row.unit),
        c.UNIT_NAME.of(lambda row, words: words.units.get(row.unit, "")),
        column(
            "newest_period",
            Kind.PERIOD,
            "最近一份任务月报的月份,从未报告为空",
            "Month of the newest report; empty: there never was one",
            lambda row, _: None if row.newest is None else format_period(row.newest),
        ),
        column("months", Kind.INTEGER, "未更新的月数", "Months without an update", lambda row, _: row.months),
        column(
            "step",
            Kind.CODE,
            "应由谁处理:unit 责任单位、lead 牵头单位、bureau 市局",
            "Who is to act: unit, lead, bureau",
            lambda row, _: row.step.value,
        ),
        column(
            "lead_units",
            Kind.TEXT,
            "牵头的填报单位代码,以 ; 分隔",
            "Reporting units that lead it, separated by ';'",
            lambda row, _: ";".join(row.leading) or None,
        ),
    ),
    order=("months, most first", "task_number", "unit in display order"),
    parameters=EVERYWHERE | CHOICE | {"on", "period"},
    single=frozenset({"period"}),
    records=_silent,
)
