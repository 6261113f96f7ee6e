"""Layouts of files that units confirmed, and whether a file's layout is one of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.intake.file_reading import FileReading
from metrics.models import ConfirmedLayout
from metrics.principal import Principal, Role, Scope

Because = Literal["template", "tidy", "layout_confirmed", "layout_new", "questions"]


@dataclass(frozen=True, slots=True)
class ReadingConfirmation:
    """Whether a reading is to be confirmed before it counts, and why; who confirmed its layout last, if it is not.

    `because`: `template` or `tidy` say by themselves what they mean, `layout_confirmed` was confirmed before by each
    unit, the newest time `confirmed_at`; `layout_new` was not, and `questions` only the sender can answer.
    """

    needed: bool
    because: Because
    layout: Literal["template", "tidy", "other"]
    confirmed_by: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """A layout of files that a unit confirmed. `headings`: its words; there is no `withdrawn_at` while it holds."""

    id: int
    unit: str
    headings: tuple[str, ...]
    confirmed_by: str
    confirmed_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None


def confirmation_of(session: ReadSession, reading: FileReading, *, lock: bool = False) -> ReadingConfirmation:
    """What `reading` needs before it may be stored.

    `lock`: nothing that it rests on is withdrawn until the transaction ends.
    """
    if reading.questions:
        return ReadingConfirmation(True, "questions", reading.layout, None, None)
    if reading.layout != "other":
        return ReadingConfirmation(False, reading.layout, reading.layout, None, None)
    units = {sent.unit for sent in reading.submissions}
    rows = _in_force(session, units, reading.fingerprint, lock=lock) if reading.fingerprint else []
    if not units or {row.unit_code for row in rows} != units:
        return ReadingConfirmation(True, "layout_new", reading.layout, None, None)
    newest = max(rows, key=lambda row: row.confirmed_at)
    return ReadingConfirmation(False, "layout_confirmed", reading.layout, newest.confirmed_by, newest.confirmed_at)


def _in_force(session: ReadSession, units: Collection[str], fingerprint: str, *, lock: bool) -> list[ConfirmedLayout]:
    asked = select(ConfirmedLayout).where(
        ConfirmedLayout.unit_code.in_(units),
        ConfirmedLayout.fingerprint == fingerprint,
        ConfirmedLayout.withdrawn_at.is_(None),
    )
    if lock:
        asked = asked.order_by(ConfirmedLayout.id).with_for_update(read=True)
    return list(session.scalars(asked))


def confirmed_layouts(session: ReadSession, *, principal: Principal, unit: str | None = None) -> tuple[LayoutRow, ...]:
    """Every confirmation of `unit`, or of all units that are the principal's to see, newest first, withdrawn ones too.

    Raises Forbidden for a unit that is not the principal's, and for whoever posts no submissions.
    """
    principal.require(Scope.POST_SUBMISSION)
    asked = select(ConfirmedLayout).order_by(ConfirmedLayout.id.desc())
    if unit is not None:
        principal.require_unit(unit)
        asked = asked.where(ConfirmedLayout.unit_code == unit)
    elif principal.role is not Role.REVIEWER:
        asked = asked.where(ConfirmedLayout.unit_code.in_(principal.units))
    return tuple(layout_row(row) for row in session.scalars(asked))


def layout_row(row: ConfirmedLayout) -> LayoutRow:
    return LayoutRow(
        id=row.id,
        unit=row.unit_code,
        headings=tuple(row.headings),
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        withdrawn_by=row.withdrawn_by,
        withdrawn_at=row.withdrawn_at,
    )
