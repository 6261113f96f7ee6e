"""The tasks of one unit as a short list: title, what it has come to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import dcc, html

from dashboard.locale import language
from dashboard.place import Place
from dashboard.task_words import task_status_mark
from metrics.queries.task_reports import TaskStanding

Component = Any


def unit_tasks(standings: Iterable[TaskStanding], *, unit: str, place: Place) -> Component:
    """One line a task, each a link to the unit's reports on it."""
    return html.Ul([_line(standing, unit=unit, place=place) for standing in standings], className="unit-tasks")


def _line(standing: TaskStanding, *, unit: str, place: Place) -> Component:
    title = standing.task.title.in_language(language())
    words = f"{standing.task.number} {title}"
    href = place.to(f"/tasks/{standing.task.number}", unit=unit)
    return html.Li([dcc.Link(words, href=href, title=title), task_status_mark(standing.status)])
