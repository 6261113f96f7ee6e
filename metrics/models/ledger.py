"""The ledger: one row for everything that ever became known, in the order in which it was committed."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class LedgerEntry(Base):
    """One event: a return, a verification, a change of the plan.

    ``seq 17 | submission | 2019-10-04T02:11:09Z | {"kind":"submission","unit":"441202",…} | 5c1f…``

    `seq` has no gaps and grows in commit order; `leaf` is canonical JSON (RFC 8785) and holds everything that
    the event says; `leaf_hash` is SHA-256 of 0x00 and the leaf (RFC 9162, 2.1.1).
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (Index("ix_ledger_entries_recorded_at", "recorded_at"),)

    seq: Mapped[Sequence] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    recorded_at: Mapped[Instant]
    leaf: Mapped[str]
    leaf_hash: Mapped[bytes]
