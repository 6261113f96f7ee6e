"""Monthly submissions: what happened to them, and their figures; drafts; refused files; confirmed layouts of files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence
from metrics.submission_states import Action, State

_FIRST_OF_MONTH = "extract(day from period) = 1"


class Submission(Base):
    """One unit's submission for one period: its identity and its present state.

    ``17 | 441202 | 2019-09-01 | 2 | submitted | 31 | 2019-10-04T02:11:09Z | 2019-10-04T02:11:09Z``

    `revision`, `state` and `seq` follow the newest row of :class:`SubmissionEvent`, in the same transaction.
    `first_recorded_at` is that of its first event; `first_received_at` is another moment where it was loaded as history
    that says when it had come, and null where the history does not say.
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
    state: Mapped[State]
    seq: Mapped[Sequence]
    first_recorded_at: Mapped[Instant]
    first_received_at: Mapped[Instant | None]


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
    action: Mapped[Action]
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
    """The present value of one element of one submission: the newest observation, kept in the same transaction.

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


class ConfirmedLayout(Base):
    """A layout that a unit confirmed once, and whether that was withdrawn. A row is changed by withdrawing alone.

    ``5 | 441202 | 9f31… | {填报单位,报告期,事项总数} | chen | 2019-10-06T01:00:00Z | | ``

    `headings` are the layout's words, for people; `fingerprint` is what it is known by. One row in force a layout.
    """

    __tablename__ = "confirmed_layouts"
    __table_args__ = (
        CheckConstraint("(withdrawn_by is null) = (withdrawn_at is null)", name="withdrawn"),
        Index(
            "uq_confirmed_layouts_unit_code_fingerprint",
            "unit_code",
            "fingerprint",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    unit_code: Mapped[str]
    fingerprint: Mapped[str]
    headings: Mapped[list[str]]
    confirmed_by: Mapped[str]
    confirmed_at: Mapped[Instant]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[Instant | None]


class Draft(Base):
    """The draft of one unit's submission for one period, shared by the unit's clerks. Changed in place; never a figure.

    ``441202 | 2019-09-01 | 4 | chen | 9f31… | {"values":{"items_total":"1000"},"reason":"","note":"",…} | 10:32``

    `typed` keeps the texts as they were typed. `editor` is the page that saved last: each opening of the form has its
    own, so that a page knows its own saving again.
    """

    __tablename__ = "drafts"
    __table_args__ = (CheckConstraint("extract(day from period) = 1", name="period"),)

    unit_code: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int]
    username: Mapped[str]
    editor: Mapped[str]
    typed: Mapped[dict[str, Any]]
    updated_at: Mapped[Instant]


class RefusedFile(Base):
    """One refused upload. ``12 | 3 | 九月.xlsx | xlsx | … | [{"code":"value_percentage","row":7,…}] | 2019-10-04T…``

    Changed by nobody, deleted by the next upload after its time.
    """

    __tablename__ = "refused_files"
    __table_args__ = (Index("ix_refused_files_user_id_recorded_at", "user_id", "recorded_at"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    kind: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    recorded_at: Mapped[Instant]
