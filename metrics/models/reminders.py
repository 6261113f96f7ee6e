"""Reminders that were begun, each once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant


class Reminder(Base):
    """One reminder over one channel; its key is what makes it the only one.

    ``5 | 441202 | 2019-09-01 | overdue | smtp | sent | 1 | 2019-10-06T01:00:00Z | … | 2019-10-06T01:00:02Z |``

    `unit_code` is empty for the bureau's digest. `claimed`: somebody is sending it, or died over it; it may be taken up
    again from `retry_at` on. `failed`: not taken up any more. `failure` says why the last attempt did not succeed.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("unit_code", "period", "kind", "channel", name="uq_reminders_unit_code_period_kind_channel"),
        CheckConstraint("kind in ('due_soon', 'overdue', 'digest')", name="kind"),
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
