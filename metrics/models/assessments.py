"""What third parties measured, beside what was reported; samples of reported cells, and what was found there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class Assessment(Base):
    """One revision of one assessment. ``901 | 1 | 901 | 441202 | 2019-09-01 | online_rate | 380 | 400 | – | …``

    `id` is the sequence number of its first revision. Either `numerator` and `denominator` or `value` is given, the
    latter in the indicator's unit of measure. `sample_size` says that they are counts of a sample. `blind`: recorded
    while the assessor could not see the reported value. `clusters`: numerator and denominator of each cluster of a
    sample of clusters, whose sums the two are; `clusters_in_all`: how many clusters there are to draw from, if known.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        CheckConstraint("extract(day from period) = 1", name="period"),
        CheckConstraint(
            "(value is null) = (numerator is not null) and (numerator is null) = (denominator is null)", name="figure"
        ),
        Index("ix_assessments_unit_code_period_indicator_code", "unit_code", "period", "indicator_code"),
    )

    id: Mapped[Sequence] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), unique=True)
    unit_code: Mapped[str]
    period: Mapped[date]
    indicator_code: Mapped[str]
    numerator: Mapped[Decimal | None] = mapped_column(Numeric)
    denominator: Mapped[Decimal | None] = mapped_column(Numeric)
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    method: Mapped[str]
    sample_size: Mapped[int | None]
    clusters: Mapped[list[list[str]] | None] = mapped_column(JSONB)
    clusters_in_all: Mapped[int | None]
    evidence: Mapped[str]
    note: Mapped[str]
    reason: Mapped[str]
    blind: Mapped[bool]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    actor: Mapped[str]
    recorded_at: Mapped[Instant]


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
