"""What was reported on the plan's tasks, and what each task of each unit has come to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, String, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import aliased

from metrics.database import ReadSession, once_a_snapshot
from metrics.models import TaskReport
from metrics.periods import JudgedMonth
from metrics.plan.model import Plan, Task
from metrics.queries.view import View
from metrics.supervision.bodies import counts_for_others, counts_in
from metrics.supervision.twin_tasks import counting_report, twins_of
from metrics.task_reports import Judged, TaskState, TaskStatus, judge_task, report_etag, said_together, worst


@dataclass(frozen=True, slots=True)
class TaskReportRow:
    """One revision of one report. `attachments`: numbers of files; they, `reason` and `actor` are empty where the view
    does not tell them.
    """

    seq: int
    task: int
    unit: str
    period: date
    revision: int
    state: TaskState
    text: str
    evidence: str
    reason: str
    actor: str
    recorded_at: datetime
    attachments: tuple[int, ...] = ()

    @property
    def etag(self) -> str:
        return report_etag(self.task, self.unit, self.period, self.revision)


@dataclass(frozen=True, slots=True)
class TaskOfUnit:
    """A task as one unit stands with it. `newest`: the report that counts, on this task or a twin, of the unit or of a
    department that counts in it; None without one.
    """

    unit: str
    judged: Judged
    newest: TaskReportRow | None


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """A task as all units that owe it stand with it, in display order."""

    task: Task
    units: tuple[TaskOfUnit, ...]

    @property
    def status(self) -> TaskStatus:
        return worst([unit.judged.status for unit in self.units])

    @property
    def silent(self) -> bool:
        """True if any unit has not reported for two months."""
        return any(unit.judged.silent for unit in self.units)


def task_reports(
    session: ReadSession,
    view: View,
    *,
    tasks: Collection[int] = (),
    units: Collection[str] = (),
    period_from: date | None = None,
    period_to: date | None = None,
    history: bool = False,
    after_seq: int | None = None,
) -> list[TaskReportRow]:
    """What was reported by the view, in the order of recording; with `history` every revision, else the newest.

    Empty filters mean all.
    """
    query = select(TaskReport).where(TaskReport.seq <= view.seq)
    if tasks:
        query = query.where(TaskReport.task_number.in_(tasks))
    if units:
        query = query.where(TaskReport.unit_code.in_(units))
    if period_from is not None:
        query = query.where(TaskReport.period >= period_from)
    if period_to is not None:
        query = query.where(TaskReport.period <= period_to)
    if not history:
        key = (TaskReport.task_number, TaskReport.unit_code, TaskReport.period)
        query = query.ext(distinct_on(*key)).order_by(*key, TaskReport.revision.desc())
    found = aliased(TaskReport, query.subquery())
    in_order = select(found).order_by(found.seq)
    if after_seq is not None:
        in_order = in_order.where(found.seq > after_seq)
    return [_told(view, row) for row in session.scalars(in_order)]


def task_standings(
    session: ReadSession, view: View, *, tasks: Sequence[Task], month: JudgedMonth, units: Collection[str] = ()
) -> list[TaskStanding]:
    """How `tasks` stand on the day of `month`; `units` empty: with every unit that owes them.

    A unit's report for a later month does not count.
    """
    plan = view.plan
    same = {task.number: (task.number, *twins_of(plan, task)) for task in tasks}
    numbers = {number for numbers in same.values() for number in numbers}
    newest = _newest(session, view, tasks=numbers, units=units, until=month.period)
    found = []
    for task in tasks:
        owing = [code for code in plan.owing_units[task.number] if not units or code in units]
        stand = tuple(
            _of_unit(plan, task, code, newest.get(code, {}), same=same[task.number], month=month)
            for code in owing
            if plan.unit_by_code[code].exists_on(month.on)
        )
        found.append(TaskStanding(task, stand))
    return found


def _of_unit(
    plan: Plan,
    task: Task,
    unit: str,
    newest: Mapping[int, TaskReportRow],
    *,
    same: Sequence[int],
    month: JudgedMonth,
) -> TaskOfUnit:
    """`newest`: the unit's newest report on each task. A report on one of the `same` work is an update of this too."""
    counts = counting_report(same, newest)
    if counts is None:
        return TaskOfUnit(unit, judge_task(plan, task, newest=None, month=month), None)
    said = (max(newest[number].period for number in same if number in newest), counts.state)
    return TaskOfUnit(unit, judge_task(plan, task, newest=said, month=month), counts)


def _newest(
    session: ReadSession, view: View, *, tasks: Collection[int], units: Collection[str], until: date
) -> Mapping[str, Mapping[int, TaskReportRow]]:
    """By unit, then task: its report on the task for the newest month up to `until`; a department's is its unit's.

    `units` empty: of all. A page that asks of the same units again, of tasks among those read, asks the database once.
    """
    asked = (view.seq, view.public, view.own, frozenset(units), until)
    known = once_a_snapshot(session, ("newest task reports", *asked), dict[int, list[TaskReportRow]])
    missing = [number for number in tasks if number not in known]
    known |= {number: [] for number in missing}
    for row in _read(session, view, tasks=missing, units=units, until=until) if missing else ():
        known[row.task].append(row)
    found: dict[str, dict[int, list[TaskReportRow]]] = {}
    for number in tasks:
        for row in known[number]:
            found.setdefault(counts_in(view.plan, row.unit), {}).setdefault(number, []).append(row)
    return {unit: {task: said_together(said) for task, said in tasks.items()} for unit, tasks in found.items()}


def _read(
    session: ReadSession, view: View, *, tasks: Collection[int], units: Collection[str], until: date
) -> list[TaskReportRow]:
    key = (TaskReport.task_number, TaskReport.unit_code)
    query = (
        select(*TaskReport.__table__.c)
        .where(TaskReport.seq <= view.seq, TaskReport.period <= until, TaskReport.task_number.in_(tasks))
        .ext(distinct_on(*key))
        .order_by(*key, TaskReport.period.desc(), TaskReport.revision.desc())
    )
    if units and not any(counts_for_others(view.plan, code) for code in units):
        query = query.where(TaskReport.unit_code == any_(cast(sorted(units), ARRAY(String))))
    return [_told(view, row) for row in session.execute(query)]


def _told(view: View, row: TaskReport | Row[Any]) -> TaskReportRow:
    tells = view.tells_why(row.unit_code)
    return TaskReportRow(
        seq=row.seq,
        task=row.task_number,
        unit=row.unit_code,
        period=row.period,
        revision=row.revision,
        state=TaskState(row.state),
        text=row.text,
        evidence=row.evidence,
        reason=row.reason if tells else "",
        actor=row.actor if tells else "",
        recorded_at=row.recorded_at,
        attachments=tuple(row.attachments) if tells else (),
    )
