"""Lights that an evaluator set by hand."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class LightOverride(Base):
    """One decision about the light of a target for a unit in a period. Append-only; the newest one counts.

    ``71 | 441223 | TG-05A | 2019-10-01 | amber | red | 系统割接,已核实 | han | 2019-11-08T02:00:00Z``

    `light` None takes an earlier one back; `computed` is the light that the rules gave when it was decided. It lapses
    with the next submission of the unit (or of one below it), whatever period that is for.
    """

    __tablename__ = "light_overrides"
    __table_args__ = (
        CheckConstraint("light in ('green', 'amber', 'red', 'grey')", name="light"),
        CheckConstraint("extract(day from period) = 1", name="period"),
        Index("ix_light_overrides_unit_code_target_code_period", "unit_code", "target_code", "period", "seq"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    unit_code: Mapped[str]
    target_code: Mapped[str]
    period: Mapped[date]
    light: Mapped[str | None]
    computed: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
