"""What happened to a reporting period: locked, unlocked, exceptions for single units; and the reminders begun."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class PeriodEvent(Base):
    """One thing that happened to a period. Append-only; the newest of its sort says how things stand.

    ``61 | 2019-09-01 | lock | – | – | bureau | 数据已定稿 | 2019-10-20T01:00:00Z``
    ``63 | 2019-09-01 | except | 441223 | 2019-10-31T16:00:00Z | bureau | 系统故障 | 2019-10-21T02:00:00Z``

    `action` is lock or unlock, of the whole period, or except or end_exception, of one unit. `until` is the first
    instant at which an exception no longer holds.
    """

    __tablename__ = "period_events"
    __table_args__ = (
        CheckConstraint("extract(day from period) = 1", name="period"),
        CheckConstraint("action in ('lock', 'unlock', 'except', 'end_exception')", name="action"),
        CheckConstraint("(action in ('except', 'end_exception')) = (unit_code is not null)", name="unit"),
        CheckConstraint("(action = 'except') = (until is not null)", name="until"),
        Index("ix_period_events_period_seq", "period", "seq"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    period: Mapped[date]
    action: Mapped[str]
    unit_code: Mapped[str | None]
    until: Mapped[Instant | None]
    actor: Mapped[str]
    reason: Mapped[str]
    recorded_at: Mapped[Instant]


class Reminder(Base):
    """One reminder over one channel; its key is what makes it the only one.

    ``5 | 441202 | 2019-09-01 | overdue | smtp | sent | 1 | 2019-10-06T01:00:00Z | … | 2019-10-06T01:00:02Z |``

    `unit_code` is empty for what the bureau gets. `claimed`: somebody is sending it, or died over it; it may be taken
    up again from `retry_at` on. `failed`: not taken up any more. `failure` says why the last attempt did not succeed.
    `subject`: the slip or the announcement and its day, of reminders of those; of what somebody follows whom it is for
    and up to which entry it was known; of a checkpoint the day and the recipient.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint(
            "unit_code", "period", "kind", "channel", "subject", name="uq_reminders_unit_code_period_kind_channel"
        ),
        CheckConstraint(
            "kind in ('due_soon', 'overdue', 'digest', 'slip_due_soon', 'slip_overdue', 'slip_escalated', "
            "'silence_unit', 'silence_lead', 'silence_bureau', 'turned', 'announced_soon', 'announced_passed', "
            "'checkpoint')",
            name="kind",
        ),
        CheckConstraint("channel in ('smtp', 'webhook')", name="channel"),
        CheckConstraint("state in ('claimed', 'sent', 'failed')", name="state"),
        CheckConstraint("extract(day from period) = 1", name="period"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    unit_code: Mapped[str]
    period: Mapped[date]
    kind: Mapped[str]
    channel: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    claimed_at: Mapped[Instant]
    retry_at: Mapped[Instant]
    sent_at: Mapped[Instant | None]
    failure: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="", server_default="")
