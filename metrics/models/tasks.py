"""What units report each month on the plan's tasks, and by which steps that is confirmed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class TaskReport(Base):
    """One revision of what a unit reports on a task for a month (任务月报).

    ``980 | 11 | 441202 | 2019-09-01 | 1 | in_progress | 已归集信用记录 3200 条 | https://… | {978} | – | chen | …``

    `attachments`: numbers of the files that are its evidence besides the address.
    """

    __tablename__ = "task_reports"
    __table_args__ = (
        CheckConstraint("state in ('not_started', 'in_progress', 'done', 'blocked')", name="state"),
        CheckConstraint("extract(day from period) = 1", name="period"),
        Index(
            "uq_task_reports_task_number_unit_code_period_revision",
            "task_number",
            "unit_code",
            "period",
            "revision",
            unique=True,
        ),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    task_number: Mapped[int]
    unit_code: Mapped[str]
    period: Mapped[date]
    revision: Mapped[int]
    state: Mapped[str]
    text: Mapped[str]
    evidence: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
    attachments: Mapped[list[int]] = mapped_column(server_default="{}")


class TaskCheck(Base):
    """One step by which a task report is confirmed or sent back. Append-only; it is about one revision.

    ``991 | 11 | 441202 | 2019-09-01 | 1 | 441200-SELF | lead | confirm | – | wang | …``

    `unit_code` is whose report it is; `by_unit` the leading unit in whose name the step is taken, empty for a review.
    """

    __tablename__ = "task_checks"
    __table_args__ = (
        CheckConstraint("step = 'review' and by_unit = '' or step = 'lead' and by_unit <> ''", name="step"),
        CheckConstraint("action in ('confirm', 'return')", name="action"),
        CheckConstraint("extract(day from period) = 1", name="period"),
        Index("ix_task_checks_task_number_unit_code_period", "task_number", "unit_code", "period"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    task_number: Mapped[int]
    unit_code: Mapped[str]
    period: Mapped[date]
    revision: Mapped[int]
    by_unit: Mapped[str]
    step: Mapped[str]
    action: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]


class TaskSanction(Base):
    """One act on a sanction that the plan prints for a task: a mark is set, or lifted. Append-only.

    ``995 | 31 | 441200-SELF | mark | – | 某业务系统 | 逾期未接入共享平台 | wang | …``
    ``1020 | 31 | 441200-SELF | lift | 995 | 某业务系统 | 已接入 | wang | …``

    `mark`: the mark that is lifted. `subject`: whose or which system it is within the unit; empty for the unit itself.
    """

    __tablename__ = "task_sanctions"
    __table_args__ = (
        CheckConstraint("action = 'mark' and mark is null or action = 'lift' and mark is not null", name="action"),
        Index("uq_task_sanctions_mark", "mark", unique=True),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    task_number: Mapped[int]
    unit_code: Mapped[str]
    action: Mapped[str]
    mark: Mapped[Sequence | None]
    subject: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
