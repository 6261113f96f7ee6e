"""Signed checkpoints of the ledger: issued, kept, and remembered by the signer before they are given out."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from metrics.authority import SYSTEM
from metrics.commands.signing_key import (
    begin_epoch,
    begin_to_remember,
    key_in_use,
    locked_newest_key,
    register_key,
    restored_key,
)
from metrics.database import Sessions, WriteSession, after_commit
from metrics.errors import Conflict, Message, Unavailable
from metrics.ledger.continuation import (
    begin_remembering,
    change_key,
    extends,
    fresh_leaves_refusal,
    head_now,
    refusal_for,
    require_continuation,
)
from metrics.ledger.entry import newest_seq
from metrics.ledger.epochs import RESTORED, NamedHead, present_epoch, unfinished_restore
from metrics.ledger.hand_overs import handed_over
from metrics.ledger.key_held import name_of
from metrics.ledger.keys import SigningKey, held_key, make_next_key, take_next_key
from metrics.ledger.memory import Head, memory_held, memory_stamp, read_memory, write_memory
from metrics.ledger.no_continuation import rewritten
from metrics.ledger.tiles import leaves_beyond_tiles, store_full_tiles, stored_tree
from metrics.models import LedgerCheckpoint, LedgerKey
from metrics.settings import settings


@dataclass(frozen=True, slots=True)
class Issued:
    """A checkpoint: the first `size` entries have this root, and `note` says so, signed."""

    size: int
    root: bytes
    note: str


def issue_checkpoint(session: WriteSession) -> Issued:
    """The signed checkpoint over everything recorded so far; one that was issued before is answered again.

    The first time, a key is made and recorded. Raises Unavailable if the private key is not that of the newest public
    one, or if the ledger does not go on from what was signed last.
    """
    key = key_in_use(session)
    return _issued(session, keys=[key], remembered=require_continuation(session))


def rotate_key(session: WriteSession, *, actor: str, reason: str) -> Issued:
    """Take a new key into use and record it; returns the checkpoint that the old key and the new one both sign.

    The ledger entry names the new key, with the old one's signature for it, so whoever trusts the old one may trust the
    new one. Where the old private key is lost, the new one signs alone, and that is said. The old private key stays
    until the new one is committed: a transaction that fails, or a process that dies, costs no hand-over. Raises as
    :func:`issue_checkpoint`.
    """
    known = locked_newest_key(session)
    change_key(session)
    remembered = require_continuation(session)
    name = settings().ledger_origin if known is None else name_of(known.verifier_key)
    old = None if known is None else held_key(name, known.verifier_key)
    if known is not None:
        begin_to_remember(session)
    new = make_next_key(name, present=old)
    register_key(session, new, replaces=known, actor=actor, reason=reason, old=old)
    after_commit(session, partial(_take_into_use, new))
    return _issued(session, keys=[new] if old is None else [new, old], remembered=remembered)


def _take_into_use(key: SigningKey, sessions: Sessions) -> None:
    with sessions.read(SYSTEM) as session:
        if session.get(LedgerKey, key.key_id.hex()) is not None:  # else it was undone
            take_next_key()


def declare_restored(session: WriteSession, *, actor: str, reason: str) -> Issued:
    """Record that the database was restored on purpose: an entry names the head that was signed last and the one found.

    An epoch begins, which every reader is told of. Where the key of the restored ledger is gone, or was replaced after
    the backup, the one in the file (a new one, if there is none) is recorded, without the old one's signature. A
    declaration that was recorded and then cut short is finished, and not made a second time. Raises Conflict if there
    is nothing to declare, Unavailable if the file holds a key that the ledger replaced or the entries do not have the
    hashes that are stored of them.
    """
    known = locked_newest_key(session)
    remembered = _last_known()
    if refusal_for(session, remembered) is None and not (remembered is None and memory_stamp() is not None):
        raise fresh_leaves_refusal(session, after=0, size=newest_seq(session)) or _nothing_restored()
    named = None if remembered is None else NamedHead(remembered.size, remembered.root.hex())
    begun = unfinished_restore(session, named)
    if begun is None:
        number = 1 + max(present_epoch(session), 1 if remembered is None else remembered.epoch)
        begin_epoch(session, number=number, cause=RESTORED, remembered=remembered, actor=actor, reason=reason)
    else:
        number = begun.number
        begin_remembering(session)
    key = restored_key(session, known, actor=actor, reason=reason)
    return _issued(session, keys=[key], remembered=None, epoch=number)


def _nothing_restored() -> Conflict:
    return Conflict(
        code="nothing_restored",
        message=Message(
            "账本接续着签过名的内容,没有需要声明的恢复。",
            "The ledger goes on from what was signed; there is no restore to declare.",
        ),
    )


def _last_known() -> Head | None:
    try:
        return read_memory()
    except Unavailable:  # the declaration says that nobody knows it
        return None


def _issued(
    session: WriteSession, *, keys: list[SigningKey], remembered: Head | None, epoch: int | None = None
) -> Issued:
    """Sign what there is, which goes on from `remembered`; have it remembered once it is committed."""
    size, key_id = newest_seq(session), keys[0].key_id.hex()
    known = session.execute(
        select(LedgerCheckpoint.root, LedgerCheckpoint.note).where(
            LedgerCheckpoint.size == size, LedgerCheckpoint.key_id == key_id
        )
    ).one_or_none()
    if known is not None and remembered is not None and (size, known.root) == (remembered.size, remembered.root):
        return Issued(size, known.root, known.note)
    store_full_tiles(session, size=size)
    tree = stored_tree(session, size=size)
    root = tree.root()
    if remembered is not None and not extends(tree, remembered):
        raise rewritten(remembered.size)
    if known is not None and known.root != root:
        raise rewritten(size)
    refusal = fresh_leaves_refusal(session, after=0 if remembered is None else remembered.size, size=size)
    if refusal is not None:
        raise refusal
    if known is None:
        note = _note(session, keys, size=size, root=root)
        leaves = leaves_beyond_tiles(session, size=size)
        values = {"size": size, "key_id": key_id, "root": root, "note": note, "leaves": leaves}
        session.execute(insert(LedgerCheckpoint).values(values).on_conflict_do_nothing())
    else:
        note = known.note
    begun = present_epoch(session) if remembered is None else remembered.epoch
    head = head_now(size, root, epoch=epoch or begun)
    after_commit(session, partial(_remember, head, key_id, declared=epoch is not None))
    return Issued(size, root, note)


def _note(session: WriteSession, keys: list[SigningKey], *, size: int, root: bytes) -> str:
    """The signed note. After a restore it says of which epoch it is, and of a key without hand-over that it is one."""
    body = f"{keys[0].name}\n{size}\n{base64.b64encode(root).decode()}\n"
    epoch, key_id = present_epoch(session), keys[0].key_id.hex()
    if epoch > 1:
        body += f"epoch {epoch}\n"
    if not handed_over(session).get(key_id, True):
        body += f"key {key_id} was not handed over\n"
    return body + "\n" + "".join(key.signature_line(body) for key in keys)


def _remember(head: Head, key_id: str, sessions: Sessions, *, declared: bool) -> None:
    """Have the signer remember `head`, unless another instance signed a later one meanwhile.

    Nothing is remembered of a checkpoint that was undone, as by a dry run. Raises Unavailable if what is committed does
    not go on from what is remembered by now, or if that cannot be written: then nothing is given out.
    """
    with memory_held():
        present = None if declared else read_memory()
        with sessions.read(SYSTEM) as session:
            kept = select(LedgerCheckpoint.root).where(
                LedgerCheckpoint.size == head.size, LedgerCheckpoint.key_id == key_id
            )
            if session.scalar(kept) != head.root:
                return
            refusal = None if present is None else refusal_for(session, present)
        if refusal is not None:
            raise refusal
        if present is None or present.size < head.size:
            write_memory(head)
