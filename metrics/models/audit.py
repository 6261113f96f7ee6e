"""The audit: who did, or tried, what, from where, and what became of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, Identity, Index, Text, literal_column
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant

# By these the rows about a unit are found (metrics/queries/audit.py): its code is a word of the subject, or the subject
# ends with places in the ledger, which the audit wrote itself of what was done.
WORDS = literal_column("string_to_array(translate(subject, '/,=', '   '), ' ')", ARRAY(Text))
IN_THE_LEDGER: ColumnElement[bool] = literal_column(r"(outcome = 'done' and subject ~ '\mseq=\d{1,15}(…\d{1,15})?$')")


class AuditEntry(Base):
    """One act, or `count` alike within a minute, the first at `at` and the last at `until`. Append-only.

    ``17 | 02:11:09 | 02:11:09 | 1 | api | 3 | chen | clerk | | 10.1.2.3 | submission.post | seq=812 | done | | 5c1f…``

    No account is referred to: a row outlives it. `token`: the name of the token that was used, empty without one.
    No secret, no figure and no name of an account that is none is in any column.
    """

    __tablename__ = "audit"
    __table_args__ = (
        CheckConstraint("outcome in ('done', 'refused', 'failed')", name="outcome"),
        CheckConstraint("channel in ('api', 'page', 'command', 'service')", name="channel"),
        CheckConstraint("count >= 1 and until >= at", name="count"),
        Index("ix_audit_until", "until"),
        Index("ix_audit_actor", "actor", "id"),
        Index("ix_audit_words", WORDS, postgresql_using="gin"),
        Index("ix_audit_in_the_ledger", "id", postgresql_where=IN_THE_LEDGER),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[Instant]
    until: Mapped[Instant]
    count: Mapped[int]
    channel: Mapped[str]
    user_id: Mapped[int | None]
    actor: Mapped[str]
    role: Mapped[str]
    token: Mapped[str]
    address: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    outcome: Mapped[str]
    code: Mapped[str]
    request_id: Mapped[str]
