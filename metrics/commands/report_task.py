"""Recording what a unit reports on a task for a month (任务月报); a later report for the same month is a revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pydantic import computed_field
from sqlalchemy import select

from metrics.database import WriteSession
from metrics.errors import Invalid, Message, NotFound, Problem
from metrics.evidence import evidence_problems, is_visible
from metrics.forms import as_given
from metrics.if_match import require_named
from metrics.ledger.entry import Place, append, next_place
from metrics.models import LedgerEntry, TaskReport
from metrics.periods import format_period, parse_period, period_problem
from metrics.plan.model import Plan, Task
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.queries.attachments import Attachment, as_recorded, files_to_carry
from metrics.queries.period_states import require_open
from metrics.submissions import period_problems, unit_problems
from metrics.supervision.bodies import body_problems, counts_in, reporting_bodies
from metrics.task_reports import LONGEST_TEXT, TaskState, report_etag
from metrics.value_types import Moment, Month


@dataclass(frozen=True, slots=True)
class TaskReportGiven:
    """What a unit reports. `period` is as written; `attachments`: numbers of files of the unit; `reason` says why a
    report that is there already is revised.
    """

    unit: str
    period: str
    state: TaskState
    text: str
    evidence: str = ""
    reason: str = ""
    attachments: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class TaskReported:
    """The report that stands and its place in the ledger; `recorded` false: it stood so before."""

    task: int
    unit: str
    period: Month
    state: TaskState
    revision: int
    seq: int
    recorded_at: Moment
    leaf_hash: str
    recorded: bool

    @computed_field  # type: ignore[prop-decorator]  # as pydantic says; the property stays one
    @property
    def etag(self) -> str:
        return report_etag(self.task, self.unit, self.period, self.revision)


def report_task(
    session: WriteSession,
    number: int,
    *,
    principal: Principal,
    given: TaskReportGiven,
    if_match: str | None = None,
    simulated_at: datetime | None = None,
) -> TaskReported:
    """Record what a unit reports on task `number`; what stands so already is not recorded again.

    `simulated_at` dates a report of the synthetic demonstration history.

    Raises Forbidden for a unit that is not the principal's, NotFound for a task that the plan does not have, Invalid
    with every problem found, Conflict for a locked period, VersionMissing or Stale for a revision that does not name
    the revision it revises.
    """
    principal.require_unit(given.unit)
    plan = plan_at(session)
    task = _task(plan, number)
    period = _read(plan, task, given, now=simulated_at or datetime.now(UTC))
    files = files_to_carry(session, given.attachments, unit=given.unit)
    place = next_place(session, simulated=simulated_at)
    open_for = counts_in(plan, given.unit)  # a department has no figures, and no exceptions of its own
    require_open(session, unit=open_for, period=period, at=place.recorded_at, timezone=plan.document.timezone)
    standing = _standing(session, number, unit=given.unit, period=period)
    if standing is not None and _says_the_same(standing, given):
        return _reported(session, standing, recorded=False)
    if standing is not None:
        _require_revisable(standing, given, if_match=if_match)
    said = {
        "state": given.state.value,
        "text": given.text,
        "evidence": given.evidence,
        "revision": 1 if standing is None else standing.revision + 1,
        "reason": given.reason,
        "actor": principal.username,
    }
    label = {} if simulated_at is None else {"synthetic": True}
    return _record(session, place, said, number=number, unit=given.unit, period=period, files=files, label=label)


def _task(plan: Plan, number: int) -> Task:
    task = next((task for task in plan.tasks if task.number == number), None)
    if task is None:
        raise NotFound("task_unknown", Message(f"方案中没有任务 {number}。", f"The plan has no task {number}."))
    return task


def _read(plan: Plan, task: Task, given: TaskReportGiven, *, now: datetime) -> date:
    period = parse_period(given.period)
    problems = (unit_problems if given.unit in plan.unit_by_code else body_problems)(plan, given.unit, period=period)
    if not problems and given.unit not in reporting_bodies(plan, task):
        message = Message(
            f"任务 {task.number} 的牵头单位和责任单位中没有“{as_given(given.unit)}”。",
            f"Task {task.number} does not name the unit {as_given(given.unit)!r}, as leading or responsible.",
        )
        problems.append(Problem("task_not_owed", message, "/unit", given=as_given(given.unit)))
    if period is None:
        problems.append(period_problem(as_given(given.period)))
    else:
        problems += period_problems(plan, period, now=now)
    problems += _text_problems(given.text)
    problems += evidence_problems(given.evidence)
    if problems or period is None:
        raise _refusal(problems)
    return period


def _text_problems(text: str) -> list[Problem]:
    if not is_visible(text):
        message = Message("须说明本月进展。", "What was done this month has to be said.")
        return [Problem("text_missing", message, "/text", given=as_given(text))]
    if len(text) > LONGEST_TEXT:
        message = Message(f"进展说明最多 {LONGEST_TEXT} 字。", f"The text has at most {LONGEST_TEXT} characters.")
        return [Problem("text_too_long", message, "/text", given=as_given(text))]
    return []


def _refusal(problems: list[Problem]) -> Invalid:
    message = Message("任务月报未予记录:" + problems[0].message.zh, "Not recorded: " + problems[0].message.en)
    return Invalid(problems[0].code if len(problems) == 1 else "task_report_invalid", message, problems)


def _standing(session: WriteSession, number: int, *, unit: str, period: date) -> TaskReport | None:
    return session.scalars(
        select(TaskReport)
        .where(TaskReport.task_number == number, TaskReport.unit_code == unit, TaskReport.period == period)
        .order_by(TaskReport.revision.desc())
        .limit(1)
    ).one_or_none()


def _says_the_same(standing: TaskReport, given: TaskReportGiven) -> bool:
    said = (given.state.value, given.text, given.evidence, list(dict.fromkeys(given.attachments)))
    return (standing.state, standing.text, standing.evidence, standing.attachments) == said


def _reported(session: WriteSession, row: TaskReport, *, recorded: bool) -> TaskReported:
    entry = session.get_one(LedgerEntry, row.seq)
    return TaskReported(
        task=row.task_number,
        unit=row.unit_code,
        period=row.period,
        state=TaskState(row.state),
        revision=row.revision,
        seq=row.seq,
        recorded_at=row.recorded_at,
        leaf_hash=entry.leaf_hash.hex(),
        recorded=recorded,
    )


def _require_revisable(standing: TaskReport, given: TaskReportGiven, *, if_match: str | None) -> None:
    require_named(
        if_match,
        report_etag(standing.task_number, standing.unit_code, standing.period, standing.revision),
        missing=Message(
            f"本单位 {format_period(standing.period)} 已报送该任务(第 {standing.revision} 版);"
            "修订时须在 If-Match 中写明所依据的版本。",
            f"The unit has reported on this task for {format_period(standing.period)} (revision "
            f"{standing.revision}); a revision names in If-Match what it revises.",
        ),
        changed=lambda: Message(
            f"该任务月报现为第 {standing.revision} 版,请核对后重新提交。",
            f"The report is now revision {standing.revision}. Look at it and send yours again.",
        ),
    )
    if not is_visible(given.reason):
        message = Message("修订已报送的任务月报须说明理由。", "A revision of a report needs a reason.")
        raise _refusal([Problem("reason_missing", message, "/reason", given=as_given(given.reason))])


def _record(
    session: WriteSession,
    place: Place,
    said: dict[str, Any],
    *,
    number: int,
    unit: str,
    period: date,
    files: Sequence[Attachment],
    label: Mapping[str, bool],
) -> TaskReported:
    carried = {"attachments": as_recorded(files)}
    content = {"task": number, "unit": unit, "period": format_period(period), **said, **carried, **label}
    append(session, kind="task_report", place=place, content=content)
    row = TaskReport(
        seq=place.seq,
        task_number=number,
        unit_code=unit,
        period=period,
        attachments=[file.seq for file in files],
        recorded_at=place.recorded_at,
        **said,
    )
    session.add(row)
    session.flush()
    return _reported(session, row, recorded=True)
