"""How reports on tasks are confirmed: the steps that were taken, and what each report has come to by them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select

from metrics.database import ReadSession
from metrics.models import TaskCheck
from metrics.queries.task_reports import TaskReportRow, task_reports
from metrics.queries.view import View
from metrics.supervision.task_checks import CheckAction, CheckState, CheckStep, state_of


@dataclass(frozen=True, slots=True)
class TaskCheckRow:
    """One step. `reason` and `actor` are empty where the view does not tell them."""

    seq: int
    task: int
    unit: str
    period: date
    revision: int
    by_unit: str
    step: CheckStep
    action: CheckAction
    reason: str
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """What a report has come to, and the step that made it so; None if there is none yet."""

    state: CheckState
    newest: TaskCheckRow | None


def task_checks(
    session: ReadSession,
    view: View,
    *,
    tasks: Collection[int] = (),
    units: Collection[str] = (),
    period_from: date | None = None,
    period_to: date | None = None,
    after_seq: int | None = None,
) -> list[TaskCheckRow]:
    """The steps known in `view`, oldest first; `units`: whose reports. Empty filters mean all."""
    query = select(*TaskCheck.__table__.c).where(TaskCheck.seq <= view.seq).order_by(TaskCheck.seq)
    if tasks:
        query = query.where(TaskCheck.task_number.in_(tasks))
    if units:
        query = query.where(TaskCheck.unit_code.in_(units))
    if period_from is not None:
        query = query.where(TaskCheck.period >= period_from)
    if period_to is not None:
        query = query.where(TaskCheck.period <= period_to)
    if after_seq is not None:
        query = query.where(TaskCheck.seq > after_seq)
    return [_told(view, row) for row in session.execute(query)]


def checks_of(session: ReadSession, view: View, reports: Sequence[TaskReportRow]) -> Mapping[int, list[TaskCheckRow]]:
    """The steps on each of `reports`, by the report's place in the ledger."""
    if not reports:
        return {}
    found = task_checks(
        session,
        view,
        tasks={report.task for report in reports},
        units={report.unit for report in reports},
        period_from=min(report.period for report in reports),
        period_to=max(report.period for report in reports),
    )
    by_report: dict[tuple[int, str, date, int], list[TaskCheckRow]] = {}
    for check in found:
        by_report.setdefault((check.task, check.unit, check.period, check.revision), []).append(check)
    return {
        report.seq: by_report.get((report.task, report.unit, report.period, report.revision), []) for report in reports
    }


def checked(session: ReadSession, view: View, reports: Iterable[TaskReportRow]) -> Mapping[int, CheckedReport]:
    """What each report has come to, by its place in the ledger; revisions older than another are superseded."""
    listed = list(reports)
    found, newest = checks_of(session, view, listed), dict[tuple[int, str, date], int]()
    for report in listed:
        key = (report.task, report.unit, report.period)
        newest[key] = max(report.revision, newest.get(key, 0))
    come_to = {}
    for report in listed:
        steps = found[report.seq]
        stands = report.revision == newest[report.task, report.unit, report.period]
        state = state_of(steps) if stands else CheckState.SUPERSEDED
        come_to[report.seq] = CheckedReport(state, steps[-1] if steps else None)
    return come_to


def report_standing(session: ReadSession, view: View, *, task: int, unit: str, period: date) -> TaskReportRow | None:
    """The newest revision of one report."""
    found = task_reports(session, view, tasks=[task], units=[unit], period_from=period, period_to=period)
    return found[0] if found else None


def _told(view: View, row: Row[Any]) -> TaskCheckRow:
    tells = view.tells_why(row.unit_code) or view.tells_why(row.by_unit)
    return TaskCheckRow(
        seq=row.seq,
        task=row.task_number,
        unit=row.unit_code,
        period=row.period,
        revision=row.revision,
        by_unit=row.by_unit,
        step=CheckStep(row.step),
        action=CheckAction(row.action),
        reason=row.reason if tells else "",
        actor=row.actor if tells else "",
        recorded_at=row.recorded_at,
    )
