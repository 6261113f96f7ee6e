"""Links by which one person confirms one thing, without an account: each single use, for a few days, kept as a hash."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant


class Confirmation(Base):
    """One link that was made for somebody, and what became of it.

    ``5 | … | submission_sign_off | 17 | 2 | … | 71 | li@example.org | chen | 2019-10-05T01:00Z | …``

    `purpose` says what `subject` numbers: a submission or a unit's material, of which `revision` is confirmed, whose
    entry in the ledger has `leaf_hash`. `person` is the record by which the one who confirms has the duty; `address`
    where the link went, empty once that contact was deleted. `sent_at` None: it was not handed over, `failure` says
    why. What a link is bound to never changes, nor is its use or its end ever taken back: a trigger refuses it.
    """

    __tablename__ = "confirmations"
    __table_args__ = (
        CheckConstraint("purpose in ('submission_sign_off', 'material_sign_off')", name="purpose"),
        Index("ix_confirmations_purpose_subject", "purpose", "subject"),
        Index("ix_confirmations_person", "person"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    purpose: Mapped[str]
    subject: Mapped[int]
    revision: Mapped[int]
    leaf_hash: Mapped[bytes]
    person: Mapped[int] = mapped_column(ForeignKey("people_records.seq"))
    address: Mapped[str]
    asked_by: Mapped[str]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    sent_at: Mapped[Instant | None] = mapped_column(default=None)
    failure: Mapped[str] = mapped_column(default="")
    used_at: Mapped[Instant | None] = mapped_column(default=None)
    superseded_at: Mapped[Instant | None] = mapped_column(default=None)
