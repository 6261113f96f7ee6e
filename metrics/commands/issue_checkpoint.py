"""Signed checkpoints of the ledger: issued, kept, and the keys that sign them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from metrics.database import ReadSession, WriteSession
from metrics.errors import Message, Unavailable
from metrics.ledger.entry import append, newest_seq, next_place
from metrics.ledger.keys import SigningKey, make_key_file, read_key_file
from metrics.ledger.tiles import store_full_tiles, stored_tree
from metrics.models import LedgerCheckpoint, LedgerKey
from metrics.settings import settings

_LOCK = 0x42_49_41_4B  # "BIAK": one at a time decides which key is in use


@dataclass(frozen=True, slots=True)
class Issued:
    """A checkpoint: the first `size` entries have this root, and `note` says so, signed."""

    size: int
    root: bytes
    note: str


def issue_checkpoint(session: WriteSession) -> Issued:
    """The signed checkpoint over everything recorded so far; one that was issued before is answered again.

    The first time, a key is made and recorded. Raises Unavailable if the private key is not that of the newest public
    one.
    """
    key = _key_in_use(session)
    return _issued(session, size=newest_seq(session), keys=[key])


def ensure_key(session: WriteSession, *, simulated_at: datetime | None = None) -> None:
    """Take a key into use if none is. Whoever issues a checkpoint while holding the ledger calls this before.

    Keys are decided before places in the ledger, so that nobody waits in a circle. `simulated_at` dates a key's entry
    in the synthetic demonstration history. Raises as :func:`issue_checkpoint`.
    """
    _key_in_use(session, simulated_at=simulated_at)


def rotate_key(session: WriteSession, *, actor: str, reason: str) -> Issued:
    """Take a new key into use and record it; returns the checkpoint that the old key and the new one both sign.

    The ledger entry names the new key, so whoever trusts the old one finds the new one under its signature. Where the
    old private key is lost, the new one signs alone. The file is replaced at once: if the transaction fails after
    that, the next rotation puts it right.
    """
    known = _newest_key(session, lock=True)
    name = settings().ledger_origin if known is None else known.verifier_key.partition("+")[0]
    old = read_key_file(name)
    if old is not None and (known is None or old.verifier_key != known.verifier_key):
        old = None
    new = make_key_file(name, replace=True)
    _register(session, new, replaces=known, actor=actor, reason=reason)
    return _issued(session, size=newest_seq(session), keys=[new] if old is None else [new, old])


def _issued(session: WriteSession, *, size: int, keys: list[SigningKey]) -> Issued:
    key_id = keys[0].key_id.hex()
    known = session.execute(
        select(LedgerCheckpoint.root, LedgerCheckpoint.note).where(
            LedgerCheckpoint.size == size, LedgerCheckpoint.key_id == key_id
        )
    ).one_or_none()
    if known is not None:
        return Issued(size, known.root, known.note)
    store_full_tiles(session, size=size)
    root = stored_tree(session, size=size).root()
    body = f"{keys[0].name}\n{size}\n{base64.b64encode(root).decode()}\n"
    note = body + "\n" + "".join(key.signature_line(body) for key in keys)
    values = {"size": size, "key_id": key_id, "root": root, "note": note}
    session.execute(insert(LedgerCheckpoint).values(values).on_conflict_do_nothing())
    return Issued(size, root, note)


def _key_in_use(session: WriteSession, *, simulated_at: datetime | None = None) -> SigningKey:
    known = _newest_key(session)
    if known is None:
        known = _newest_key(session, lock=True)
    if known is None:
        key = make_key_file(settings().ledger_origin)
        _register(session, key, replaces=None, actor="biaochi", reason="", simulated_at=simulated_at)
        return key
    found = read_key_file(known.verifier_key.partition("+")[0])
    if found is None or found.verifier_key != known.verifier_key:
        raise Unavailable(
            code="ledger_key_missing",
            message=Message(
                "签名密钥不在本机或已更换,无法签发检查点;请恢复密钥文件,或执行 biaochi ledger rotate。",
                "The key that signs checkpoints is not here, or is another one: put its file back, or take a new key "
                "into use with biaochi ledger rotate.",
            ),
        )
    return found


def _newest_key(session: ReadSession, *, lock: bool = False) -> LedgerKey | None:
    if lock:
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    return session.scalar(select(LedgerKey).order_by(LedgerKey.since.desc()).limit(1))


def _register(
    session: WriteSession,
    key: SigningKey,
    *,
    replaces: LedgerKey | None,
    actor: str,
    reason: str,
    simulated_at: datetime | None = None,
) -> None:
    """Record that `key` is in use from now on: in the ledger, and in the list of keys."""
    place = next_place(session, simulated=simulated_at)
    label = {} if simulated_at is None else {"synthetic": True}
    content = {
        "actor": actor,
        "reason": reason,
        "verifier_key": key.verifier_key,
        "replaces": None if replaces is None else replaces.verifier_key,
    }
    append(session, kind="key", place=place, content=content | label)
    session.add(LedgerKey(key_id=key.key_id.hex(), verifier_key=key.verifier_key, since=place.recorded_at, actor=actor))
    session.flush()
