"""Units that have said nothing of a task for two months or more, and who is to act on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from metrics.database import ReadSession
from metrics.periods import JudgedMonth
from metrics.plan.model import Task
from metrics.queries.task_reports import task_standings
from metrics.queries.view import View
from metrics.supervision.task_checks import confirming_units
from metrics.supervision.task_silence import SilenceStep, step_after


@dataclass(frozen=True, slots=True)
class TaskSilence:
    """`newest`: the month of the newest report that counts, None if there never was one; `leading`: who is to ask."""

    task: int
    unit: str
    newest: date | None
    months: int
    step: SilenceStep
    leading: tuple[str, ...]


def task_silence(
    session: ReadSession, view: View, *, month: JudgedMonth, tasks: Sequence[Task], units: Collection[str] = ()
) -> list[TaskSilence]:
    """Every unit that is silent on one of `tasks`, the longest first, then by task and unit; `units` empty: all."""
    found = []
    for standing in task_standings(session, view, tasks=tasks, month=month, units=units):
        for one in standing.units:
            leading = confirming_units(view.plan, standing.task, one.unit)
            step = step_after(one.judged.months, led=bool(leading))
            if step is not None:
                newest = None if one.newest is None else one.newest.period
                found.append(TaskSilence(standing.task.number, one.unit, newest, one.judged.months, step, leading))
    return sorted(found, key=lambda each: -each.months)
