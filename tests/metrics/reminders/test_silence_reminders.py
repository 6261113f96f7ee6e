"""Reminders of tasks that nobody reports on: to the unit, a month later to who leads the task, then to the bureau."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.database import WriteSession
from metrics.reminders.channels import channels
from metrics.reminders.sending import Outgoing, outgoing
from metrics.task_reports import TaskState
from tests.mailboxes import Mailbox
from tests.posting import REVIEWER
from tests.reminding import by_mail, send

ADDRESSES = {"441202": "unit@county.example", "441200-SELF": "lead@city.example"}


def after_due(month: int, year: int = 2019) -> datetime:
    """The morning of the 12th, on which what is owed for the month before is late whatever holidays there are."""
    return datetime(year, month, 12, 2, tzinfo=UTC)


def reported(session: WriteSession, number: int, unit: str, period: str, state: TaskState) -> None:
    report_task(session, number, principal=REVIEWER, given=TaskReportGiven(unit, period, state, "进展"))


def silences(box: Mailbox, now: datetime) -> list[Outgoing]:
    given = by_mail(box, reminder_addresses=ADDRESSES, public_url="https://gauge.example/")
    return [one for one in outgoing(given, channels(given), now=now) if one.due.kind.startswith("silence")]


def test_nobody_is_told_of_silence_before_anybody_reported(session: WriteSession, box: Mailbox) -> None:
    assert silences(box, after_due(12)) == []
    reported(session, 11, "441203", "2019-09", TaskState.DONE)
    assert silences(box, after_due(12)) != []


def test_silence_is_told_to_the_unit_then_to_who_leads_then_to_the_bureau(session: WriteSession, box: Mailbox) -> None:
    reported(session, 11, "441202", "2019-09", TaskState.IN_PROGRESS)

    def told(now: datetime) -> dict[str, list[str]]:
        """Who is told that 端州区 is silent on task 11, and on which other tasks."""
        found = {}
        for one in silences(box, now):
            pattern = r"个月\uff1a任务 ([\d、]+)" if one.due.unit == "441202" else r"端州区任务 ([\d、]+)"
            numbers = [n for part in re.findall(pattern, one.words.body) for n in part.split("、")]
            if "11" in numbers:
                found[one.to[0]] = numbers
        return found

    assert told(after_due(11)) == {}
    assert told(after_due(12)) == {"unit@county.example": ["11"]}  # of all others it never said anything
    assert set(told(after_due(1, 2020))) == {"unit@county.example", "lead@city.example"}
    assert set(told(after_due(2, 2020))) == {"unit@county.example", "lead@city.example", "bureau@city.example"}
    reported(session, 11, "441202", "2020-01", TaskState.IN_PROGRESS)
    assert told(after_due(2, 2020)) == {}


def test_what_is_silent_is_told_once_a_month_with_where_to_go(session: WriteSession, box: Mailbox) -> None:
    reported(session, 11, "441202", "2019-09", TaskState.IN_PROGRESS)
    given = by_mail(box, reminder_addresses=ADDRESSES)
    first = send(given, after_due(12))
    assert first > 0
    assert send(given, after_due(12)) == 0
    (unit,) = [one for one in silences(box, after_due(12)) if one.key.startswith("441202/2019-11-01/silence_unit")]
    assert "has said nothing of" in unit.words.body
    assert "https://gauge.example/tasks?state=silent&show=reports&month=2019-11&unit=441202" in unit.words.body
    assert "2 months: task 11" in unit.words.body
    assert "从未报告\uff1a任务" in unit.words.body


def test_nothing_of_silence_before_reports_of_the_month_are_late(session: WriteSession, box: Mailbox) -> None:
    reported(session, 11, "441202", "2019-09", TaskState.IN_PROGRESS)
    assert silences(box, datetime(2019, 12, 4, 2, tzinfo=UTC)) == []
