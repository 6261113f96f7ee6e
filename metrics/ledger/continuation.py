"""Whether what the database has goes on from what the signer remembers.

Nothing is signed, and nothing recorded, in a ledger that was set back, rewritten or exchanged since: it would be
another history under the same name. Whoever restored a backup says so (`biaochi ledger restored`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from metrics.authority import SYSTEM
from metrics.database import ReadSession, WriteSession, engine, read_session
from metrics.errors import Message, Unavailable
from metrics.ledger.epochs import has_keys, was_remembered
from metrics.ledger.memory import Head, Stamp, memory_held, memory_stamp, read_memory, write_memory
from metrics.ledger.tiles import stored_size, stored_tree
from metrics.ledger.tree import Tree
from metrics.ledger.verifying.merkle import is_consistent

_BEGINS = "the signer begins to remember"  # in a session's own notes
_STAYS = 2.0  # seconds for which a database that was found to go on need not be asked again
_JUST_BEGUN = 0.3  # seconds in which another instance may still have to write what it remembers first


@dataclass(frozen=True, slots=True)
class _Looked:
    stamp: Stamp | None
    at: float  # seconds of a clock that never goes back
    refusal: Unavailable | None


_looked: WeakKeyDictionary[Engine, _Looked] = WeakKeyDictionary()


def look() -> Unavailable | None:
    """Why nothing may be signed or recorded now, None if nothing stands in the way."""
    stamp, remembered = memory_stamp(), None
    try:
        remembered = read_memory()  # before the snapshot begins: what others sign meanwhile is no step back
    except Unavailable as unreadable:
        return _noted(engine(), stamp, unreadable)
    with read_session(SYSTEM) as session:
        refusal = refusal_for(session, remembered)
    if refusal is not None and refusal.code == "ledger_memory_missing" and _appears():
        return look()
    return _noted(engine(), stamp, refusal)


def remember_what_is_there() -> None:
    """Have the signer remember what was recorded since, signed or not: what was taken in is not to be taken back.

    Raises Unavailable if the ledger does not go on from what is remembered.
    """
    with memory_held():
        remembered = read_memory()
        if remembered is None:  # it begins with the first signature
            return
        with read_session(SYSTEM) as session:
            size = stored_size(session)
            if size == remembered.size:
                return
            refusal, tree = refusal_for(session, remembered), stored_tree(session, size=size)
            if refusal is None and not extends(tree, remembered):
                refusal = rewritten(remembered.size)
            if refusal is not None:
                raise refusal
            write_memory(head_now(size, tree.root(), epoch=remembered.epoch))


def head_now(size: int, root: bytes, *, epoch: int) -> Head:
    """What there is to remember of the first `size` entries now."""
    return Head(size, root, epoch, datetime.now(UTC).isoformat(timespec="seconds"))


def extends(tree: Tree, remembered: Head) -> bool:
    """True if a consistency proof leads from what is remembered to the root of `tree` (RFC 9162, 2.1.4)."""
    if tree.size < remembered.size:
        return False
    path = tree.consistency(remembered.size)
    return is_consistent(
        first=remembered.size, second=tree.size, first_root=remembered.root, second_root=tree.root(), path=path
    )


def last_refusal() -> Unavailable | None:
    """What the last look of this process found, if what the signer remembers is still the same. Asks no database."""
    found = _looked.get(engine())
    return found.refusal if found is not None and found.stamp == memory_stamp() else None


def begin_remembering(session: WriteSession) -> None:
    """What the session records need not go on from what was signed: it begins the ledger, or declares a restore."""
    session.info[_BEGINS] = True


def require_continuation(session: ReadSession) -> Head | None:
    """What the signer remembers; None where it begins to, in this session at the latest.

    A ledger that went on from it within the last seconds is only asked whether it still is as long. The session sees
    what others committed: it is one that writes. Raises Unavailable if the ledger does not go on from what was signed.
    """
    if session.info.get(_BEGINS):
        return None
    remembered, stamp = read_memory(), memory_stamp()
    bind = session.get_bind()
    found_in = bind.engine if isinstance(bind, Connection) else bind
    known = _looked.get(found_in)
    fresh = known is not None and known.stamp == stamp and time.monotonic() - known.at < _STAYS
    if known is None or not fresh or known.refusal is not None or remembered is None:
        refusal = refusal_for(session, remembered)
        if refusal is not None and refusal.code == "ledger_memory_missing" and _appears():
            return require_continuation(session)
        _noted(found_in, stamp, refusal)
        if refusal is not None:
            raise refusal
    elif stored_size(session) < remembered.size:
        raise _set_back(remembered.size, stored_size(session))
    return remembered


def refusal_for(session: ReadSession, remembered: Head | None) -> Unavailable | None:
    """What stands in the way of going on from `remembered` in what `session` sees, None if nothing does.

    The session's snapshot is younger than the reading of `remembered`.
    """
    if remembered is None:
        lost = has_keys(session) and was_remembered(session)
        return _missing() if lost else None
    size = stored_size(session)
    if size < remembered.size:
        return _set_back(remembered.size, size)
    if stored_tree(session, size=remembered.size).root() != remembered.root:
        return rewritten(remembered.size)
    return None


def _appears() -> bool:
    """True if what the signer remembers is there a moment later: another instance had only just begun the ledger."""
    time.sleep(_JUST_BEGUN)
    return memory_stamp() is not None


def _noted(found_in: Engine, stamp: Stamp | None, refusal: Unavailable | None) -> Unavailable | None:
    _looked[found_in] = _Looked(stamp, time.monotonic(), refusal)
    return refusal


def _set_back(remembered: int, size: int) -> Unavailable:
    return Unavailable(
        "ledger_set_back",
        Message(
            f"账本被退回:签名器记得有 {remembered} 条,数据库现只有 {size} 条。不再签名,也不再收数。若为恢复备份,"
            "请执行 biaochi ledger restored --reason 原因。",
            f"The ledger was set back: the signer remembers {remembered} entries, the database has {size}. Nothing is "
            "signed and nothing taken in. If a backup was restored, run biaochi ledger restored --reason REASON.",
        ),
    )


def rewritten(size: int) -> Unavailable:
    """That the first `size` entries are no longer those that the signer remembers."""
    return Unavailable(
        "ledger_rewritten",
        Message(
            f"账本被改写:前 {size} 条已不是签名器记得的内容。不再签名,也不再收数。请查明谁动了数据库;"
            "若为恢复备份,请执行 biaochi ledger restored --reason 原因。",
            f"The ledger was rewritten: its first {size} entries are not what the signer remembers. Nothing is signed "
            "and nothing taken in. Find out who changed the database; if a backup was restored, run biaochi ledger "
            "restored --reason REASON.",
        ),
    )


def _missing() -> Unavailable:
    return Unavailable(
        "ledger_memory_missing",
        Message(
            "签名器的记忆文件不在:账本曾有签名,是否被换过无从对照。不再签名,也不再收数。请放回该文件(在密钥文件旁边);"
            "找不回来则执行 biaochi ledger restored --reason 原因。",
            "What the signer remembers is gone: this ledger was signed before, and whether it was exchanged cannot be "
            "told. Nothing is signed and nothing taken in. Put the file back beside the key; if it is lost, run "
            "biaochi ledger restored --reason REASON.",
        ),
    )
