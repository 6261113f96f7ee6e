"""The signer remembers: what stops it, what does not, and what is said of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from metrics.cli.keeping import LedgerWatch
from metrics.commands.create_release import create_release
from metrics.commands.issue_checkpoint import declare_restored, issue_checkpoint
from metrics.database import Sessions, use_sessions
from metrics.errors import Conflict, Unavailable
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.continuation import last_refusal, remember_what_is_there
from metrics.ledger.epochs import epochs
from metrics.ledger.memory import memory_file, read_memory
from metrics.ledger.tiles import has_tile_to_store, stored_size, stored_tree
from metrics.ledger.tree import TILE
from metrics.principal import Role
from metrics.results import Basis
from tests.builders import whole_submission
from tests.callers import caller, refusal
from tests.databases import Server
from tests.posting import REVIEWER, post
from tests.trust.installation import EVERYBODY, UNITS, Installation, cut, restored
from tests.trust.test_signer_and_leaves import filled
from tests.trust.test_tampering import REHASH


def test_a_restore_that_is_declared_begins_an_epoch_that_everybody_is_told_of(
    service: Installation, server: Server
) -> None:
    service.post()
    service.sign()
    with server.database(template=service.backup()) as backup:
        service.post()
        kept = service.sign()
        after = restored(service, backup)
        with after.sessions.write() as session:
            found = stored_size(session), stored_tree(session, size=stored_size(session)).root().hex()
            issued = declare_restored(session, actor="biaochi ledger restored", reason="磁盘损坏")
        assert issued.note.splitlines()[3] == "epoch 2"
        assert after.look() is None
        with after.sessions.read() as session:
            (epoch,) = epochs(session)
            assert list(check_ledger(session)) == []
        assert (epoch.number, epoch.cause, epoch.reason) == (2, "restored", "磁盘损坏")
        assert epoch.remembered is not None
        assert (epoch.remembered.size, epoch.remembered.root) == (kept.size, kept.root.hex())
        assert (epoch.found.size, epoch.found.root) == found
        remembered = read_memory()
        assert remembered is not None
        assert (remembered.size, remembered.root, remembered.epoch) == (issued.size, issued.root, 2)
        after.post()
        assert after.sign().note.splitlines()[3] == "epoch 2"
        with pytest.raises(Conflict, match="nothing_restored"), after.sessions.write() as session:
            declare_restored(session, actor="x", reason="x")
        assert service.look() == "ledger_set_back"  # the database that was replaced is not taken back unsaid
        with use_sessions(service.sessions):
            told = last_refusal()
        assert told is not None
        assert "the signer is in epoch 2, this is epoch 1" in told.message.en


def test_a_memory_that_is_gone_or_broken_is_said_until_it_is_back_or_declared(service: Installation) -> None:
    service.post()
    service.sign()
    kept = memory_file().read_bytes()
    memory_file().unlink()
    assert service.look() == "ledger_memory_missing"
    with pytest.raises(Unavailable, match="ledger_memory_missing"):
        service.post()
    for broken in (b"", b"{}", b"[]", b'{"size": "1", "root": "", "epoch": 1}', b"\xff"):
        memory_file().write_bytes(broken)
        assert service.look() == "ledger_memory_unreadable"
        with pytest.raises(Unavailable, match="ledger_memory_unreadable"):
            service.sign()
    memory_file().write_bytes(kept)
    service.post()
    memory_file().write_bytes(b"")
    with service.sessions.write() as session:
        declare_restored(session, actor="x", reason="记忆文件损坏")
    service.post()
    with service.sessions.read() as session:
        assert [(epoch.number, epoch.remembered) for epoch in epochs(session)] == [(2, None)]


def test_the_first_start_after_an_earlier_version_is_declared_once(service: Installation) -> None:
    service.post()
    service.sign()
    with service.database.as_owner() as connection:  # as an earlier version left it
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(
            text("update ledger_entries set leaf = replace(leaf, :said, '') where kind = 'key'"),
            {"said": '"epoch":1,'},
        )
        seq = connection.scalar(text("select seq from ledger_entries where kind = 'key'"))
        connection.execute(text(REHASH.format(seq=seq)))
        connection.execute(text("delete from ledger_checkpoints"))
    memory_file().unlink()
    service.post()
    assert service.look() is None
    service.sign()
    service.post()
    service.sign()
    with service.sessions.read() as session:
        assert [(epoch.number, epoch.cause) for epoch in epochs(session)] == [(1, "began")]
    memory_file().unlink()
    assert service.look() == "ledger_memory_missing"


def test_what_was_undone_is_not_remembered(service: Installation) -> None:
    service.post()
    service.sign()
    before = read_memory()
    with service.sessions.write() as session:
        create_release(session, principal=REVIEWER, notes="试", basis=Basis.SUBMITTED, dry_run=True)
    with pytest.raises(ZeroDivisionError):
        _sign_and_fail(service)
    assert read_memory() == before
    service.post()
    assert service.look() is None


def _sign_and_fail(service: Installation) -> None:
    with service.sessions.write() as session:
        post(session, unit="441203", principal=EVERYBODY, period="2019-05")
        issue_checkpoint(session)
        raise ZeroDivisionError


def test_what_was_committed_and_not_remembered_any_more_stops_nothing(
    service: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies after the commit gave nothing out."""
    service.post()
    service.sign()
    service.post()
    with monkeypatch.context() as patch:
        patch.setattr("metrics.commands.issue_checkpoint.write_memory", _dies)
        with pytest.raises(KeyboardInterrupt):
            service.sign()
    assert service.look() is None
    service.post()
    size = service.sign().size
    remembered = read_memory()
    assert remembered is not None
    assert remembered.size == size


def _dies(_: object) -> None:
    raise KeyboardInterrupt


def test_what_was_recorded_since_is_remembered_before_it_is_signed(service: Installation, server: Server) -> None:
    """A backup of what was signed is older than what was taken in."""
    service.post()
    signed = service.sign()
    with server.database(template=service.backup()) as backup:
        size = service.post()
        with use_sessions(service.sessions):
            remember_what_is_there()
        remembered = read_memory()
        assert remembered is not None
        assert (remembered.size, signed.size) == (size, size - 1)
        assert restored(service, backup).look() == "ledger_set_back"
        assert service.look() is None
        assert service.sign().size == size


def test_a_memory_that_cannot_be_written_signs_nothing(service: Installation, place: Path) -> None:
    (place / "ledger.key.head.new").mkdir()
    service.post()
    with pytest.raises(Unavailable, match="ledger_memory_unwritable"):
        service.sign()


def test_many_instances_sign_in_order_beside_each_other(service: Installation) -> None:
    """One memory, one database, many who sign and post at once: nobody is refused, and the last head is remembered."""
    service.post()
    service.sign()

    def work(number: int) -> int:
        with Sessions(service.database.engine).write() as session:
            post(session, unit=UNITS[number % 5], period=f"2019-0{3 + number // 5}", principal=EVERYBODY)
            return issue_checkpoint(session).size

    with ThreadPoolExecutor(4) as pool:
        sizes = list(pool.map(work, range(20)))
    remembered = read_memory()
    assert remembered is not None
    assert remembered.size == max(sizes)
    assert service.look() is None
    assert memory_file().stat().st_mode & 0o777 == 0o600


def test_readiness_pages_posts_and_the_audit_say_so(service: Installation, application: FastAPI) -> None:
    stands = whole_submission(unit=UNITS[0], period="2019-01")
    service.post()
    with use_sessions(service.sessions), TestClient(application, base_url="http://127.0.0.1:8000") as client:
        with service.sessions.write() as session:
            clerk = caller(client, session, "chen", Role.CLERK, {"441202"})
        watch = LedgerWatch()
        watch()
        assert client.get("/readyz").json()["warnings"] == []
        assert clerk.post(stands).json()["changed"] == 0
        cut(service, after=2)
        watch()
        watch()
        ready = client.get("/readyz")
        assert (ready.status_code, ready.headers["retry-after"]) == (503, "5")
        assert ready.json()["reasons"][0].startswith("ledger_set_back: The ledger was set back")
        body = {"unit": "441202", "period": "2019-04", "values": {"items_new": 7, "items_cancelled": 0}}
        assert refusal(clerk.post(body), 503)["code"] == "ledger_set_back"
        assert refusal(clerk.post(stands), 503)["code"] == "ledger_set_back"  # nor is it said that something stands
        checkpoint = client.get("/api/v1/ledger/checkpoint", headers=clerk.headers)
        assert refusal(checkpoint, 503)["code"] == "ledger_set_back"
        told = last_refusal()
        assert told is not None
        with service.sessions.read() as session:
            rows = session.execute(
                text("select channel, action from audit where code = 'ledger_set_back' and outcome = 'failed'")
            ).all()
        assert {tuple(row) for row in rows} == {("service", "ledger.checkpoint"), ("api", "submission.post")}
        assert len(rows) == 3  # two posts, and the service once
        tried = client.post("/api/v1/submissions?dry_run=true", json=body, headers=clerk.headers)
        assert refusal(tried, 503)["code"] == "ledger_set_back"
        with service.sessions.write() as session:
            declare_restored(session, actor="x", reason="试")
        watch()
        filled(service, TILE)
        watch()
        with service.sessions.read() as session:  # by what is there, or what comes in waits its ten minutes
            assert not has_tile_to_store(session)
        assert client.get("/readyz").status_code == 200
        assert last_refusal() is None
