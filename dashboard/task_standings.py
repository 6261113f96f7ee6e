"""How the tasks that a page shows stand, on the day it is judged on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from dashboard.reading import Reading
from dashboard.task_words import task_status_word
from metrics.plan.model import Task
from metrics.queries.blindness import is_blind
from metrics.queries.task_reports import TaskStanding, task_standings
from metrics.task_reports import TaskStatus


def judged_day(reading: Reading) -> date:
    """The day judged; while no figure is known, today, since tasks are reported on without figures too."""
    return reading.on or datetime.now(UTC).astimezone(ZoneInfo(reading.timezone)).date()


def standings_of(reading: Reading, tasks: Sequence[Task], *, units: Collection[str] = ()) -> dict[int, TaskStanding]:
    """By task number. Nothing for those from whom reported figures are kept, which texts may quote."""
    if is_blind(reading.principal):
        return {}
    found = task_standings(reading.session, reading.view, tasks=tasks, on=judged_day(reading), units=units)
    return {standing.task.number: standing for standing in found if standing.units}


def counted(statuses: Iterable[TaskStatus]) -> str:
    """Overdue 1 · Blocked 2 · In progress 5: how many have come to what, in the order of what asks to be looked at."""
    numbers = Counter(statuses)
    order = (
        TaskStatus.OVERDUE,
        TaskStatus.BLOCKED,
        TaskStatus.SILENT,
        TaskStatus.NOT_STARTED,
        TaskStatus.IN_PROGRESS,
        TaskStatus.DONE,
        TaskStatus.TO_BE_CONFIRMED,
        TaskStatus.NOT_REPORTED,
    )
    return " · ".join(f"{task_status_word(each)} {numbers[each]}" for each in order if numbers[each])
