"""The dataset `task_contradictions`: reports on tasks that the figures which measure these contradict."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.plan.task_choice import chosen_tasks
from metrics.publish import columns as c
from metrics.publish.columns import column, iso
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Wording
from metrics.publish.pull import month_asked_for
from metrics.publish.tasks import CHOICE, TASK, task_choice
from metrics.queries.judged_month import judged_month
from metrics.queries.task_contradictions import TaskContradiction, task_contradictions
from metrics.queries.view import View
from metrics.rounding import shown, shown_distance


def _contradictions(session: ReadSession, view: View, pull: Pull) -> Iterator[TaskContradiction]:
    month = month_asked_for(pull) or judged_month(session, view)
    if month is not None:
        tasks = chosen_tasks(view.plan, task_choice(pull))
        yield from task_contradictions(session, view, month=month, tasks=tasks, units=pull.units, targets=pull.targets)


def _target_name(row: TaskContradiction, words: Wording) -> str:
    verdict = row.verdict
    return words.say(words.view.plan.target_revision(verdict.target_code, verdict.target_revision).name)


def _value(row: TaskContradiction, words: Wording) -> str | None:
    verdict = row.verdict
    return None if verdict.value is None else shown(verdict.value, lines=words.lines[verdict.indicator_code])


TASK_CONTRADICTIONS = Dataset[TaskContradiction](
    name="task_contradictions",
    title=Text(zh="任务月报与指标不符", en="Task reports that figures contradict"),
    grain=Text(
        zh="一行为一份任务月报(单位截至所评月份的最新一份)与一个目标的判定互相矛盾",
        en="One row per task report, the unit's newest up to the month judged, and verdict that contradict each other",
    ),
    columns=(
        column(
            "contradiction",
            Kind.CODE,
            "done_not_met 报已完成而指标未达标、met_not_done 指标已达标而任务未完成",
            "done_not_met: reported done, its target is not met; met_not_done: all met, and the task is not done",
            lambda row, _: row.kind.value,
        ),
        TASK.of(lambda row, _: row.report.task),
        c.UNIT_CODE.of(lambda row, _: row.verdict.unit_code),
        c.UNIT_NAME.of(lambda row, words: words.units.get(row.verdict.unit_code, "")),
        column(
            "report_period",
            Kind.PERIOD,
            "任务月报的月份",
            "Month of the report",
            lambda row, _: format_period(row.report.period),
        ),
        column("state", Kind.CODE, "单位所报状态", "State, as the unit says", lambda row, _: row.report.state.value),
        c.REVISION.of(lambda row, _: row.report.revision),
        c.TARGET_CODE.of(lambda row, _: row.verdict.target_code),
        c.TARGET_NAME.of(_target_name),
        c.EVALUATED_ON.of(lambda row, _: iso(row.verdict.evaluated_on)),
        c.STATUS.of(lambda row, _: row.verdict.status.value),
        c.VALUE.of(_value),
        c.GAP.of(lambda row, _: None if row.verdict.gap is None else shown_distance(row.verdict.gap)),
    ),
    order=("task_number", "unit_code", "target_code"),
    parameters=EVERYWHERE | CHOICE | {"target", "on", "period", "basis"},
    single=frozenset({"period"}),
    records=_contradictions,
    by_method=True,
)
