"""Performance assessment: rules of scores, and what inquiries that a task of the plan asks for came to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class ScoreRuleRecord(Base):
    """One version of how scores are made: the weight of each part and the steps of those that have any.

    ``1611 | 2020-01-01 | {"slips": "2", …} | {"attainment": [{"at_least": "1", "points": "100"}]} | – | 已研究 | zhou``
    """

    __tablename__ = "score_rules"
    __table_args__ = (CheckConstraint("extract(day from valid_from) = 1", name="valid_from"),)

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    valid_from: Mapped[date]
    weights: Mapped[dict[str, Any]]
    steps: Mapped[dict[str, Any]]
    citation: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]


class InquiryScore(Base):
    """One revision of what a form of inquiry came to for a unit in a round (测评得分). It belongs to no indicator.

    ``1702 | 39 | 441202 | 2019 | questionnaire | 1 | 86.5 | 100 | 2020-01-20 | – | {981} | – | – | zhou | …``
    """

    __tablename__ = "inquiry_scores"
    __table_args__ = (
        CheckConstraint("full_marks > 0 and score >= 0 and score <= full_marks", name="score"),
        UniqueConstraint("task_number", "unit_code", "round", "form", "revision"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    task_number: Mapped[int]
    unit_code: Mapped[str]
    round: Mapped[str]
    form: Mapped[str]
    revision: Mapped[int]
    score: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    full_marks: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    measured_on: Mapped[date]
    evidence: Mapped[str]
    attachments: Mapped[list[int]]
    note: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
