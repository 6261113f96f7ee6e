"""Phases of the plan: which date of a commitment binds at a gate."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class GateRule(Base):
    """One decision on which date binds where a commitment has two; the newest is in force.

    ``1204 | window_end | 市政府常务会议明确以工作目标为准 | han | …``
    """

    __tablename__ = "gate_rules"
    __table_args__ = (CheckConstraint("binding in ('due_date', 'window_end')", name="binding"),)

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    binding: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
