"""What units send each month besides their figures (工作进展情况材料), one row for each thing that happened to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class MaterialRecord(Base):
    """One act on a unit's material for a month: sent or revised, seen by the head, signed off by the leader.

    ``990 | 985 | 441202 | 2019-09-01 | send | 2 | … | 无 | … | {812,813} | {981} | 补附件 | {} | chen | …``

    `id` is the `seq` of its first act. `reports` and `attachments` are numbers of task reports and of files that it
    carries. Texts, reports and files belong to what was sent and are empty for the other acts, which have `detail`.
    """

    __tablename__ = "material_records"
    __table_args__ = (
        CheckConstraint("action in ('send', 'see', 'sign_off')", name="action"),
        CheckConstraint("extract(day from period) = 1", name="period"),
        Index("ix_material_records_id_seq", "id", "seq"),
        Index("ix_material_records_unit_code_period_seq", "unit_code", "period", "seq"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    id: Mapped[Sequence]
    unit_code: Mapped[str]
    period: Mapped[date]
    action: Mapped[str]
    revision: Mapped[int]
    summary: Mapped[str]
    problems: Mapped[str]
    next_month: Mapped[str]
    reports: Mapped[list[int]]
    attachments: Mapped[list[int]]
    reason: Mapped[str]
    detail: Mapped[dict[str, Any]]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
