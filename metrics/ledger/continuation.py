"""Whether what the database has goes on from what the signer remembers.

Nothing is signed, and nothing recorded, in a ledger that was set back, rewritten or exchanged since: it would be
another history under the same name. Whoever restored a backup says so (`biaochi ledger restored`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from metrics.asked_ahead import Asking
from metrics.authority import SYSTEM
from metrics.database import ReadSession, WriteSession, engine, read_session
from metrics.errors import Unavailable
from metrics.ledger.epochs import present_epoch, was_remembered
from metrics.ledger.key_held import key_refusal, newest_key_refusal
from metrics.ledger.leaves import TilePlace, first_wrong_tile, is_right
from metrics.ledger.memory import Head, Stamp, memory_held, memory_stamp, read_memory, write_memory, writing_refusal
from metrics.ledger.no_continuation import given_up, missing, not_of_leaves, rewritten, set_back
from metrics.ledger.standing import Standing, asked_of_standing, standing
from metrics.ledger.tiles import stored_size, stored_tree
from metrics.ledger.tree import TILE, Tree
from metrics.ledger.verifying.merkle import is_consistent

_BEGINS = "the signer begins to remember"  # in a session's own notes
_CHANGES_KEY = "the signer changes its key"
_LOOKED = "the signer was asked"
_AT_ONCE = 4  # tiles of 256 entries that are held against the entries at a time
_UNSIGNED_ONLY = ("ledger_key_", "ledger_memory_unwritable", "disk_full")  # what was recorded is not in doubt


@dataclass(frozen=True, slots=True)
class _Looked:
    stamp: Stamp | None
    refusal: Unavailable | None


_looked: WeakKeyDictionary[Engine, _Looked] = WeakKeyDictionary()
_wrong: WeakKeyDictionary[Engine, TilePlace] = WeakKeyDictionary()  # found by looking through all of it


def look() -> Unavailable | None:
    """Why nothing may be signed or recorded now, None if nothing stands in the way."""
    stamp, remembered = memory_stamp(), None
    try:
        remembered = read_memory()  # before the snapshot begins: what others sign meanwhile is no step back
    except Unavailable as unreadable:
        return _noted(engine(), stamp, unreadable)
    with read_session(SYSTEM) as session:
        refusal = _refusal(session, remembered)
    if refusal is not None and refusal.code == "ledger_memory_missing" and memory_stamp() is not None:
        return look()  # another instance had only just begun
    return _noted(engine(), stamp, refusal or writing_refusal())


def look_further(place: int) -> int:
    """Hold some more of what is stored of the tree against the entries, from the `place`-th on; where to go on then.

    What does not fit is remembered in this process, and is found by every :func:`look` until it does.
    """
    with read_session(SYSTEM) as session:
        size = stored_size(session)
        found = first_wrong_tile(session, after=place * TILE, size=size, at_most=_AT_ONCE)
    if found is not None:
        _wrong.setdefault(engine(), found)
    place += _AT_ONCE
    return place if place * TILE < size else 0


def tampered(session: ReadSession) -> Unavailable | None:
    """What :func:`look_further` found and still stands: entries that are no longer those the tree was made of."""
    found = _wrong.get(bound_to(session))
    if found is None:
        return None
    size = stored_size(session)
    if is_right(session, found, size=size):
        _wrong.pop(bound_to(session), None)
        return None
    return not_of_leaves(found, size=size)


def doubt_where_read(session: ReadSession) -> Unavailable | None:
    """As :func:`last_doubt`, of what `session` reads, which need not be what was looked at last.

    Others may have remembered more since its snapshot began: what seems amiss is looked at in a new one.
    """
    try:
        seems_amiss = refusal_for(session, read_memory()) is not None
    except Unavailable:
        seems_amiss = True
    if seems_amiss:
        look()
    return last_doubt()


def remember_what_is_there() -> int:
    """Have the signer remember what was recorded since, signed or not: what was taken in is not to be taken back.

    How many entries it remembers then. Raises Unavailable if the ledger does not go on from what is remembered.
    """
    with memory_held():
        remembered = read_memory()
        if remembered is None or not remembered.size:  # it begins with the first signature
            return 0
        with read_session(SYSTEM) as session:
            size = stored_size(session)
            if size == remembered.size:
                return size
            refusal, tree = refusal_for(session, remembered), stored_tree(session, size=size)
            if refusal is None and not extends(tree, remembered):
                refusal = rewritten(remembered.size)
            if refusal is None:
                refusal = fresh_leaves_refusal(session, after=remembered.size, size=size)
            if refusal is not None:
                raise refusal
            write_memory(head_now(size, tree.root(), epoch=remembered.epoch))
            return size


def fresh_leaves_refusal(session: ReadSession, *, after: int, size: int) -> Unavailable | None:
    """Why the entries beyond `after` are not to be signed: what is stored of them is not what they say."""
    found = first_wrong_tile(session, after=after, size=size)
    return None if found is None else not_of_leaves(found, size=size)


def head_now(size: int, root: bytes, *, epoch: int) -> Head:
    """What there is to remember of the first `size` entries now."""
    return Head(size, root, epoch, datetime.now(UTC).isoformat(timespec="seconds"))


def extends(tree: Tree, remembered: Head) -> bool:
    """True if a consistency proof leads from what is remembered to the root of `tree` (RFC 9162, 2.1.4)."""
    if not remembered.size:
        return True
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


def last_doubt() -> Unavailable | None:
    """:func:`last_refusal` if what is read may be of a ledger that was set back, rewritten or exchanged; else None."""
    refusal = last_refusal()
    return None if refusal is None or refusal.code.startswith(_UNSIGNED_ONLY) else refusal


def begin_remembering(session: WriteSession) -> None:
    """What the session records need not go on from what was signed: it begins the ledger, or declares a restore."""
    session.info[_BEGINS] = True


def change_key(session: WriteSession) -> None:
    """What the session records may be recorded without the key that the ledger names last: it names another."""
    session.info[_CHANGES_KEY] = True


def require_continuation(session: ReadSession) -> Head | None:
    """What the signer remembers; None where it begins to, in this session at the latest.

    The session sees what others committed: it is one that writes. Raises Unavailable if the ledger does not go on from
    what was signed, or if what is recorded could not be signed and remembered (decision 245).
    """
    if session.info.get(_BEGINS):
        return None
    stamp, remembered = memory_stamp(), read_memory()
    refusal = _refusal(session, remembered, signs=not session.info.get(_CHANGES_KEY))
    if refusal is not None and refusal.code == "ledger_memory_missing" and memory_stamp() is not None:
        return require_continuation(session)
    refusal = refusal or writing_refusal()
    _noted(bound_to(session), stamp, refusal)
    if refusal is not None:
        raise refusal
    return remembered


def asked_of_ledger() -> Sequence[Asking]:
    """What :func:`require_continuation` asks of the ledger, by what the signer remembers now.

    Nothing if that cannot be read: whoever comes to ask is told, and not who was answered before or is refused anyway.
    """
    try:
        remembered = read_memory()
    except Unavailable:
        return ()
    return (asked_of_standing(of=0 if remembered is None else remembered.size),)


def require_going_on(session: ReadSession) -> None:
    """As :func:`require_continuation`, asked once in a transaction: a file is recorded in thousands of entries."""
    if _LOOKED not in session.info:
        require_continuation(session)
        session.info[_LOOKED] = True


def refusal_for(session: ReadSession, remembered: Head | None) -> Unavailable | None:
    """What stands in the way of going on from `remembered` in what `session` sees, None if nothing does.

    The session's snapshot is younger than the reading of `remembered`.
    """
    return _going_on(session, remembered, _present(session, remembered))


def _refusal(session: ReadSession, remembered: Head | None, *, signs: bool = True) -> Unavailable | None:
    """As :func:`refusal_for`, also where what was looked through is wrong or, if it `signs`, the key is not here."""
    present = _present(session, remembered)
    refusal = _going_on(session, remembered, present) or tampered(session)
    if refusal is None and signs and key_refusal(present.key) is not None:
        refusal = newest_key_refusal(session)  # it may have been changed, and its file with it, since it was asked
    return refusal


def _present(session: ReadSession, remembered: Head | None) -> Standing:
    return standing(session, of=0 if remembered is None else remembered.size)


def _going_on(session: ReadSession, remembered: Head | None, present: Standing) -> Unavailable | None:
    """As :func:`refusal_for`, of a ledger that stands so."""
    if remembered is None:
        return missing() if present.key is not None and was_remembered(session) else None
    if not remembered.size:
        return None
    if present.size < remembered.size:
        refusal = set_back(remembered.size, present.size)
    elif present.root(session) != remembered.root:
        refusal = rewritten(remembered.size)
    else:
        return None
    here = present_epoch(session)
    return refusal if remembered.epoch <= here else given_up(refusal.code, here=here, remembered=remembered.epoch)


def bound_to(session: ReadSession) -> Engine:
    """The engine whose database the session is on."""
    bind = session.get_bind()
    return bind.engine if isinstance(bind, Connection) else bind


def _noted(found_in: Engine, stamp: Stamp | None, refusal: Unavailable | None) -> Unavailable | None:
    _looked[found_in] = _Looked(stamp, refusal)
    return refusal
