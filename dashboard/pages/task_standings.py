"""How the tasks that a page shows stand, on the day it is judged on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dashboard.window.reading import Reading
from metrics.periods import JudgedMonth
from metrics.plan.model import Task
from metrics.queries.blindness import is_blind
from metrics.queries.task_checks import CheckedReport, checked
from metrics.queries.task_reports import TaskStanding, task_standings


def judged_month(reading: Reading) -> JudgedMonth:
    """The month judged; while no figure is known, today's, since tasks are reported on without figures too."""
    return reading.month or JudgedMonth.of_day(datetime.now(UTC).astimezone(ZoneInfo(reading.timezone)).date())


def standings_of(reading: Reading, tasks: Sequence[Task], *, units: Collection[str] = ()) -> dict[int, TaskStanding]:
    """By task number. Nothing for those from whom reported figures are kept, which texts may quote."""
    if is_blind(reading.principal):
        return {}
    found = task_standings(reading.session, reading.view, tasks=tasks, month=judged_month(reading), units=units)
    return {standing.task.number: standing for standing in found if standing.units}


def checked_of(reading: Reading, standings: Iterable[TaskStanding]) -> Mapping[int, CheckedReport]:
    """How far every unit's newest report is confirmed, by the report's place in the ledger."""
    newest = [one.newest for standing in standings for one in standing.units if one.newest is not None]
    return checked(reading.session, reading.view, newest)
