"""The ledger as a whole: how long it is, what was signed of it last, and whether a restore was declared lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from metrics.database import ReadSession
from metrics.ledger.epochs import RESTORED, Epoch, epochs
from metrics.ledger.tiles import stored_size, stored_tree
from metrics.queries.cosignatures import KnownCheckpoint, newest_checkpoint

RECENT = timedelta(days=30)  # how long a restore is told of on every page


@dataclass(frozen=True, slots=True)
class LedgerState:
    """`size` entries with this `root`; what was `signed` last, None before the first."""

    size: int
    root: bytes
    epoch: int
    signed: KnownCheckpoint | None


def ledger_state(session: ReadSession) -> LedgerState:
    """How the ledger is now."""
    size = stored_size(session)
    number = max((epoch.number for epoch in epochs(session)), default=1)
    return LedgerState(size, stored_tree(session, size=size).root(), number, newest_checkpoint(session))


def recent_restore(session: ReadSession, *, now: datetime) -> Epoch | None:
    """The restore that was declared last, for thirty days; None afterwards, or if there was none."""
    restored = [epoch for epoch in epochs(session) if epoch.cause == RESTORED]
    newest = restored[-1] if restored else None
    return newest if newest is not None and now - newest.recorded_at < RECENT else None
