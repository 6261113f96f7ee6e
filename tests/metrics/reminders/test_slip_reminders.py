"""Reminders of supervision slips: to the unit near the day and after it, then to leader and bureau, each once."""

from __future__ import annotations

from datetime import UTC, datetime

from metrics.commands.act_on_slip import ActGiven, act_on_slip
from metrics.commands.issue_slip import SlipGiven, issue_slip
from metrics.database import WriteSession
from metrics.principal import Principal, Role
from metrics.supervision.slips import SlipAct
from tests.mailboxes import Mailbox
from tests.reminding import by_mail, send

BUREAU = Principal(2, "bureau", "局", Role.REVIEWER)
CLERK = Principal(3, "chen", "陈", Role.CLERK, units=frozenset({"441202"}))


def at(day: int) -> datetime:
    return datetime(2019, 10, day, 2, tzinfo=UTC)


def act(session: WriteSession, seen: int, given: ActGiven, by: Principal, day: int) -> None:
    act_on_slip(session, "2019-1", principal=by, given=given, if_match=f'"slip-2019-1-{seen}"', simulated_at=at(day))


def test_a_slip_is_reminded_of_near_its_day_after_it_and_then_escalated(session: WriteSession, box: Mailbox) -> None:
    asked = SlipGiven("441202", "可办率未达标", "请整改", "2019-10-16")
    issue_slip(session, principal=BUREAU, given=asked, simulated_at=at(1))
    given = by_mail(box, public_url="https://gauge.example/")
    assert [send(given, at(day)) for day in (13, 16, 16, 17, 20, 24, 30)] == [0, 1, 0, 1, 0, 1, 0]
    assert [message["To"] for message in box.messages] == ["441202@county.example"] * 2 + ["bureau@city.example"]
    soon, late, escalated = (message.get_content() for message in box.messages)
    assert "督办〔2019〕1号“可办率未达标”应于 2019-10-16 前答复" in soon
    assert "已逾期1天" in late
    assert "逾期8天仍未答复" in escalated
    assert "https://gauge.example/supervise/slips/2019-1" in escalated


def test_a_new_day_begins_anew_and_an_answer_ends_it(session: WriteSession, box: Mailbox) -> None:
    asked = SlipGiven("441202", "可办率未达标", "请整改", "2019-10-16")
    issue_slip(session, principal=BUREAU, given=asked, simulated_at=at(1))
    given = by_mail(box)
    assert send(given, at(16)) == 1
    act(session, 1, ActGiven(SlipAct.RECEIVE), CLERK, 16)
    act(session, 2, ActGiven(SlipAct.ASK_EXTENSION, text="系统改造", due_on="2019-10-22"), CLERK, 16)
    act(session, 3, ActGiven(SlipAct.GRANT_EXTENSION), BUREAU, 17)
    assert [send(given, at(day)) for day in (17, 22, 22)] == [0, 1, 0]
    act(session, 4, ActGiven(SlipAct.ANSWER, text="已整改"), CLERK, 22)
    assert [send(given, at(day)) for day in (23, 30)] == [0, 0]
