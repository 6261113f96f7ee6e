"""A new key has the word of the old one, or is shown as one that has not; a restore is told to who verifies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from metrics.commands.issue_checkpoint import declare_restored, rotate_key
from metrics.database import ReadSession, WriteSession, use_sessions
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.continuation import require_continuation
from metrics.ledger.keys import next_key_file
from metrics.ledger.standing import Standing, standing
from metrics.principal import Role
from metrics.queries.ledger import known_keys
from tests.callers import caller
from tests.trust.archive import Archive, archive
from tests.trust.installation import Installation, cut


def test_a_key_is_handed_over_by_the_old_one_or_shown_as_one_that_was_not(service: Installation, place: Path) -> None:
    service.post()
    service.sign()
    with service.sessions.write() as session:
        rotated = rotate_key(session, actor="x", reason="每年更换")
    assert "handed" not in rotated.note
    (place / "ledger.key").unlink()
    with service.sessions.write() as session:
        lost = rotate_key(session, actor="x", reason="遗失")
        keys = known_keys(session)
    assert [key.handed_over for key in keys] == [None, True, False]
    assert f"key {keys[-1].key_id} was not handed over" in lost.note.splitlines()
    service.post()
    assert f"key {keys[-1].key_id} was not handed over" in service.sign().note.splitlines()
    with service.sessions.write() as session:
        assert "handed" not in rotate_key(session, actor="x", reason="再更换").note
        assert list(check_ledger(session)) == []


def test_a_key_that_is_changed_in_the_midst_of_a_post_is_not_missed(
    service: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which key signs is asked before its file is read; in between the next may have come in its place."""
    service.post()
    service.sign()

    def rotated(session: ReadSession, *, of: int) -> Standing:
        patch.undo()
        found = standing(session, of=of)
        with service.sessions.write() as other:
            rotate_key(other, actor="x", reason="每年更换")
        return found

    with monkeypatch.context() as patch, service.sessions.write() as session:
        patch.setattr("metrics.ledger.continuation.standing", rotated)
        assert require_continuation(session) is not None
    assert len(service.keys()) == 2


@pytest.mark.parametrize("step", ["register_key", "_issued", "take_next_key"])
def test_a_rotation_that_dies_costs_no_hand_over(
    service: Installation, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Before the new key is committed the old one signs on, after it the new one; the next rotation is handed over."""
    service.post()
    service.sign()
    with monkeypatch.context() as patch:
        patch.setattr(f"metrics.commands.issue_checkpoint.{step}", _dies)
        with pytest.raises(KeyboardInterrupt), service.sessions.write() as session:
            rotate_key(session, actor="x", reason="每年更换")
    service.post()
    assert service.look() is None
    known = [None, True] if step == "take_next_key" else [None]
    for handed_over in (known, [*known, True], [*known, True, True]):
        with service.sessions.read() as session:
            assert [key.handed_over for key in known_keys(session)] == handed_over
        assert "handed" not in service.sign().note
        with service.sessions.write() as session:
            rotate_key(session, actor="x", reason="再更换")


def _dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_forged_hand_over_is_none(service: Installation) -> None:
    service.post()
    service.sign()
    with service.sessions.write() as session:
        rotate_key(session, actor="x", reason="每年更换")
    with service.database.as_owner() as connection:
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(text("delete from ledger_checkpoints"))
        leaf = connection.scalar(text("select leaf from ledger_entries where kind = 'key' order by seq desc limit 1"))
        said = json.loads(leaf or "")
        name, signed = said["handed_over"].split()[1:]
        flipped = ("A" if signed[20] != "A" else "B").join((signed[:20], signed[21:]))
        said["handed_over"] = f"— {name} {flipped}\n"
        connection.execute(
            text("update ledger_entries set leaf = :leaf where seq = :seq"),
            {"leaf": json.dumps(said, ensure_ascii=False), "seq": said["seq"]},
        )
    with service.sessions.read() as session:
        assert [key.handed_over for key in known_keys(session)] == [None, False]


def test_who_trusts_the_old_key_trusts_the_one_it_handed_over_to_and_no_other(
    kept: Archive, session: WriteSession, own_key: Path
) -> None:
    old = kept.key()
    rotate_key(session, actor="x", reason="每年更换")
    file = kept.pull("/observations.csv", "pull.csv")
    kept.keep()
    given = (str(file), "--entries=entries-1.jsonl", "--checkpoint=checkpoint-1.txt")
    assert kept.run(*given, key=old)[0] == 0
    newer = kept.key()
    assert newer != old
    rotate_key(session, actor="x", reason="再更换")
    kept.keep()
    assert kept.run(*given, key=old)[0] == 0  # by way of the one between
    forge = (kept.folder / "entries-1.jsonl").read_text(encoding="utf-8").replace(newer, old)
    (kept.folder / "forged.jsonl").write_text(forge, encoding="utf-8")
    assert kept.run(given[0], "--entries=forged.jsonl", given[2], key=old)[0] == 2
    own_key.unlink()
    next_key_file().unlink()  # the session that took it into use is not committed
    rotate_key(session, actor="x", reason="遗失")
    kept.keep()
    code, said = kept.run(*given, key=old)
    assert (code, "NOT CHECKED" in said) == (2, True)
    code, said = kept.run(*given)
    assert (code, "was not handed over" in said) == (0, True)


def test_a_restore_that_was_declared_is_told_to_who_verifies(
    service: Installation, application: FastAPI, tmp_path: Path
) -> None:
    for _ in range(3):
        service.post()
    with use_sessions(service.sessions), TestClient(application, base_url="http://127.0.0.1:8000") as client:
        with service.sessions.write() as session:
            kept = archive(client, tmp_path, caller(client, session, "assessor", Role.ASSESSOR))
        kept.keep(1)
        cut(service, after=3)
        with service.sessions.write() as session:
            declare_restored(session, actor="x", reason="磁盘损坏")
        kept.keep(2)
        file = kept.pull("/observations.csv", "pull.csv")
        code, said = kept.verify(file, number=2)
        assert (code, "epoch 2" in said, "磁盘损坏" in said) == (0, True, True)
        code, said = kept.verify(file, number=2, also=(1,))
        assert (code, "磁盘损坏" in said) == (1, True)
