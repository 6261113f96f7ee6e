"""How the newest task reports of the demonstration are confirmed: by the lead unit, then by the bureau. Synthetic.

Of the reports for the last month, where another unit leads the task, three in four are confirmed by it two days later;
the bureau has come as far as half of what is its turn, and has sent one in twelve of those back. What is revised after
that waits anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from metrics.plan.model import Plan
from metrics.supervision.task_checks import CheckAction, confirming_units
from seed.demonstration.draws import draw
from seed.demonstration.task_reports import LAST, DemonstrationTaskReport

REASON = "演示:佐证材料与所述进展不符,请补充后重报"


@dataclass(frozen=True, slots=True)
class DemonstrationTaskCheck:
    """One step. `by_unit`: the lead unit whose clerk takes it, empty for the reviewer; `checked_at` is aware."""

    task: int
    unit: str
    period: date
    by_unit: str
    action: CheckAction
    reason: str
    checked_at: datetime
    synthetic: Literal[True] = True


def demonstration_task_checks(
    plan: Plan, reports: Sequence[DemonstrationTaskReport], *, seed: str
) -> tuple[DemonstrationTaskCheck, ...]:
    """Every step on `reports`, in the order of these."""
    newest = [report for report in reports if report.period == LAST and not report.reason]
    return tuple(step for report in newest for step in _steps(plan, report, seed=seed))


def _steps(plan: Plan, report: DemonstrationTaskReport, *, seed: str) -> Iterator[DemonstrationTaskCheck]:
    key = (seed, "task check", report.task, report.unit)
    task = next(task for task in plan.tasks if task.number == report.task)
    leading = confirming_units(plan, task, report.unit)
    moment = report.reported_at + timedelta(days=2)
    if leading:
        if not draw(*key, "lead", below=4):
            return
        yield _step(report, leading[0], moment)
    if draw(*key, "bureau", below=2):
        return
    sent_back = not draw(*key, "sent back", below=12)
    yield _step(report, "", moment + timedelta(days=1), reason=REASON if sent_back else "")


def _step(
    report: DemonstrationTaskReport, by_unit: str, moment: datetime, *, reason: str = ""
) -> DemonstrationTaskCheck:
    action = CheckAction.SEND_BACK if reason else CheckAction.CONFIRM
    return DemonstrationTaskCheck(report.task, report.unit, report.period, by_unit, action, reason, moment)
