"""Reports on tasks beside the figures that measure these: where the two do not go together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.database import ReadSession
from metrics.periods import JudgedMonth
from metrics.plan.model import Task
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.task_reports import TaskReportRow, task_standings
from metrics.queries.view import View
from metrics.results import Progress
from metrics.supervision.task_contradictions import ContradictionKind, contradicted
from metrics.verdicts.verdict_table import STATUSES, VerdictTable


@dataclass(frozen=True, slots=True)
class TaskContradiction:
    """A report and a verdict that do not go together: of one unit, or the report of a department that counts in it."""

    kind: ContradictionKind
    report: TaskReportRow
    verdict: Progress


def task_contradictions(
    session: ReadSession,
    view: View,
    *,
    month: JudgedMonth,
    tasks: Sequence[Task] | None = None,
    units: Collection[str] = (),
    targets: Collection[str] = (),
) -> list[TaskContradiction]:
    """Each unit's newest report on a measured task up to `month` against the verdicts on the day of `month`.

    By task, then unit, then target, each in the plan's order. Empty filters mean all. A report is held against all
    targets of its task; `targets` says which of those that contradict it are wanted.
    """
    plan = view.plan
    measuring = {
        task.number: [t.code for t in plan.targets_in_force(month.on) if t.measured and task.number in t.tasks]
        for task in (plan.tasks if tasks is None else tasks)
    }
    measured = [task for task in plan.tasks if measuring.get(task.number)]
    standings = task_standings(session, view, tasks=measured, month=month, units=units)
    reported = [(standing.task, one) for standing in standings for one in standing.units if one.newest is not None]
    if not reported:
        return []
    judged = progress_by_unit(
        session,
        view,
        month=month,
        units={one.unit for _, one in reported},
        targets={code for task, _ in reported for code in measuring[task.number]},
    )
    table = judged.table
    if table is None:
        return []
    rows = {verdict: row for row, verdict in enumerate(table.codes())}
    statuses = [STATUSES[status] for status in table.status.tolist()]
    found: list[tuple[ContradictionKind, TaskReportRow, int]] = []
    for task, one in reported:
        if one.newest is None:
            continue
        held = [rows[one.unit, code] for code in measuring[task.number] if (one.unit, code) in rows]
        said = contradicted(one.newest.state, one.judged.status, [statuses[row] for row in held])
        if said is not None:
            contradicting = [held[place] for place in said[1]]
            found += [
                (said[0], one.newest, row) for row in contradicting if not targets or _target(table, row) in targets
            ]
    verdicts = judged.some(np.array([row for _kind, _report, row in found], dtype=np.int64))  # of many few contradict
    return [TaskContradiction(kind, report, v) for (kind, report, _row), v in zip(found, verdicts, strict=True)]


def _target(table: VerdictTable, row: int) -> str:
    return table.targets.targets[int(table.target[row])].code
