"""Tasks that the plan prints more than once: one report counts for all, each keeps its date, they are counted once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import event

from metrics.database import SNAPSHOT, WriteSession
from metrics.periods import JudgedMonth
from metrics.queries.task_reports import task_standings
from metrics.queries.view import view_at
from metrics.supervision.twin_tasks import counted_as_one, counted_once, how_many, twins_of
from metrics.task_reports import TaskState, TaskStatus
from tests.dashboard.pages.test_task import report
from tests.metrics.test_task_reports import plan, task

CITY, COUNTY = "441200-SELF", "441202"
DONE, SILENT, ON_ITS_WAY, OVERDUE = TaskStatus.DONE, TaskStatus.SILENT, TaskStatus.IN_PROGRESS, TaskStatus.OVERDUE


def come_to(session: WriteSession, number: int, on: str) -> tuple[TaskStatus, int | None]:
    """What the task of the city departments has come to, and on which task they said so."""
    month = JudgedMonth.of_day(date.fromisoformat(on))
    (standing,) = task_standings(session, view_at(session), tasks=[task(number)], month=month, units=[CITY])
    (one,) = standing.units
    return one.judged.status, None if one.newest is None else one.newest.task


def test_who_is_a_twin_is_read_from_the_plan() -> None:
    assert [twins_of(plan(), task(number)) for number in (6, 22, 9, 40, 1)] == [
        (12, 22, 34),
        (6, 12, 34),
        (40,),
        (9,),
        (),
    ]


def test_one_report_counts_for_all_and_each_keeps_its_own_date(session: WriteSession) -> None:
    report(session, 6, CITY, "2019-09")
    assert [come_to(session, number, "2019-09-30") for number in (6, 12, 34)] == [(ON_ITS_WAY, 6)] * 3
    assert come_to(session, 12, "2020-07-31") == (OVERDUE, 6)  # June 2020; the others roll on
    assert come_to(session, 6, "2020-07-31") == (SILENT, 6)
    report(session, 12, CITY, "2020-07", TaskState.DONE)
    assert come_to(session, 12, "2020-07-31") == (DONE, 12)
    assert come_to(session, 6, "2020-07-31") == (ON_ITS_WAY, 6)  # its own word, and no longer silent


def test_twins_are_counted_once() -> None:
    numbers = (6, 12, 22, 34, 9, 40, 1)
    assert how_many(task(number) for number in numbers) == 3
    assert counted_as_one(task(number) for number in numbers) == [(6, 12, 22, 34), (9, 40)]
    assert counted_as_one(task(number) for number in (6, 9, 1)) == []
    statuses = {6: DONE, 12: OVERDUE, 1: SILENT}
    assert counted_once((task(number), status) for number, status in statuses.items()) == [OVERDUE, SILENT]


def test_in_one_snapshot_a_report_is_read_once_and_one_unit_stands_as_among_all(session: WriteSession) -> None:
    for number, unit in ((6, CITY), (1, CITY), (1, COUNTY)):
        report(session, number, unit, "2019-09")
    view, month = view_at(session), JudgedMonth.of_day(date(2019, 9, 30))
    whole = {one.task.number: one.units for one in task_standings(session, view, tasks=plan().tasks, month=month)}
    read: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *given: read.append(given[2]))
    session.info[SNAPSHOT] = {}  # as in a session that only reads
    for unit in (CITY, COUNTY):
        read.clear()
        for tasks in ([task(12), task(1)], [task(6), task(1)]):
            for one in task_standings(session, view, tasks=tasks, month=month, units=[unit]):
                assert one.units == tuple(known for known in whole[one.task.number] if known.unit == unit)
        assert sum("FROM task_reports" in statement for statement in read) == 1
