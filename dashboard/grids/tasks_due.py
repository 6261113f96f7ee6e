"""One line on a unit's tasks: how many still want a report for the newest month, and the way to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.locale import month_text, ngettext
from dashboard.pages.tasks import REPORTS
from dashboard.reading import Reading
from metrics.periods import newest_ended_period
from metrics.plan.model import Unit
from metrics.queries.task_reports import TaskStanding, task_standings
from metrics.task_reports import TaskState, owing_units

Component = Any


def tasks_due(reading: Reading, unit: Unit, *, now: datetime) -> Component:
    """Tasks of the unit that are not done and have no report for the newest month that has ended; nothing if none."""
    today = now.astimezone(ZoneInfo(reading.timezone)).date()
    month = newest_ended_period(today)
    owed = [task for task in reading.plan.tasks if unit.code in owing_units(reading.plan, task)]
    standings = task_standings(reading.session, reading.view, tasks=owed, on=today, units=[unit.code])
    waiting = sum(_waits(standing, month) for standing in standings)
    if not waiting:
        return None
    said = ngettext(
        "{n} task wants its report for {month}",
        "{n} tasks want their reports for {month}",
        waiting,
        month=month_text(month),
    )
    href = replace(reading.place, month=month, as_of=None, release=None).to("/tasks", unit=unit.code, show=REPORTS)
    return html.P(dcc.Link(said, href=href), className="desk-tasks")


def _waits(standing: TaskStanding, month: date) -> bool:
    """True if the unit has not reported on the task for `month`, and has not said before that it is done."""
    return any(
        one.newest is None or (one.newest.period < month and one.newest.state is not TaskState.DONE)
        for one in standing.units
    )
