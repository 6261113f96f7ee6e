"""Bulletins: what was done to them, and every file of those that were issued, byte for byte, for ever."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class BulletinAct(Base):
    """One act on the bulletin (通报) of a month. How the bulletin stands follows from its acts.

    ``991 | 2019-09-01 | edit | 1 | 3 | zh | next.due | 请各单位于{due}前报送…… | – | bureau | 2019-10-11T…``

    `act`: draft (drawn from `release`), edit (of `paragraph` in `language`; `words` null: as generated again), issue
    (frozen as `version`, which `reason` says why where it is not the first).
    """

    __tablename__ = "bulletin_acts"
    __table_args__ = (
        CheckConstraint("act in ('draft', 'edit', 'issue')", name="act"),
        CheckConstraint("extract(day from period) = 1", name="period"),
        Index("ix_bulletin_acts_period", "period"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    period: Mapped[date]
    act: Mapped[str]
    version: Mapped[int]
    release: Mapped[int] = mapped_column(ForeignKey("releases.number"))
    language: Mapped[str]
    paragraph: Mapped[str]
    words: Mapped[str | None]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]


class BulletinFile(Base):
    """One file of an issued bulletin. ``1002 | zh.pdf | application/pdf | 183204 | … | …``"""

    __tablename__ = "bulletin_files"

    seq: Mapped[Sequence] = mapped_column(ForeignKey("bulletin_acts.seq"), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    size: Mapped[Sequence]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary)
