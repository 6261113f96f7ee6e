"""Layouts of files that units confirmed, and whether a file's layout is one of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.intake.file_reading import FileReading
from metrics.models import ConfirmedLayout
from metrics.principal import Action, Principal, Role

Because = Literal["template", "tidy", "layout_confirmed", "layout_new", "questions"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether a reading is to be confirmed before it counts, and why.

    `because`: `template` or `tidy` say by themselves what they mean, `layout_confirmed` was confirmed before by each
    unit, the newest time `confirmed_at`; `layout_new` was not, and `questions` only the sender can answer.
    """

    needed: bool
    because: Because
    layout: str
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "needed": self.needed,
            "because": self.because,
            "layout": self.layout,
            "confirmed_by": self.confirmed_by,
            "confirmed_at": None if self.confirmed_at is None else self.confirmed_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """One confirmation. `headings`: the layout's words. `withdrawn_by` and `withdrawn_at` are None while it holds."""

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


def confirmation_of(session: ReadSession, reading: FileReading, *, lock: bool = False) -> Confirmation:
    """What `reading` needs before it may be stored.

    `lock`: nothing that it rests on is withdrawn until the transaction ends.
    """
    if reading.questions:
        return Confirmation(True, "questions", reading.layout)
    if reading.layout != "other":
        return Confirmation(False, reading.layout, reading.layout)
    units = {sent.unit for sent in reading.returns}
    rows = _in_force(session, units, reading.fingerprint, lock=lock) if reading.fingerprint else []
    if not units or {row.unit_code for row in rows} != units:
        return Confirmation(True, "layout_new", reading.layout)
    newest = max(rows, key=lambda row: row.confirmed_at)
    return Confirmation(False, "layout_confirmed", reading.layout, newest.confirmed_by, newest.confirmed_at)


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

    Raises Forbidden for a unit that is not the principal's, and for whoever posts no returns.
    """
    principal.require(Action.POST_RETURN)
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
