"""Epochs of the ledger: the stretches between restores that were declared, and since when the signer remembers.

An entry of the kind `epoch` begins each but the first of a ledger that this version began; that one begins with the
ledger's first key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession, once_a_snapshot
from metrics.models import LedgerEntry

EPOCH = "epoch"  # the kind of the entry
BEGAN, RESTORED = "began", "restored"  # its causes
_TELLING = ("key", EPOCH)  # as the index on the table has it


@dataclass(frozen=True, slots=True)
class NamedHead:
    """A head as an entry names it."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Epoch:
    """`found`: what the database had when the entry `seq` began the epoch; `remembered`: what the signer knew, if it
    knew anything.
    """

    number: int
    cause: str
    seq: int
    recorded_at: datetime
    actor: str
    reason: str
    remembered: NamedHead | None
    found: NamedHead


def epochs(session: ReadSession) -> list[Epoch]:
    """Every epoch that an entry begins, oldest first. Entries that are not of the form of their kind are left out."""
    return once_a_snapshot(session, "epochs", lambda: _epochs(session))


def _epochs(session: ReadSession) -> list[Epoch]:
    rows = session.execute(
        select(LedgerEntry.seq, LedgerEntry.recorded_at, LedgerEntry.leaf)
        .where(LedgerEntry.kind == EPOCH)
        .order_by(LedgerEntry.seq)
    )
    return [epoch for row in rows for epoch in _epoch(row.seq, row.recorded_at, row.leaf)]


def _epoch(seq: int, recorded_at: datetime, leaf: str) -> Iterator[Epoch]:
    try:
        said = json.loads(leaf)
        known = None if said["remembered"] is None else _named(said["remembered"])
        found = _named(said["found"])
        yield Epoch(int(said["epoch"]), said["cause"], seq, recorded_at, said["actor"], said["reason"], known, found)
    except (ValueError, KeyError, TypeError):  # a leaf is whatever somebody wrote there; the check names it
        return


def _named(said: Any) -> NamedHead:
    return NamedHead(int(said["size"]), str(said["root"]))


def present_epoch(session: ReadSession) -> int:
    """The number of the newest epoch."""
    return max((epoch.number for epoch in epochs(session)), default=1)


def unfinished_restore(session: ReadSession, remembered: NamedHead | None) -> Epoch | None:
    """The restore that was declared of just what the signer still remembers; None where something was recorded since.

    Its process died between recording it and having it remembered.
    """
    newest = max(epochs(session), key=lambda epoch: epoch.seq, default=None)
    if newest is None or (newest.cause, newest.remembered) != (RESTORED, remembered):
        return None
    since = select(LedgerEntry.seq).where(LedgerEntry.seq > newest.seq, LedgerEntry.kind != "key").limit(1)
    return newest if session.scalar(since) is None else None


def was_remembered(session: ReadSession) -> bool:
    """True if the ledger itself says that its signer remembers; it does so since a key or an epoch that names one."""
    leaves = session.scalars(select(LedgerEntry.leaf).where(LedgerEntry.kind.in_(_TELLING)))
    return any('"epoch":' in leaf for leaf in leaves)
