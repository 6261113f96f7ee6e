"""A new key has the word of the old one, or is shown as one that has not."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import text

from metrics.commands.issue_checkpoint import rotate_key
from metrics.ledger.checking.walk import check_ledger
from metrics.queries.ledger import known_keys
from tests.trust.installation import Installation


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
