"""Which key signs: the newest that the ledger names, made and recorded when it is first needed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from metrics.database import WriteSession
from metrics.ledger.continuation import begin_remembering, require_continuation
from metrics.ledger.entry import append, newest_seq, next_place
from metrics.ledger.epochs import BEGAN, EPOCH, was_remembered
from metrics.ledger.key_held import key_missing, name_of, newest_key
from metrics.ledger.keys import SigningKey, held_key, make_key_file, read_key_file
from metrics.ledger.memory import Head, begin_memory, read_memory
from metrics.ledger.tiles import stored_tree
from metrics.ledger.verifying.checkpoint import hand_over_text
from metrics.locks import Lock, hold
from metrics.models import LedgerKey
from metrics.settings import settings

SERVICE = "biaochi"
_FIRST_START = "首次启动会记住所签内容的版本 · First start of a version that remembers what it signed"


def key_in_use(session: WriteSession, *, simulated_at: datetime | None = None) -> SigningKey:
    """The key that signs now; the first time it is made and recorded, and the signer begins to remember.

    Whoever issues a checkpoint while holding the ledger asks for it before: keys are decided before places in the
    ledger, so that nobody waits in a circle. `simulated_at` dates a key's entry in the synthetic demonstration history.
    Raises Unavailable if the private key is not that of the newest public one.
    """
    known = newest_key(session)
    if known is None:
        known = locked_newest_key(session)
    if known is None:
        key = make_key_file(settings().ledger_origin)
        register_key(session, key, replaces=None, actor=SERVICE, reason="", simulated_at=simulated_at)
        return key
    found = held_key(name_of(known.verifier_key), known.verifier_key)
    if found is None:
        raise key_missing()
    begin_to_remember(session)
    return found


def restored_key(session: WriteSession, known: LedgerKey | None, *, actor: str, reason: str) -> SigningKey:
    """The key of a ledger that was restored, whose newest one is `known`; recorded anew if it is another one by now.

    Raises Unavailable if the file holds a key that the ledger knows and replaced.
    """
    name = settings().ledger_origin if known is None else name_of(known.verifier_key)
    if known is not None and (in_use := held_key(name, known.verifier_key)) is not None:
        return in_use
    held = read_key_file(name)
    if held is not None and session.get(LedgerKey, held.key_id.hex()) is not None:
        raise key_missing()
    key = held or make_key_file(name)
    register_key(session, key, replaces=known, actor=actor, reason=reason)
    return key


def locked_newest_key(session: WriteSession) -> LedgerKey | None:
    """The key that was taken into use last; nobody else decides that until the transaction ends."""
    hold(session, Lock.SIGNING_KEY)
    return newest_key(session)


def register_key(
    session: WriteSession,
    key: SigningKey,
    *,
    replaces: LedgerKey | None,
    actor: str,
    reason: str,
    old: SigningKey | None = None,
    simulated_at: datetime | None = None,
) -> None:
    """Record that `key` is in use from now on: in the ledger, and in the list of keys.

    `old`, the private key of the one it `replaces`, signs the change where it is still here: a hand-over. Without it
    whoever trusts the old key has no reason to trust the new one, and that is shown with it.
    """
    content: dict[str, Any] = {
        "actor": actor,
        "reason": reason,
        "verifier_key": key.verifier_key,
        "replaces": None if replaces is None else replaces.verifier_key,
    }
    if replaces is None:
        require_continuation(session)
        begin_memory()
        begin_remembering(session)
        content["epoch"] = 1
    elif old is not None:
        content["handed_over"] = old.signature_line(
            hand_over_text(old.name, old=old.verifier_key, new=key.verifier_key)
        )
    label = {} if simulated_at is None else {"synthetic": True}
    place = next_place(session, simulated=simulated_at)
    append(session, kind="key", place=place, content=content | label)
    session.add(LedgerKey(key_id=key.key_id.hex(), verifier_key=key.verifier_key, since=place.recorded_at, actor=actor))
    session.flush()


def begin_epoch(
    session: WriteSession, *, number: int, cause: str, remembered: Head | None, actor: str, reason: str
) -> None:
    """Record that an epoch begins with what the database has now, whatever was signed before."""
    begin_remembering(session)
    place = next_place(session)
    found = stored_tree(session, size=place.seq - 1)
    known: dict[str, Any] | None = None
    if remembered is not None:
        known = {"size": remembered.size, "root": remembered.root.hex(), "epoch": remembered.epoch}
        known["at"] = remembered.at
    content = {
        "actor": actor,
        "reason": reason,
        "epoch": number,
        "cause": cause,
        "remembered": known,
        "found": {"size": found.size, "root": found.root().hex()},
    }
    append(session, kind=EPOCH, place=place, content=content)


def begin_to_remember(session: WriteSession) -> None:
    """Where an earlier version signed, say since when the signer remembers: once."""
    remembered = read_memory()
    if (remembered is not None and remembered.size) or was_remembered(session):
        return
    locked_newest_key(session)
    if not was_remembered(session) and newest_seq(session):
        begin_memory()
        begin_epoch(session, number=1, cause=BEGAN, remembered=None, actor=SERVICE, reason=_FIRST_START)
