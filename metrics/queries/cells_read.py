"""The figures of a file as they are read, each beside the one of the month before: what its sender looks over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select, tuple_

from metrics.database import ReadSession
from metrics.forms import plain
from metrics.intake.file_reading import CellPlace, FileReading, ReadCell
from metrics.models import Figure
from metrics.periods import add_months, parse_period
from metrics.plan.model import Plan, Text


@dataclass(frozen=True, slots=True)
class CellRead:
    """One figure: as `written` in the file, as `read` (None: refused), and the unit's of `last` month, if any."""

    element: str
    name: Text
    place: CellPlace
    written: str
    read: str | None
    last: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """What is new of it against last month."""
        return None if self.read is None or self.last is None else Decimal(self.read) - self.last

    def as_dict(self) -> dict[str, Any]:
        difference = self.difference
        return {
            "element": self.element,
            "name": {"zh": self.name.zh, "en": self.name.en},
            **self.place.as_dict(),
            "written": self.written,
            "read": self.read,
            "last": None if self.last is None else plain(self.last),
            "difference": None if difference is None else plain(difference),
        }


def cells_read(session: ReadSession, plan: Plan, reading: FileReading) -> dict[str, tuple[CellRead, ...]]:
    """Submission's key → its figures, in the form's order."""
    before = _before(session, reading)
    return {
        sent.key: tuple(_beside(plan, cell, before.get((sent.unit, sent.period), {})) for cell in sent.cells)
        for sent in reading.submissions
    }


def _beside(plan: Plan, cell: ReadCell, before: Mapping[str, Decimal]) -> CellRead:
    name = plan.element_by_code[cell.element].name
    return CellRead(cell.element, name, cell.place, cell.read, cell.recorded, before.get(cell.element))


def _before(session: ReadSession, reading: FileReading) -> dict[tuple[str, str], dict[str, Decimal]]:
    """Unit and period of every submission → the figures of the month before it."""
    asked: dict[tuple[str, date], tuple[str, str]] = {}
    for sent in reading.submissions:
        period = parse_period(sent.period)
        if period is not None:
            asked[sent.unit, add_months(period, -1)] = (sent.unit, sent.period)
    found: dict[tuple[str, str], dict[str, Decimal]] = {}
    rows = session.execute(
        select(Figure.unit_code, Figure.period, Figure.element_code, Figure.value).where(
            tuple_(Figure.unit_code, Figure.period).in_(list(asked))
        )
    )
    for unit, period, element, value in rows:
        found.setdefault(asked[unit, period], {})[element] = value
    return found
