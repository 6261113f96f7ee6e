"""Monthly returns: the submission, what happened to it, and its figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence

_FIRST_OF_MONTH = "extract(day from period) = 1"


class Submission(Base):
    """One unit's return for one period: its identity and its present state.

    ``17 | 441202 | 2019-09-01 | 2 | submitted | 31``

    `revision`, `state` and `seq` follow the newest row of :class:`SubmissionEvent`, in the same transaction.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("unit_code", "period"),
        Index("ix_submissions_period", "period"),
        CheckConstraint("state in ('submitted', 'verified', 'returned')", name="state"),
        CheckConstraint(_FIRST_OF_MONTH, name="period"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    unit_code: Mapped[str]
    period: Mapped[date]
    revision: Mapped[int]
    state: Mapped[str]
    seq: Mapped[Sequence]
    first_recorded_at: Mapped[Instant]


class SubmissionEvent(Base):
    """One thing that happened to a submission. Append-only.

    ``31 | 17 | submit | 2 | chen | 更正材料数 | {"changed":1,"unchanged":44,"warnings":[…]} | 2019-10-06T01:00:00Z``

    `action` is submit (state submitted), verify (verified), return (returned), reopen (submitted) or sign_off (which
    leaves the state as it is).
    """

    __tablename__ = "submission_events"
    __table_args__ = (
        CheckConstraint("action in ('submit', 'verify', 'return', 'reopen', 'sign_off')", name="action"),
        Index("ix_submission_events_submission_id_seq", "submission_id", "seq"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    action: Mapped[str]
    revision: Mapped[int]
    actor: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]]
    recorded_at: Mapped[Instant]


class Observation(Base):
    """One element value in one revision of a submission. Append-only; a revision holds only what it changed.

    ``441202 | items_online | 2019-09-01 | 2 | 812 | 31 | 17 | 2019-10-06T01:00:00Z``

    Partitioned on `period` where the server has TimescaleDB, hence `period` in the key.
    Units and elements are verified against the plan by the command that writes, not by foreign keys.
    """

    __tablename__ = "observations"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint(_FIRST_OF_MONTH, name="period"),
        Index("ix_observations_seq", "seq"),
    )

    unit_code: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[date] = mapped_column(primary_key=True)
    element_code: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[Decimal] = mapped_column(Numeric)
    seq: Mapped[Sequence]
    submission_id: Mapped[int]
    recorded_at: Mapped[Instant]


class Figure(Base):
    """The present value of one element of one return: the newest observation, kept in the same transaction.

    ``441202 | 2019-09-01 | items_online | 812 | 2 | 31 | 17``
    """

    __tablename__ = "figures"
    __table_args__ = (Index("ix_figures_seq", "seq"), Index("ix_figures_period", "period"))

    unit_code: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[date] = mapped_column(primary_key=True)
    element_code: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Decimal] = mapped_column(Numeric)
    revision: Mapped[int]
    seq: Mapped[Sequence]
    submission_id: Mapped[int]
    recorded_at: Mapped[Instant]
