"""Phases of the plan: which date of a commitment binds at a gate, what inspections found and how it is put right."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class GateRule(Base):
    """One decision on which date binds where a commitment has two; the newest is in force.

    ``1204 | window_end | 市政府常务会议明确以工作目标为准 | han | …``
    """

    __tablename__ = "gate_rules"
    __table_args__ = (CheckConstraint("binding in ('due_date', 'window_end')", name="binding"),)

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    binding: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]


class InspectionFinding(Base):
    """What an inspection found of a unit in a round (督导检查发现的问题). `seq` names its entry, `number` the finding.

    ``1310 | 7 | PH2 | 441202 | TG-19B | – | major | “一窗”窗口只受理 6 类中的 3 类 | 2019-11-30 | zhou | …``
    """

    __tablename__ = "inspection_findings"
    __table_args__ = (
        CheckConstraint("severity in ('minor', 'major', 'grave')", name="severity"),
        CheckConstraint("num_nonnulls(target_code, task_number) = 1", name="about"),
        UniqueConstraint("number"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    number: Mapped[int]
    phase_code: Mapped[str]
    unit_code: Mapped[str]
    target_code: Mapped[str | None]
    task_number: Mapped[int | None]
    severity: Mapped[str]
    text: Mapped[str]
    due_on: Mapped[date]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]


class Rectification(Base):
    """One act on a finding after it was raised (整改): an answer, its closure, a sending back, a withdrawal.

    ``1402 | 7 | 441202 | answer | 已扩至 6 类 | https://… | – | chen | …``
    """

    __tablename__ = "rectifications"
    __table_args__ = (
        CheckConstraint("action in ('answer', 'close', 'return', 'withdraw')", name="action"),
        Index("ix_rectifications_number", "number", "seq"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    number: Mapped[int]
    unit_code: Mapped[str]
    action: Mapped[str]
    text: Mapped[str]
    evidence: Mapped[str]
    attachments: Mapped[list[int]]
    due_on: Mapped[date | None]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]


class SelfAssessment(Base):
    """One act on a unit's self-assessment of a round (自查评估): a revision of its sheet, or a leader's signature.

    `figures`: the unit's own figures as they were drawn at the entry `stands_on`, a list in the sheet's order;
    `remarks`: target → what the unit says of it. A signature has neither, and stands on the revision that it signs;
    `signature` says whose it is and `attachments` are its scans where it was given on paper, and both are empty of a
    leader's own account.

    ``1250 | PH2 | 441202 | 1 | submit | 1249 | 2019-10-01 | 总体… | [{"target": "TG-04A", …}] | {…} | – | chen | …``
    """

    __tablename__ = "self_assessments"
    __table_args__ = (
        CheckConstraint("action in ('submit', 'sign_off')", name="action"),
        CheckConstraint("extract(day from period) = 1", name="period"),
        UniqueConstraint("phase_code", "unit_code", "revision", "action"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    phase_code: Mapped[str]
    unit_code: Mapped[str]
    revision: Mapped[int]
    action: Mapped[str]
    stands_on: Mapped[Sequence]
    period: Mapped[date]
    summary: Mapped[str]
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    remarks: Mapped[dict[str, Any]]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
    signature: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    attachments: Mapped[list[int]] = mapped_column(server_default="{}")
