"""Supervision slips (督办单): every act on each."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence


class SlipActRecord(Base):
    """One act on a slip. Append-only; how the slip stands follows from all of them (metrics/supervision/slips.py).

    ``990 | 2019-3 | issue | 441202 | – | – | – | 可办率未达标 | 请说明原因… | 2019-10-31 | red_light | TG-05A | …``
    ``994 | 2019-3 | delegate | 441202 | 1 | 441203 | – | – | 请提供… | 2019-10-20 | – | – | …``

    `slip`: year and number within it. `unit_code`: the unit that the slip is addressed to, on acts of a unit the one
    that acts. `part`: the part that is handed on, signed for or answered; `to_unit` or, in words, `to_name`: to whom it
    is handed. `title`, `origin` and what the slip is about (`target_code`, `task_number`, `period`, `finding`) are said
    by its issuing alone. `due_on`: the day that the act sets or asks for. `attachments`: numbers of an answer's files.
    """

    __tablename__ = "slip_acts"
    __table_args__ = (
        CheckConstraint(r"slip ~ '^\d{4}-[1-9]\d{0,8}$'", name="slip"),
        CheckConstraint(
            "act in ('issue', 'receive', 'delegate', 'answer', 'ask_extension', 'grant_extension',"
            " 'refuse_extension', 'review', 'return', 'close', 'withdraw')",
            name="act",
        ),
        CheckConstraint(
            "(act = 'issue') = (origin in ('by_hand', 'red_light', 'late_submission', 'task', 'finding'))",
            name="origin",
        ),
        CheckConstraint("extract(day from period) = 1", name="period"),
        Index("uq_slip_acts_slip_issued", "slip", unique=True, postgresql_where=sql("act = 'issue'")),
        Index("ix_slip_acts_slip_seq", "slip", "seq"),
        Index("ix_slip_acts_unit_code", "unit_code"),
    )

    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"), primary_key=True, autoincrement=False)
    slip: Mapped[str]
    act: Mapped[str]
    unit_code: Mapped[str]
    part: Mapped[int | None]
    to_unit: Mapped[str]
    to_name: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    due_on: Mapped[date | None]
    origin: Mapped[str]
    target_code: Mapped[str]
    task_number: Mapped[int | None]
    period: Mapped[date | None]
    finding: Mapped[str]
    evidence: Mapped[str]
    attachments: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    actor: Mapped[str]
    recorded_at: Mapped[Instant]
