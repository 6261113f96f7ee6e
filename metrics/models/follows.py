"""What people follow, and what turned of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class Follow(Base):
    """What one person follows. ``7 | 3 | 441202 | TG-05A | 2020-01-08T02:11:00Z | 8123``

    A unit, a target, or one target of one unit; what is not named is empty, and then every one is meant. `seen_seq`:
    the place in the ledger up to which the person has been told.
    """

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("user_id", "unit_code", "target_code", name="uq_follows_user_id_unit_code_target_code"),
        CheckConstraint("unit_code <> '' or target_code <> ''", name="what"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    unit_code: Mapped[str]
    target_code: Mapped[str]
    followed_at: Mapped[Instant]
    seen_seq: Mapped[Sequence]


class FollowedTurn(Base):
    """One status that turned, as one person is told of it. ``9 | 3 | 441202 | TG-05A | 8150 | {"before":"met",…} | …``

    `seq`: up to which entry of the ledger it was known when it was noticed; `told`: what turned and why
    (`metrics.queries.follows.ToldTurn`); `seen_at`: when the person said so, None until then.
    """

    __tablename__ = "followed_turns"
    __table_args__ = (
        UniqueConstraint(
            "user_id",
            "unit_code",
            "target_code",
            "seq",
            name="uq_followed_turns_user_id_unit_code_target_code_seq",
        ),
        Index("ix_followed_turns_seq", "seq"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    unit_code: Mapped[str]
    target_code: Mapped[str]
    seq: Mapped[Sequence]
    told: Mapped[dict[str, Any]]
    noticed_at: Mapped[Instant]
    seen_at: Mapped[Instant | None] = mapped_column(default=None)
