"""Layouts of files that units have confirmed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant


class ConfirmedLayout(Base):
    """A layout that a unit confirmed once, and whether that was withdrawn. A row is changed by withdrawing alone.

    ``5 | 441202 | 9f31… | {填报单位,报告期,事项总数} | chen | 2019-10-06T01:00:00Z | | ``

    `headings` are the layout's words, for people; `fingerprint` is what it is known by. One row in force a layout.
    """

    __tablename__ = "confirmed_layouts"
    __table_args__ = (
        CheckConstraint("(withdrawn_by is null) = (withdrawn_at is null)", name="withdrawn"),
        Index(
            "uq_confirmed_layouts_unit_code_fingerprint",
            "unit_code",
            "fingerprint",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    unit_code: Mapped[str]
    fingerprint: Mapped[str]
    headings: Mapped[list[str]]
    confirmed_by: Mapped[str]
    confirmed_at: Mapped[Instant]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[Instant | None]
