"""The datasets `task_reports` and `task_checks`: what units report each month on tasks, and how that is confirmed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.plan.task_choice import chosen_tasks
from metrics.publish import columns as c
from metrics.publish.columns import column, instant
from metrics.publish.dataset import AFTER, EVERYWHERE, Dataset, Kind, Pull
from metrics.publish.materials import body_name
from metrics.publish.tasks import CHOICE, TASK, task_choice
from metrics.queries.task_checks import CheckedReport, TaskCheckRow, checked, task_checks
from metrics.queries.task_reports import TaskReportRow, task_reports
from metrics.queries.view import View
from metrics.supervision.task_checks import UNDECIDED, WORDS, CheckState

UNCONFIRMED = "unconfirmed"  # asked for besides single states: nobody has decided on the report


@dataclass(frozen=True, slots=True)
class Reported:
    """A report, and how far it is confirmed."""

    report: TaskReportRow
    checked: CheckedReport


def _reports(session: ReadSession, view: View, pull: Pull) -> Iterator[Reported]:
    tasks = _asked_for(view, pull)
    if tasks is not None and not tasks:
        return
    found = task_reports(
        session,
        view,
        tasks=tasks or (),
        units=pull.units,
        period_from=pull.first_period,
        period_to=pull.last_period,
        history=pull.history,
        after_seq=pull.after_seq,
    )
    states = checked(session, view, found)
    for row in found:
        asked = not pull.states or _among(states[row.seq].state, pull.states)
        if pull.wants(row.period) and asked:
            yield Reported(row, states[row.seq])


def _among(state: CheckState, asked: Collection[str]) -> bool:
    return state.value in asked or (UNCONFIRMED in asked and state in UNDECIDED)


def _steps(session: ReadSession, view: View, pull: Pull) -> Iterator[TaskCheckRow]:
    tasks = _asked_for(view, pull)
    if tasks is not None and not tasks:
        return
    for row in task_checks(
        session,
        view,
        tasks=tasks or (),
        units=pull.units,
        period_from=pull.first_period,
        period_to=pull.last_period,
        after_seq=pull.after_seq,
    ):
        if pull.wants(row.period):
            yield row


def _asked_for(view: View, pull: Pull) -> Collection[int] | None:
    """The numbers of the tasks asked for, None for all; `unit` says whose reports, not which tasks."""
    choice = replace(task_choice(pull), units=())
    return None if choice.everything else [task.number for task in chosen_tasks(view.plan, choice)]


TASK_REPORTS = Dataset[Reported](
    name="task_reports",
    title=Text(zh="任务月报", en="Task reports"),
    grain=Text(
        zh="一行为一个单位就一项任务、一个月的报告;history=true 时为其每个版本",
        en="One row per task, unit and month reported on; with history=true one per revision",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.report.seq),
        TASK.of(lambda row, _: row.report.task),
        column(
            "task_title", Kind.TEXT, "任务", "Title of the task", lambda row, words: words.tasks.get(row.report.task)
        ),
        c.UNIT_CODE.of(lambda row, _: row.report.unit),
        c.UNIT_NAME.of(lambda row, words: body_name(row.report.unit, words)),
        column("period", Kind.PERIOD, "报告月份", "Month reported on", lambda row, _: format_period(row.report.period)),
        column(
            "state",
            Kind.CODE,
            "状态:not_started 未开展、in_progress 推进中、done 已完成、blocked 受阻",
            "State, as the unit says: not_started, in_progress, done, blocked",
            lambda row, _: row.report.state.value,
        ),
        column("text", Kind.TEXT, "本月进展", "What was done that month", lambda row, _: row.report.text),
        column(
            "evidence", Kind.TEXT, "佐证网址", "Address of the evidence", lambda row, _: row.report.evidence or None
        ),
        c.REVISION.of(lambda row, _: row.report.revision),
        column("reason", Kind.TEXT, "修订理由", "Why it was revised", lambda row, _: row.report.reason or None),
        column("reported_by", Kind.TEXT, "报告人", "Who reported", lambda row, _: row.report.actor or None),
        c.RECORDED_AT.of(lambda row, _: instant(row.report.recorded_at)),
        column(
            "confirmation",
            Kind.CODE,
            "确认情况:reported 待确认、lead_confirmed 牵头单位已确认、confirmed 已确认、returned 退回、"
            "superseded 已被修订",
            "How far it is confirmed: reported, lead_confirmed, confirmed, returned; superseded: revised since",
            lambda row, _: row.checked.state.value,
        ),
        column(
            "attachments",
            Kind.TEXT,
            "附件编号",
            "Numbers of the files attached",
            lambda row, _: " ".join(map(str, row.report.attachments)) or None,
        ),
    ),
    order=("seq",),
    parameters=EVERYWHERE | CHOICE | {"period", "period_from", "period_to", "state", "history", *AFTER},
    states={UNCONFIRMED: Text(zh="未确认", en="not confirmed yet")}
    | {state.value: Text(zh=words.zh, en=words.en) for state, words in WORDS.items()},
    records=_reports,
)

TASK_CHECKS = Dataset[TaskCheckRow](
    name="task_checks",
    title=Text(zh="任务月报的确认", en="Confirmations of task reports"),
    grain=Text(
        zh="一行为对一份任务月报某一版的一次确认或退回",
        en="One row per step by which a revision of a task report is confirmed or sent back",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.seq),
        TASK.of(lambda row, _: row.task),
        c.UNIT_CODE.of(lambda row, _: row.unit),
        c.UNIT_NAME.of(lambda row, words: body_name(row.unit, words)),
        column("period", Kind.PERIOD, "报告月份", "Month reported on", lambda row, _: format_period(row.period)),
        c.REVISION.of(lambda row, _: row.revision),
        column(
            "step",
            Kind.CODE,
            "环节:lead 牵头单位、review 市局审核",
            "Whose step: lead (a unit that leads the task), review (the bureau)",
            lambda row, _: row.step.value,
        ),
        column("by_unit", Kind.CODE, "牵头单位代码", "Code of the lead unit", lambda row, _: row.by_unit or None),
        column("action", Kind.CODE, "confirm 确认、return 退回", "confirm or return", lambda row, _: row.action.value),
        c.REASON.of(lambda row, _: row.reason or None),
        column("checked_by", Kind.TEXT, "办理人", "Who did", lambda row, _: row.actor or None),
        c.RECORDED_AT.of(lambda row, _: instant(row.recorded_at)),
    ),
    order=("seq",),
    parameters=EVERYWHERE | CHOICE | {"period", "period_from", "period_to", *AFTER},
    records=_steps,
)
