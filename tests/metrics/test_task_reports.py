"""What tasks come to: by what their units say, by their dates where those count, and by two months of silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import permutations

import pytest

from metrics.cli.plan import CITY_PLAN
from metrics.periods import JudgedMonth
from metrics.plan.files import read_plan
from metrics.plan.model import Plan, Task
from metrics.results import Light
from metrics.task_reports import (
    LIGHTS,
    TaskState,
    TaskStatus,
    judge_task,
    last_due_day,
    said_together,
    turns_red_by_date,
    worst,
)

DONE, ON_ITS_WAY, BLOCKED, NOT_STARTED = TaskState.DONE, TaskState.IN_PROGRESS, TaskState.BLOCKED, TaskState.NOT_STARTED
PAST_AT_ISSUE = (8, 11, 16, 26, 37, 39)


@cache
def plan() -> Plan:
    return read_plan(CITY_PLAN)


def task(number: int) -> Task:
    return next(task for task in plan().tasks if task.number == number)


def judged(number: int, on: str, *, month: str | None = None, state: TaskState = ON_ITS_WAY) -> tuple[str, str, bool]:
    newest = None if month is None else (date.fromisoformat(f"{month}-01"), state)
    found = judge_task(plan(), task(number), newest=newest, month=JudgedMonth.of_day(date.fromisoformat(on)))
    return found.status.value, found.light.value, found.silent


@pytest.mark.parametrize(
    ("number", "on", "month", "state", "status", "light"),
    [
        (15, "2019-09-30", "2019-09", ON_ITS_WAY, "in_progress", "green"),  # the due day itself is in time
        (15, "2019-10-01", "2019-09", ON_ITS_WAY, "overdue", "red"),
        (15, "2019-10-31", "2019-10", BLOCKED, "overdue", "red"),
        (15, "2020-10-31", "2019-09", DONE, "done", "green"),
        (15, "2019-08-31", "2019-08", BLOCKED, "blocked", "amber"),
        (15, "2019-08-31", "2019-08", NOT_STARTED, "not_started", "amber"),
        (4, "2019-12-31", "2019-12", ON_ITS_WAY, "in_progress", "green"),  # its last date is June 2020
        (4, "2020-07-31", "2020-07", ON_ITS_WAY, "overdue", "red"),
        (1, "2020-12-31", "2020-11", ON_ITS_WAY, "in_progress", "green"),  # rolling: one month of silence is allowed
        (1, "2020-12-31", "2020-10", ON_ITS_WAY, "silent", "amber"),
        (1, "2020-12-31", "2020-10", DONE, "silent", "amber"),  # what rolls on is never done for good
        (6, "2020-12-31", "2020-12", ON_ITS_WAY, "in_progress", "green"),  # June 2019, then rolling: never red
        (13, "2020-12-31", "2020-12", ON_ITS_WAY, "in_progress", "green"),  # by the province: never red
        (13, "2020-12-31", "2020-10", ON_ITS_WAY, "silent", "amber"),
        (13, "2020-12-31", "2020-01", DONE, "done", "green"),
        (9, "2020-12-31", None, ON_ITS_WAY, "silent", "amber"),
        (15, "2020-12-31", None, ON_ITS_WAY, "not_reported", "grey"),  # what nobody said is not known
    ],
)
def test_a_task_is_what_its_unit_says_until_its_date_or_two_months_of_silence(
    number: int, on: str, month: str | None, state: TaskState, status: str, light: str
) -> None:
    assert judged(number, on, month=month, state=state)[:2] == (status, light)


def test_the_six_tasks_that_were_past_when_issued_are_to_be_confirmed_until_a_report_says_otherwise() -> None:
    assert tuple(task.number for task in plan().tasks if task.past_at_issue) == PAST_AT_ISSUE
    for number in PAST_AT_ISSUE:
        assert judged(number, "2020-12-31") == ("to_be_confirmed", "grey", True)
        assert judged(number, "2019-03-31", month="2019-03")[0] == "in_progress"
        assert judged(number, "2019-03-31", month="2019-03", state=DONE)[0] == "done"


def test_nothing_rolling_dated_by_the_province_or_past_when_issued_is_ever_red() -> None:
    for each in plan().tasks:
        statuses = {
            judged(each.number, "2030-12-31", month=month, state=state)[0]
            for month in (None, "2019-03", "2030-12")
            for state in TaskState
        }
        red = each.number not in PAST_AT_ISSUE and not each.rolling and not each.province_coordinated
        assert ("overdue" in statuses) == (red and last_due_day(plan(), each) is not None) == turns_red_by_date(each)


def test_silence_is_two_ended_months_without_a_report_whatever_the_day() -> None:
    assert judged(1, "2019-11-29", month="2019-08") == ("silent", "amber", True)  # September and October
    assert judged(1, "2019-10-30", month="2019-08") == ("in_progress", "green", False)  # October has not ended
    assert judged(15, "2019-08-31", month="2019-05")[2] is True
    assert judged(15, "2019-12-31", month="2019-09", state=DONE)[2] is False
    assert judged(1, "2019-03-30")[2] is False  # the plan was issued in February
    assert judged(1, "2019-03-31")[2] is True


def test_every_task_is_owed_by_somebody_and_bureaus_report_as_the_city_departments() -> None:
    owing = {each.number: plan().owing_units[each.number] for each in plan().tasks}
    assert all(owing.values())
    for each in plan().tasks:
        assert set(each.named_units) <= set(owing[each.number])
        assert set(owing[each.number]) - set(each.named_units) <= {"441200-SELF"}
    assert owing[6] == ("441200-SELF",)  # bureaus alone
    assert "441200-SELF" not in owing[23] or any(body.code == "GSDB" for body in task(23).responsible)
    assert owing[50][0] == "441200-SELF"  # a bureau leads, three counties pilot
    assert sum("ZQ-YUEGUI" in units for units in owing.values()) == 18


def test_a_task_shows_the_worst_that_is_known_of_its_units() -> None:
    known = [TaskStatus.DONE, TaskStatus.NOT_REPORTED, TaskStatus.BLOCKED, TaskStatus.IN_PROGRESS]
    assert worst(known) is TaskStatus.BLOCKED
    assert worst([*known, TaskStatus.OVERDUE]) is TaskStatus.OVERDUE
    assert worst([TaskStatus.NOT_REPORTED, TaskStatus.IN_PROGRESS]) is TaskStatus.IN_PROGRESS


def test_a_task_is_done_only_if_every_unit_that_owes_it_said_so() -> None:
    assert worst([TaskStatus.DONE, *[TaskStatus.NOT_REPORTED] * 11]) is TaskStatus.NOT_REPORTED
    assert worst([TaskStatus.DONE, TaskStatus.TO_BE_CONFIRMED]) is TaskStatus.TO_BE_CONFIRMED
    assert worst([TaskStatus.DONE, TaskStatus.DONE]) is TaskStatus.DONE


def test_every_status_has_its_light_and_only_what_is_overdue_is_red() -> None:
    assert worst([]) is TaskStatus.NOT_REPORTED
    assert set(LIGHTS) == set(TaskStatus)
    assert {status for status, light in LIGHTS.items() if light is Light.RED} == {TaskStatus.OVERDUE}


@dataclass(frozen=True)
class Said:
    who: str
    period: date
    state: TaskState


def test_of_several_who_count_as_one_the_least_advanced_of_the_newest_month_speaks() -> None:
    august, september = date(2019, 8, 1), date(2019, 9, 1)
    done, early = Said("a", september, DONE), Said("b", august, BLOCKED)
    assert all(said_together(order) is done for order in permutations([done, early]))
    for state in (ON_ITS_WAY, NOT_STARTED, BLOCKED):
        behind = Said("c", september, state)
        assert all(said_together(order) is behind for order in permutations([done, early, behind]))
    assert said_together([Said("x", august, DONE), Said("y", august, DONE)]).who == "x"
