"""Files that are attached to records: kept whole, one row a file."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class AttachedFile(Base):
    """A file of one unit, which records of that unit may carry. ``981 | 441202 | 照片.jpg | image/jpeg | 48213 | …``

    The same bytes are there once for each unit, under the name that came first. Which record carries the file is said
    by the record.
    """

    __tablename__ = "attached_files"
    __table_args__ = (
        CheckConstraint("size = length(content)", name="size"),
        Index("uq_attached_files_unit_code_sha256", "unit_code", "sha256", unique=True),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    unit_code: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes]
    content: Mapped[bytes] = mapped_column(deferred=True)
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
