"""Who answers for a unit: its leader (分管领导) and its liaison (联络人)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class PersonRecord(Base):
    """Who has a unit's duty from a day on. Append-only; no name: from that day on nobody has it.

    ``71 | 441202 | leader | 李明 | 副区长 | 2019-03-01 | bureau | 分工调整 | 2019-03-04T01:00:00Z``
    """

    __tablename__ = "people_records"
    __table_args__ = (
        CheckConstraint("duty in ('leader', 'liaison')", name="duty"),
        Index("ix_people_records_unit_code_seq", "unit_code", "seq"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    unit_code: Mapped[str]
    duty: Mapped[str]
    name: Mapped[str | None]
    title: Mapped[str]
    effective_from: Mapped[date]
    actor: Mapped[str]
    reason: Mapped[str]
    recorded_at: Mapped[Instant]


class PersonContact(Base):
    """How the person of a record is reached. Not in the ledger, and the one part that can be deleted.

    ``71 | 0758-2220000 | li@example.org``
    """

    __tablename__ = "people_contacts"

    seq: Mapped[Sequence] = mapped_column(ForeignKey("people_records.seq"), primary_key=True, autoincrement=False)
    phone: Mapped[str]
    email: Mapped[str]
