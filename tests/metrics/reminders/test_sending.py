"""Reminders over real servers: each once, whoever sends, whatever fails."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from structlog.testing import capture_logs

from metrics.commands.claim_reminder import LEASE, MOST_ATTEMPTS, claim_reminder
from metrics.database import WriteSession
from metrics.models import Reminder
from metrics.reminders.channels import channels
from metrics.reminders.sending import outgoing, send_due
from metrics.settings import Settings
from tests.databases import Database
from tests.mailboxes import Mailbox, Robot, mailbox, robot
from tests.posting import post

OVERDUE = datetime(2019, 10, 6, 2, tzinfo=UTC)  # 10 in the morning, the day after
DUE_SOON = datetime(2019, 10, 4, 2, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
UNITS = ("441202", "441203", "441223")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as found:
        yield found


@pytest.fixture
def group() -> Iterator[Robot]:
    with robot() as found:
        yield found


def configured(**more: Any) -> Settings:
    addresses = {unit: f"{unit}@county.example" for unit in UNITS}
    return Settings(
        **{"reminder_addresses": addresses, "reviewer_addresses": ["bureau@city.example"], "smtp_security": "none"}
        | more
    )


def by_mail(box: Mailbox, **more: Any) -> Settings:
    return configured(smtp_host="127.0.0.1", smtp_port=box.port, smtp_from="标尺 <gauge@city.example>", **more)


def by_robot(group: Robot, **more: Any) -> Settings:
    url = f"http://127.0.0.1:{group.port}/robot/send?key=the-secret-key"
    return configured(webhook_url=SecretStr(url), **more)


def send(given: Settings, now: datetime) -> int:
    return send_due(given, channels(given), now=now)


def states(session: WriteSession) -> dict[str, int]:
    return {row.state: row[1] for row in session.execute(select(Reminder.state, func.count()).group_by(Reminder.state))}


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
    assert one["Subject"] == "[标尺] 2019-09 端州区月报逾期 / Return overdue"
    body = one.get_content()
    assert "应于 2019-10-05 前报送(含当日),已逾期 1 天" in body
    assert "is 1 days late" in body
    assert "https://gauge.example/collect?period=2019-09" in body


def test_who_has_sent_is_not_reminded(session: WriteSession, box: Mailbox) -> None:
    post(session, now=DUE_SOON)
    assert send(by_mail(box), DUE_SOON) == 2
    assert "441202@county.example" not in box.recipients
    assert send(by_mail(box), OVERDUE) == 3
    digest = next(m for m in box.messages if m["To"] == "bureau@city.example")
    assert "10 个单位未报" in digest.get_content()
    assert "端州区" not in digest.get_content()
    assert "粤桂" not in digest.get_content()  # need not report


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


def test_wecom_gets_its_shape(session: WriteSession, group: Robot) -> None:
    assert send(by_robot(group), OVERDUE) == 12  # every unit that must report, and the digest
    path, body = group.asked[0]
    assert path == "/robot/send?key=the-secret-key"
    assert body["msgtype"] == "text"
    assert body["text"]["content"].startswith("[标尺] 2019-09 ")
    assert all(len(asked["text"]["content"].encode()) <= 2048 for _, asked in group.asked)
    assert send(by_robot(group), OVERDUE) == 0


def test_dingtalk_gets_its_shape_and_signature(session: WriteSession, group: Robot) -> None:
    given = by_robot(group, webhook_shape="dingtalk", webhook_secret=SecretStr("SEC-1"))
    assert send(given, OVERDUE) == 12
    path, body = group.asked[0]
    query = parse_qs(urlsplit(path).query)
    moment = query["timestamp"][0]
    expected = hmac.new(b"SEC-1", f"{moment}\nSEC-1".encode(), hashlib.sha256).digest()
    assert base64.b64decode(query["sign"][0]) == expected
    assert body["at"] == {"isAtAll": False}


@pytest.mark.parametrize(
    ("answer", "reason", "state"),
    [
        (
            (200, b'{"errcode":93000,"errmsg":"invalid key the-secret-key"}'),
            "the robot answered errcode 93000",
            "claimed",
        ),
        ((200, b"<html>"), "the robot's answer is no JSON object", "claimed"),
        ((200, b"[1]"), "the robot's answer is no JSON object", "claimed"),
        ((503, b""), "HTTP 503", "claimed"),
        ((404, b""), "HTTP 404", "failed"),
    ],
)
def test_a_robot_that_does_not_take_it_is_noted_without_secrets(
    session: WriteSession, group: Robot, answer: tuple[int, bytes], reason: str, state: str
) -> None:
    group.answers = [answer]
    with capture_logs() as logged:
        assert send(by_robot(group), OVERDUE) == 0
    assert {tuple(row) for row in session.execute(select(Reminder.failure, Reminder.state))} == {(reason, state)}
    assert logged
    assert "the-secret-key" not in str(logged)


def test_a_robot_that_is_away_is_noted(session: WriteSession) -> None:
    given = configured(webhook_url=SecretStr("http://127.0.0.1:9/x?key=the-secret-key"))
    assert send(given, OVERDUE) == 0
    assert set(session.scalars(select(Reminder.failure))) == {"ConnectionRefusedError"}


def test_what_would_be_sent_can_be_seen_without_sending(session: WriteSession, box: Mailbox) -> None:
    given = by_mail(box)
    seen = outgoing(given, channels(given), now=OVERDUE)
    assert [one.to[0] for one in seen] == [*(f"{unit}@county.example" for unit in UNITS), "bureau@city.example"]
    assert states(session) == {}
    assert box.messages == []


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


def test_two_instances_at_once_send_each_reminder_once(clean_database: Database, box: Mailbox) -> None:
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
    command = [sys.executable, "-c", _SENDER, OVERDUE.isoformat()]
    started = [
        subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    sent = [int(process.communicate(timeout=60)[0]) for process in started]
    again = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert (sum(sent), int(again.stdout)) == (3, 0)
    assert box.recipients == ["a@x.example", "b@x.example", "c@x.example"]
