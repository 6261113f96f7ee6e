"""Tasks that a plan prints more than once (twins): one report counts for all of them, and they are counted once. Pure.

Each keeps its own date. What a unit says of one itself goes before what it says of a twin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from metrics.plan.model import Plan, Task
from metrics.task_reports import TaskStatus, worst

Report = TypeVar("Report")


def twins_of(plan: Plan, task: Task) -> tuple[int, ...]:
    """The numbers of the other tasks that are the same work, in the plan's order."""
    same = _same_work(task)
    return tuple(other.number for other in plan.tasks if other.number != task.number and _same_work(other) == same)


def counting_report(same: Iterable[int], newest: Mapping[int, Report]) -> Report | None:
    """What counts as the unit's report on a task: its own, else the first of a twin.

    `same`: the task's number, then those of its twins; `newest`: by task, of one unit.
    """
    return next((newest[number] for number in same if number in newest), None)


def counted_once(tasks: Iterable[tuple[Task, TaskStatus]]) -> list[TaskStatus]:
    """The statuses of tasks, the worst of twins for all of them."""
    same: dict[int, list[TaskStatus]] = {}
    for task, status in tasks:
        same.setdefault(_same_work(task), []).append(status)
    return [worst(statuses) for statuses in same.values()]


def how_many(tasks: Iterable[Task]) -> int:
    """How many tasks there are, twins as one."""
    return len({_same_work(task) for task in tasks})


def counted_as_one(tasks: Iterable[Task]) -> list[tuple[int, ...]]:
    """Which of `tasks` are counted as one, by their numbers; nothing for those of which no twin is among them."""
    same: dict[int, list[int]] = {}
    for task in tasks:
        same.setdefault(_same_work(task), []).append(task.number)
    return [tuple(sorted(numbers)) for numbers in same.values() if len(numbers) > 1]


def _same_work(task: Task) -> int:
    return task.twin_of or task.number
