"""Chat robots: what they get, and what becomes of it when they do not take it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from structlog.testing import capture_logs

from metrics.database import WriteSession
from metrics.models import Reminder
from tests.mailboxes import Robot
from tests.reminding import OVERDUE, by_robot, configured, send


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
