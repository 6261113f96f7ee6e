"""Adding to the ledger, and turning a moment into a place in it.

Sequence numbers are given under one lock that is held until commit. They therefore grow in commit order
and have no gaps: whoever has read up to n and asks for what came after n misses nothing.

Every leaf has a salt of its own: who may know the hash of an entry alone cannot guess what it says (decision 205).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text

from metrics.database import ReadSession, WriteSession
from metrics.driver import driver_cursor
from metrics.ledger.continuation import require_going_on
from metrics.ledger.tiles import stored_size
from metrics.locks import Lock, hold, hold_with_commit
from metrics.models import LedgerEntry

_COPY = "copy ledger_entries (seq, kind, recorded_at, leaf, leaf_hash) from stdin"
_TAKEN = "places of the ledger"
_SALT = 16  # bytes
_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the ledger that is yours until the transaction ends."""

    seq: int
    recorded_at: datetime


def next_place(session: WriteSession, *, simulated: datetime | None = None) -> Place:
    """Take the ledger's lock and the next sequence number.

    `recorded_at` is read under the lock, so it never runs against `seq`. Call it as late as possible: until the
    transaction ends nobody else can append. `simulated` dates an entry of the synthetic demonstration history; such
    an entry must say so in its content. Raises Unavailable if the ledger is not the one that was signed.
    """
    require_going_on(session)
    hold_ledger(session)
    row = session.execute(
        text(
            "select coalesce(max(seq), 0) + 1, greatest(clock_timestamp(), max(recorded_at))"
            " from (select seq, recorded_at from ledger_entries order by seq desc limit 1) newest"
        )
    ).one()
    return Place(seq=row[0], recorded_at=simulated or row[1])


@dataclass(frozen=True, slots=True)
class Blanks:
    """What stands in a text until the place it is about is taken, together with COMMIT: nobody can have written it."""

    seq: str
    recorded_at: str
    leaf_hash: str


def new_blanks() -> Blanks:
    """Blanks of their own for one place."""
    token = new_salt()
    return Blanks(f"{token}s", f"{token}m", f"{token}h")


AS_WRITTEN = (
    "to_char({0} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') || case when date_trunc('second', {0}) = {0} then ''"
    " else to_char({0}, '.US') end || '+00:00'"
)
"""A moment as a leaf has it, in SQL: as `isoformat` writes it in UTC."""


def hold_ledger_with_commit(session: WriteSession) -> None:
    """As :func:`next_place`, together with the session's COMMIT: what is sent with it next takes the next place.

    Raises Unavailable if the ledger is not the one that was signed.
    """
    require_going_on(session)
    hold_with_commit(session, Lock.LEDGER)


def hold_ledger(session: WriteSession) -> None:
    """Let nobody else append until the transaction ends."""
    # Held until commit: numbers then grow in commit order, and an after_seq reader misses nothing (decision 3).
    hold(session, Lock.LEDGER)


@dataclass(frozen=True, slots=True)
class Leaf:
    """What an entry says, as it is written, and its hash in the tree."""

    text: str
    hash: bytes


def append(session: WriteSession, *, kind: str, place: Place, content: Mapping[str, Any]) -> bytes:
    """Write the entry at `place` and return its leaf hash; `content` as for :func:`leaf_at`."""
    leaf = leaf_at(session, kind=kind, place=place, content=content)
    session.add(
        LedgerEntry(seq=place.seq, kind=kind, recorded_at=place.recorded_at, leaf=leaf.text, leaf_hash=leaf.hash)
    )
    session.flush()
    return leaf.hash


def leaf_at(session: WriteSession, *, kind: str, place: Place, content: Mapping[str, Any]) -> Leaf:
    """The leaf of the entry at `place`, for whoever writes it in the session's transaction.

    `content` must be JSON of strings, integers, booleans, lists and mappings; decimals are written as strings. Raises
    ValueError where it names what the ledger says itself.
    """
    own = {"kind": kind, "seq": place.seq, "recorded_at": place.recorded_at.isoformat(), "salt": new_salt()}
    leaf = canonical(_with_own(own, content))
    _took(session, place.seq)
    return Leaf(leaf.decode(), hashlib.sha256(b"\x00" + leaf).digest())


def leaf_with_blanks(*, kind: str, blanks: Blanks, content: Mapping[str, Any]) -> str:
    """As :func:`leaf_at`, of the next place, which the database is to write in where the blanks are."""
    own = {"kind": kind, "seq": blanks.seq, "recorded_at": blanks.recorded_at, "salt": new_salt()}
    return canonical(_with_own(own, content)).decode().replace(f'"{blanks.seq}"', blanks.seq)


def _with_own(own: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    if given := own.keys() & content.keys():
        raise ValueError(f"the ledger itself says {', '.join(sorted(given))}")
    return {**own, **content}


def new_salt() -> str:
    """What a leaf has as its `salt`: 128 random bits that no other leaf has, as hexadecimal digits."""
    return secrets.token_hex(_SALT)


def append_all(session: WriteSession, *, kind: str, place: Place, leaves: Iterable[bytes]) -> None:
    """Write an entry for each of `leaves` at `place` and the places after it.

    Each leaf is the canonical JSON that :func:`append` would make for its place: with its kind, number and moment, and
    a salt of its own. Raises ValueError for one that has none.
    """
    at, seq = place.recorded_at.isoformat(), 0
    with driver_cursor(session) as cursor, cursor.copy(_COPY) as copy:
        for seq, leaf in enumerate(leaves, start=place.seq):
            if b'"salt":"' not in leaf:
                raise ValueError(f"the leaf of entry {seq} has no salt")
            copy.write_row((seq, kind, at, leaf.decode(), hashlib.sha256(b"\x00" + leaf).digest()))
    for taken in (place.seq, seq) if seq else ():
        _took(session, taken)


def places_taken(session: WriteSession) -> tuple[int, ...]:
    """The first and the last place that the session's transaction wrote at; once if they are the same, or none."""
    return tuple(dict.fromkeys(session.info.get(_TAKEN, ())))


def _took(session: WriteSession, seq: int) -> None:
    first, _ = session.info.get(_TAKEN, (seq, seq))
    session.info[_TAKEN] = (first, seq)


def canonical(content: Mapping[str, Any]) -> bytes:
    """`content` as canonical JSON (RFC 8785).

    Of strings, integers up to 2**53, booleans, nulls, lists and mappings with ASCII keys, of which the standard library
    writes the same bytes as a library for every JSON, in a seventh of the time. Floats, of which it does not, are never
    recorded.
    """
    return _CANONICAL.encode(dict(content)).encode()


def newest_seq(session: ReadSession) -> int:
    """The newest sequence number, 0 for an empty ledger."""
    return stored_size(session)


def seq_at(session: ReadSession, moment: datetime) -> int:
    """The newest sequence number recorded at or before `moment`, 0 if there is none."""
    return (
        session.scalar(select(func.coalesce(func.max(LedgerEntry.seq), 0)).where(LedgerEntry.recorded_at <= moment))
        or 0
    )


def entry_before_was_earlier(session: ReadSession, seq: int) -> bool:
    """True if the entry before `seq` was recorded in an earlier second than `seq`, or there is none before it."""
    query = (
        "select date_trunc('second', b.recorded_at) < date_trunc('second', a.recorded_at)"
        " from ledger_entries a join ledger_entries b on b.seq = a.seq - 1 where a.seq = :seq"
    )
    return session.scalar(text(query), {"seq": seq}) is not False
