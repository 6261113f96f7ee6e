"""Reminders over real servers: each once, whoever sends, whatever fails."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from metrics.commands.claim_reminder import LEASE, MOST_ATTEMPTS, claim_reminder
from metrics.commands.record_person import PersonGiven, record_person
from metrics.commands.send_material import MaterialGiven, send_material
from metrics.database import WriteSession
from metrics.models import Reminder, User
from metrics.plan.store import plan_at
from metrics.reminders.channels import channels
from metrics.reminders.sending import outgoing
from metrics.settings import Settings
from tests.databases import Database
from tests.mailboxes import Mailbox
from tests.people import person
from tests.posting import REVIEWER, post
from tests.reminding import DUE_SOON, OVERDUE, UNITS, by_mail, configured, send, states
from tests.serving import PATIENCE, Forked, fork_program


def test_each_unit_is_reminded_once_before_and_once_after(session: WriteSession, box: Mailbox) -> None:
    given = by_mail(box, public_url="https://gauge.example/")
    assert send(given, DUE_SOON) == 3
    assert send(given, DUE_SOON + timedelta(days=1)) == 0
    assert box.recipients == [f"{unit}@county.example" for unit in UNITS]
    assert send(given, OVERDUE) == 4
    assert send(given, OVERDUE + timedelta(days=3)) == 0
    assert box.recipients.count("bureau@city.example") == 1
    assert len(box.messages) == 7
    one = next(m for m in box.messages if "逾期" in m["Subject"] and "441202" in m["To"])
    assert one["Subject"] == "[标尺] 2019-09 端州区月报和工作进展情况材料逾期 / Submission and monthly material overdue"
    body = one.get_content()
    assert "应于 2019-10-05 前报送\uff08含当日\uff09\uff0c已逾期1天" in body
    assert "are 1 day late" in body
    assert "https://gauge.example/collect?period=2019-09" in body


def test_who_has_sent_is_not_reminded(session: WriteSession, box: Mailbox) -> None:
    post(session, now=DUE_SOON)
    given = MaterialGiven("441202", "2019-09", problems="无", next_month="第二批", summary="平稳")
    send_material(session, principal=REVIEWER, given=given)
    assert send(by_mail(box), DUE_SOON) == 2
    assert "441202@county.example" not in box.recipients
    assert send(by_mail(box), OVERDUE) == 3
    digest = next(m for m in box.messages if m["To"] == "bureau@city.example")
    assert "10个单位未报" in digest.get_content()
    assert "端州区" not in digest.get_content()
    submissions, materials = next(line for line in digest.get_content().splitlines() if "未报" in line).split("。")[:2]
    assert "粤桂" not in submissions  # need not report
    assert "工作进展情况材料" in materials


@pytest.mark.parametrize(
    "now",
    [
        datetime(2019, 10, 2, 15, tzinfo=UTC),  # three days before
        datetime(2019, 10, 4, 0, 59, tzinfo=UTC),  # a minute to nine in the morning
        datetime(2019, 10, 13, 2, tzinfo=UTC),  # eight days after
    ],
)
def test_nothing_is_sent_outside_its_days_and_hours(session: WriteSession, box: Mailbox, now: datetime) -> None:
    assert send(by_mail(box), now) == 0


def test_nothing_is_sent_unless_a_channel_is_on(session: WriteSession) -> None:
    assert channels(Settings()) == ()
    assert not Settings().reminders
    assert send(configured(), OVERDUE) == 0


def test_a_server_that_refuses_is_tried_again_later_and_then_once(session: WriteSession, box: Mailbox) -> None:
    given = by_mail(box)
    box.refusing = True
    assert send(given, DUE_SOON) == 0
    assert states(session) == {"claimed": 3}
    assert send(given, DUE_SOON + timedelta(minutes=4)) == 0
    assert set(session.scalars(select(Reminder.attempts))) == {1}
    box.refusing = False
    assert send(given, DUE_SOON + timedelta(minutes=6)) == 3
    assert send(given, DUE_SOON + timedelta(minutes=30)) == 0
    assert states(session) == {"sent": 3}
    assert len({message["Message-ID"] for message in box.messages}) == len(box.messages) == 3


def test_attempts_are_bounded(session: WriteSession, box: Mailbox) -> None:
    box.refusing = True
    given = by_mail(box, reminder_addresses={"441202": "a@county.example"})
    for hours in range(12):
        send(given, DUE_SOON + timedelta(hours=hours))
    assert states(session) == {"failed": 1}
    assert session.scalar(select(Reminder.attempts)) == MOST_ATTEMPTS
    assert session.scalar(select(Reminder.failure)) == "SMTPDataError 451"


def test_an_address_that_breaks_the_line_is_given_up(session: WriteSession, box: Mailbox) -> None:
    given = by_mail(box, reminder_addresses={"441202": "a@county.example\r\nBcc: all@county.example"})
    assert send(given, DUE_SOON) == 0
    assert states(session) == {"failed": 1}
    assert box.messages == []


def test_a_claim_is_held_alone_until_its_lease_is_over(session: WriteSession) -> None:
    def claim(now: datetime) -> int | None:
        found = claim_reminder(
            session, unit="441202", period=DUE_SOON.date().replace(day=1), kind="overdue", channel="smtp", now=now
        )
        return None if found is None else found.attempts

    assert claim(OVERDUE) == 1
    assert claim(OVERDUE + LEASE - timedelta(seconds=1)) is None
    assert [claim(OVERDUE + LEASE * n) for n in range(1, 7)] == [2, 3, 4, 5, None, None]


def test_what_would_be_sent_can_be_seen_without_sending(session: WriteSession, box: Mailbox) -> None:
    given = by_mail(box)
    seen = outgoing(given, channels(given), now=OVERDUE)
    assert [one.to[0] for one in seen] == [*(f"{unit}@county.example" for unit in UNITS), "bureau@city.example"]
    assert states(session) == {}
    assert box.messages == []


def test_the_liaison_in_force_gets_the_mail(session: WriteSession, box: Mailbox) -> None:
    plan = plan_at(session)
    for name, since in (("李", "2019-01-01"), ("黄", "2019-10-05"), ("周", "2019-11-01")):
        given = PersonGiven("liaison", name, "", since, email=f"{since}@county.example", reason="任命")
        record_person(session, "441202", plan=plan, principal=REVIEWER, given=given)
    assert send(by_mail(box, reminder_addresses={}), OVERDUE) == 2
    assert box.recipients == ["2019-10-05@county.example", "bureau@city.example"]


def test_a_department_is_written_to_and_told_of_its_material_by_no_robot(session: WriteSession, box: Mailbox) -> None:
    """Some fifty of them in one group would be fifty messages."""
    given = by_mail(
        box, reminder_addresses={"GSDB": "a@department.example"}, webhook_url=SecretStr("http://127.0.0.1:9/x")
    )
    told = outgoing(given, channels(given), now=OVERDUE)
    (mail,) = [one for one in told if one.due.unit == "GSDB"]
    assert mail.to == ("a@department.example",)
    assert "市政务服务数据管理局 2019-09 工作进展情况材料" in mail.words.body
    assert len([one for one in told if not one.channel.needs_address]) == 12  # as of figures alone


def test_nobody_is_reminded_of_a_rehearsal(session: WriteSession, box: Mailbox) -> None:
    person(session, "demo-clerk")
    session.execute(update(User).values(demonstration=True))
    assert send(by_mail(box), OVERDUE) == 0


_SENDER = """
import sys
from datetime import datetime
from metrics.reminders.channels import channels
from metrics.reminders.sending import send_due
from metrics.settings import settings
from metrics.logging import configure_logging
configure_logging("console")
print(send_due(settings(), channels(settings()), now=datetime.fromisoformat(sys.argv[1])))
"""


def test_two_instances_at_once_send_each_reminder_once(clean_database: Database, box: Mailbox, tmp_path: Path) -> None:
    environment = (
        os.environ
        | clean_database.environment()
        | {
            "BIAOCHI_SMTP_HOST": "127.0.0.1",
            "BIAOCHI_SMTP_PORT": str(box.port),
            "BIAOCHI_SMTP_SECURITY": "none",
            "BIAOCHI_REMINDER_ADDRESSES": '{"441202":"a@x.example","441203":"b@x.example","441223":"c@x.example"}',
        }
    )

    def started(number: int) -> Forked:
        said = str(tmp_path / f"{number}")
        return fork_program([OVERDUE.isoformat()], variables=environment, script=_SENDER, place=said)

    assert [process.wait(PATIENCE) for process in [started(0), started(1)]] == [0, 0]
    assert started(2).wait(PATIENCE) == 0
    sent = [int((tmp_path / f"{number}").read_text().splitlines()[-1]) for number in range(3)]
    assert (sum(sent), sent[2]) == (3, 0)
    assert box.recipients == ["a@x.example", "b@x.example", "c@x.example"]
