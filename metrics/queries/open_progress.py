"""How far `open.progress`, which other tools read by SQL, follows the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import LedgerEntry, OpenRefresh


@dataclass(frozen=True, slots=True)
class OpenProgressKept:
    """`as_of_seq`: the entry up to which it is kept, None if it never was. `behind_seconds`: how long the first entry
    after that has waited, 0 if there is none."""

    as_of_seq: int | None
    behind_seconds: int


def open_progress_kept(session: ReadSession) -> OpenProgressKept:
    """What is kept, and how late it is."""
    as_of_seq = session.scalar(select(OpenRefresh.as_of_seq).where(OpenRefresh.relation == "progress"))
    later = select(LedgerEntry.recorded_at).where(LedgerEntry.seq > (as_of_seq or 0)).order_by(LedgerEntry.seq)
    waiting = session.scalar(later.limit(1))
    waited = 0 if waiting is None else int((datetime.now(UTC) - waiting).total_seconds())
    return OpenProgressKept(as_of_seq, max(0, waited))
