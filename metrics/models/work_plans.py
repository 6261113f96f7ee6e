"""Units' yearly work plans, and the money for them: one row a revision."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class WorkPlan(Base):
    """One revision of a unit's work plan for a year (工作计划).

    ``1201 | 441202 | 2020 | 2 | … | [{"task":11,"text":"接入","due_on":"2020-06-30","who":"张三"}] | {981} | …``
    """

    __tablename__ = "work_plans"
    __table_args__ = (Index("uq_work_plans_unit_code_year_revision", "unit_code", "year", "revision", unique=True),)

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    unit_code: Mapped[str]
    year: Mapped[int]
    revision: Mapped[int]
    summary: Mapped[str]
    measures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    attachments: Mapped[list[int]]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]


class Funding(Base):
    """One revision of what a unit says of one source of money in a year, in 万元 (资金保障). Told, and never scored.

    ``1207 | 441202 | 2020 | own_budget | 1 | 120.00 | 45.50 | 已列入年初预算 | – | chen | …``
    """

    __tablename__ = "fundings"
    __table_args__ = (
        CheckConstraint("source in ('superior', 'city', 'own_budget', 'other')", name="source"),
        CheckConstraint("arranged >= 0 and paid >= 0", name="amounts"),
        Index("uq_fundings_unit_code_year_source_revision", "unit_code", "year", "source", "revision", unique=True),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    unit_code: Mapped[str]
    year: Mapped[int]
    source: Mapped[str]
    revision: Mapped[int]
    arranged: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    paid: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    note: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
