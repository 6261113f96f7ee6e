"""Checkpoints leave the building: sent on a schedule, tried again, told if they do not arrive; and published."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from starlette.testclient import TestClient

from metrics.database import use_sessions
from metrics.doctor.line import Grade
from metrics.doctor.witness_lines import recipient_lines
from metrics.ledger.verifying.checkpoint import open_checkpoint
from metrics.models import AuditEntry, User
from metrics.reminders.channels import channels
from metrics.reminders.checkpoints import first_day, send_checkpoints
from metrics.settings import Settings, settings
from tests.mailboxes import Mailbox, mailbox
from tests.people import person
from tests.ports import free_port
from tests.trust.installation import Installation
from tests.witnesses import Answer, served

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
SOON, TOMORROW = NOW + timedelta(minutes=6), NOW + timedelta(days=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as found:
        yield found


def given(box: Mailbox | None, *to: str, **more: object) -> Settings:
    mail = {} if box is None else {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_security": "none"}
    return Settings.model_validate({**mail, "checkpoint_to": to, **more})


def send(service: Installation, configured: Settings, now: datetime) -> int:
    with use_sessions(service.sessions):
        return send_checkpoints(configured, channels(configured), now=now)


def told(service: Installation, configured: Settings) -> list[tuple[Grade, str]]:
    with service.sessions.read() as session:
        return [(line.grade, line.found.en) for line in recipient_lines(session, configured)]


def test_each_recipient_gets_one_a_day_that_can_be_checked(service: Installation, box: Mailbox) -> None:
    taken: list[bytes] = []

    def take(content: bytes) -> Answer:
        taken.append(content)
        return 204, "text/plain", b""

    with served(take) as url:
        configured = given(box, "audit@example.org", f"{url}/checkpoints")
        assert send(service, configured, NOW) == 0  # there is none yet
        service.post()
        first = service.sign()
        assert [send(service, configured, now) for now in (NOW, SOON)] == [2, 0]
        service.post()
        second = service.sign()
        assert [send(service, configured, now) for now in (SOON, TOMORROW)] == [0, 2]
    assert taken == [first.note.encode(), second.note.encode()]
    (file,) = box.messages[0].iter_attachments()
    assert file.get_filename() == f"biaochi-checkpoint-{first.size}.txt"
    content = file.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert open_checkpoint(content, service.keys()).root == first.root
    body = box.messages[0].get_body()
    assert body is not None
    assert f"前{first.size}条" in body.get_content()
    assert told(service, configured) == [(Grade.OK, "Checkpoints go to 2 recipients.")]
    with service.sessions.read() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "ledger.checkpoint.send")).all()
    assert [(row.channel, row.outcome, row.subject) for row in rows] == [
        ("service", "done", f"{size} {to}") for size in (first.size, second.size) for to in configured.checkpoint_to
    ]


def test_what_does_not_arrive_is_tried_again_and_told_and_stops_nobody(
    service: Installation, box: Mailbox, application: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.post()
    service.sign()
    box.refusing = True
    answers = [500, 302]

    def refuse(_: bytes) -> Answer:
        return answers.pop(0), "http://127.0.0.1:1/", b""

    with served(refuse) as url:
        configured = given(box, "audit@example.org", url, f"http://127.0.0.1:{free_port()}/")
        assert send(service, configured, NOW) == 0
        service.post()
        ((grade, said),) = told(service, configured)
        assert grade is Grade.WARN
        assert "audit@example.org (SMTPDataError 451); " in said
        assert f"{url} (HTTP 500); " in said
        assert "(away: ConnectionRefusedError)" in said
        monkeypatch.setenv("BIAOCHI_CHECKPOINT_TO", ", ".join(configured.checkpoint_to))
        settings.cache_clear()
        with use_sessions(service.sessions), TestClient(application, base_url="http://127.0.0.1:8000") as client:
            ready = client.get("/readyz")
        assert ready.status_code == 200
        assert "checkpoints do not reach 3 of 3 recipients" in ready.json()["warnings"]
        box.refusing = False
        assert send(service, configured, NOW + timedelta(minutes=1)) == 0  # not yet
        assert send(service, configured, SOON) == 1
        assert send(service, configured, SOON + timedelta(minutes=30)) == 0  # a redirection is final
    assert answers == []
    assert "audit@example.org" not in told(service, configured)[0][1]
    without = given(None, "audit@example.org")
    assert send(service, without, TOMORROW) == 0
    assert "no mail server is set" in told(service, without)[0][1]


def test_nothing_is_sent_of_a_rehearsal(service: Installation, box: Mailbox) -> None:
    service.post()
    service.sign()
    with service.sessions.write() as session:
        person(session, "demo")
        session.execute(update(User).values(demonstration=True))
    assert send(service, given(box, "audit@example.org"), NOW) == 0
    assert box.messages == []


def test_days_are_counted_alike_by_every_instance() -> None:
    found = {first_day(NOW + timedelta(days=day), days=7) for day in range(21)}
    assert len(found) in (3, 4)
    assert {(max(found) - day).days % 7 for day in found} == {0}
    for wrong in ("audit", "https://x.example/?key=1", "ftp://x.example", "a@b"):
        with pytest.raises(ValueError, match="checkpoint_to"):
            given(None, wrong)


def test_the_newest_is_published_to_anybody(service: Installation, application: FastAPI) -> None:
    with use_sessions(service.sessions), TestClient(application, base_url="http://127.0.0.1:8000") as client:
        assert client.get("/api/v1/checkpoint").json()["code"] == "checkpoint_missing"
        service.post()
        signed = service.sign()
        service.post()
        found = client.get("/api/v1/checkpoint")
        assert (found.status_code, found.text) == (200, signed.note)  # nothing is signed for a stranger
        assert client.get("/api/v1/ledger/checkpoint").status_code == 401
        size = signed.note.split("\n")[1]
        proof = client.get("/api/v1/ledger/consistency", params={"from": "1", "to": size}).json()
        assert proof["second_root"] == base64.b64decode(signed.note.split("\n")[2]).hex()
