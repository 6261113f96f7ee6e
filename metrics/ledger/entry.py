"""Adding to the ledger, and turning a moment into a place in it.

Sequence numbers are given under one advisory lock that is held until commit. They therefore grow in commit order
and have no gaps: whoever has read up to n and asks for what came after n misses nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import func, select, text

from metrics.database import ReadSession, WriteSession
from metrics.models import LedgerEntry

_LOCK = 0x42_49_41_4F  # "BIAO"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the ledger that is yours until the transaction ends."""

    seq: int
    recorded_at: datetime


def next_place(session: WriteSession, *, simulated: datetime | None = None) -> Place:
    """Take the ledger's lock and the next sequence number.

    `recorded_at` is read under the lock, so it never runs against `seq`. Call it as late as possible: until the
    transaction ends nobody else can append. `simulated` dates an entry of the synthetic demonstration history; such
    an entry must say so in its content.
    """
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    row = session.execute(
        text(
            "select coalesce(max(seq), 0) + 1, greatest(clock_timestamp(), max(recorded_at))"
            " from (select seq, recorded_at from ledger_entries order by seq desc limit 1) newest"
        )
    ).one()
    return Place(seq=row[0], recorded_at=simulated or row[1])


def append(session: WriteSession, *, kind: str, place: Place, content: Mapping[str, Any]) -> bytes:
    """Write the entry at `place` and return its leaf hash.

    `content` must be JSON of strings, integers, booleans, lists and mappings; decimals are written as strings.
    """
    leaf = canonical({"kind": kind, "seq": place.seq, "recorded_at": place.recorded_at.isoformat(), **content})
    leaf_hash = hashlib.sha256(b"\x00" + leaf).digest()
    session.add(
        LedgerEntry(seq=place.seq, kind=kind, recorded_at=place.recorded_at, leaf=leaf.decode(), leaf_hash=leaf_hash)
    )
    session.flush()
    return leaf_hash


def canonical(content: Mapping[str, Any]) -> bytes:
    """`content` as canonical JSON (RFC 8785)."""
    return rfc8785.dumps(dict(content))


def newest_seq(session: ReadSession) -> int:
    """The newest sequence number, 0 for an empty ledger."""
    return session.scalar(select(func.coalesce(func.max(LedgerEntry.seq), 0))) or 0


def seq_at(session: ReadSession, moment: datetime) -> int:
    """The newest sequence number recorded at or before `moment`, 0 if there is none."""
    return (
        session.scalar(select(func.coalesce(func.max(LedgerEntry.seq), 0)).where(LedgerEntry.recorded_at <= moment))
        or 0
    )
