"""Confirming what a unit reports on a task, or sending it back: for a lead unit, then for the bureau."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metrics.database import WriteSession
from metrics.errors import Forbidden, Invalid, Message, NotFound, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given
from metrics.if_match import require_named
from metrics.ledger.entry import Place, append, next_place
from metrics.models import LedgerEntry, TaskCheck
from metrics.periods import format_period, parse_period
from metrics.plan.model import Plan, Task
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role, Scope
from metrics.queries.task_checks import checks_of, report_standing
from metrics.queries.task_reports import TaskReportRow
from metrics.queries.view import view_at
from metrics.supervision.bodies import reporting_bodies
from metrics.supervision.task_checks import (
    CheckAction,
    CheckState,
    CheckStep,
    after,
    confirming_units,
    possible,
    state_of,
)
from metrics.value_types import Moment, Month

LONGEST_REASON = 2000  # characters


@dataclass(frozen=True, slots=True)
class CheckGiven:
    """Whose report, for which month (as written), and what is done with it."""

    unit: str
    period: str
    action: CheckAction
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskChecked:
    """How the report stands after the step. `by_unit`: the lead unit in whose name it was, empty for a review."""

    task: int
    unit: str
    period: Month
    revision: int
    state: CheckState
    by_unit: str
    seq: int
    recorded_at: Moment
    leaf_hash: str
    recorded: bool


def check_task_report(
    session: WriteSession,
    number: int,
    *,
    principal: Principal,
    given: CheckGiven,
    if_match: str | None,
    simulated_at: datetime | None = None,
) -> TaskChecked:
    """Confirm or send back the newest revision of a report, which `if_match` names; a repeated step is not recorded.

    Raises NotFound if there is no such report, Forbidden for a clerk of no lead unit, VersionMissing or Stale, Conflict
    if its state forbids the step, Invalid without a reason where one is needed.
    """
    principal.require(Scope.VERIFY if principal.role is Role.REVIEWER else Scope.POST_SUBMISSION)
    place = next_place(session, simulated=simulated_at)
    plan = plan_at(session)
    task = next((task for task in plan.tasks if task.number == number), None)
    report = None if task is None else _report(session, plan, task, given)
    if task is None or report is None:
        raise _unknown(number, given)
    step, by_unit = _in_whose_name(plan, task, report, principal)
    _require_seen(report, if_match)
    done = checks_of(session, view_at(session), [report])[report.seq]
    if done and (done[-1].step, done[-1].action, done[-1].by_unit) == (step, given.action, by_unit):
        return _checked(session, done[-1].seq, state=state_of(done), recorded=False)
    before = state_of(done)
    state = after(before, step, given.action)
    _require_reason(before, step, given, lead_owed=bool(confirming_units(plan, task, report.unit)))
    said = {
        "by_unit": by_unit,
        "revision": report.revision,
        "step": step.value,
        "action": given.action.value,
        "reason": given.reason,
        "actor": principal.username,
    }
    label = {} if simulated_at is None else {"synthetic": True}
    _record(session, place, said, report=report, label=label)
    return _checked(session, place.seq, state=state, recorded=True)


def _report(session: WriteSession, plan: Plan, task: Task, given: CheckGiven) -> TaskReportRow | None:
    period = parse_period(given.period)
    if period is None or given.unit not in reporting_bodies(plan, task):
        return None
    return report_standing(session, view_at(session), task=task.number, unit=given.unit, period=period)


def _unknown(number: int, given: CheckGiven) -> NotFound:
    unit, period = as_given(given.unit), as_given(given.period)
    return NotFound(
        "task_report_unknown",
        Message(
            f"没有“{unit}”就任务 {number} 报送的 {period} 月报。",
            f"There is no report of {unit!r} on task {number} for {period}.",
        ),
    )


def _in_whose_name(plan: Plan, task: Task, report: TaskReportRow, principal: Principal) -> tuple[CheckStep, str]:
    """A reviewer acts for the bureau; a clerk for the first lead unit of the account."""
    if principal.role is Role.REVIEWER:
        return CheckStep.REVIEW, ""
    leading = confirming_units(plan, task, report.unit)
    own = next((unit for unit in leading if unit in principal.units), None)
    if own is not None:
        return CheckStep.LEAD, own
    message = Message(
        f"任务 {task.number} 的这份月报由牵头单位确认,再由市局审核;您不属于其牵头单位。",
        f"This report on task {task.number} is confirmed by a unit that leads the task, then by the bureau; yours does "
        "not lead it.",
    )
    if not leading:
        message = Message(
            "该单位自己牵头这项任务,月报直接由市局确认。",
            "The unit leads the task itself: its report is confirmed by the bureau alone.",
        )
    raise Forbidden("unit_forbidden", message)


def _require_seen(report: TaskReportRow, if_match: str | None) -> None:
    require_named(
        if_match,
        report.etag,
        missing=Message(
            "确认或退回须在 If-Match 中写明所看的月报版本。",
            "Name in If-Match the revision of the report that you confirm or send back.",
        ),
        changed=lambda: Message(
            f"该任务月报现为第 {report.revision} 版,请看过后再确认。",
            f"The report is now revision {report.revision}. Look at it before you confirm it.",
        ),
    )


def _require_reason(before: CheckState, step: CheckStep, given: CheckGiven, *, lead_owed: bool) -> None:
    ways = {each.action: each for each in possible(before, step, lead_owed=lead_owed)}
    problem = None
    if ways[given.action].reason_required and not is_visible(given.reason):
        message = Message(
            "退回、或不等牵头单位直接确认,须说明理由。",
            "Sending back needs a reason, and so does confirming past the lead unit.",
        )
        problem = Problem("reason_missing", message, "/reason", given=as_given(given.reason))
    elif len(given.reason) > LONGEST_REASON:
        message = Message(f"理由最多 {LONGEST_REASON} 字。", f"A reason has at most {LONGEST_REASON} characters.")
        problem = Problem("reason_too_long", message, "/reason", given=as_given(given.reason))
    if problem is not None:
        raise Invalid(problem.code, problem.message, [problem])


def _record(
    session: WriteSession, place: Place, said: dict[str, Any], *, report: TaskReportRow, label: Mapping[str, bool]
) -> None:
    """`unit` of the entry is the one in whose name the step is, by which the ledger knows whose clerk may write it."""
    content = {
        "task": report.task,
        "unit": said["by_unit"] or report.unit,
        "of_unit": report.unit,
        "period": format_period(report.period),
        **said,
        **label,
    }
    append(session, kind="task_check", place=place, content=content)
    row = TaskCheck(
        seq=place.seq,
        task_number=report.task,
        unit_code=report.unit,
        period=report.period,
        recorded_at=place.recorded_at,
        **said,
    )
    session.add(row)
    session.flush()


def _checked(session: WriteSession, seq: int, *, state: CheckState, recorded: bool) -> TaskChecked:
    row, entry = session.get_one(TaskCheck, seq), session.get_one(LedgerEntry, seq)
    return TaskChecked(
        task=row.task_number,
        unit=row.unit_code,
        period=row.period,
        revision=row.revision,
        state=state,
        by_unit=row.by_unit,
        seq=seq,
        recorded_at=row.recorded_at,
        leaf_hash=entry.leaf_hash.hex(),
        recorded=recorded,
    )
