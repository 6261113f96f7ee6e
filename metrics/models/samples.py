"""Samples of reported cells that a third party looks at, and what it found."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class Sample(Base):
    """One drawing (抽样). ``1 | 950 | 949 | 2019-wenmingli | 3 | {2019-09} | {items_total,…} | {441202/2019-09/…} | …``

    `stands_on`: the ledger's newest entry when it was drawn; findings are compared with what was reported by then.
    `elements`: those that were drawn from. `cells`: unit/period/element, by unit and in the order drawn.
    """

    __tablename__ = "samples"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), unique=True)
    stands_on: Mapped[Sequence]
    seed: Mapped[str]
    per_unit: Mapped[int]
    periods: Mapped[list[str]]
    elements: Mapped[list[str]]
    cells: Mapped[list[str]]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    actor: Mapped[str]
    recorded_at: Mapped[Instant]


class SampleFinding(Base):
    """What was found for one cell; the newest of a cell holds. ``960 | 441202/2019-09/items_total | 1 | differs | 998``

    `value` is what the evidence showed. `blind`: recorded while the assessor could not see the reported value.
    """

    __tablename__ = "sample_findings"
    __table_args__ = (
        CheckConstraint("finding in ('confirmed', 'differs', 'no_evidence')", name="finding"),
        Index("ix_sample_findings_number", "number", "cell", "seq"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(ForeignKey("samples.number"))
    finding: Mapped[str]
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    note: Mapped[str]
    blind: Mapped[bool]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
