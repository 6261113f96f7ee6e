"""The figures of a file as they are read, each beside the one when it was owed last: what its sender looks over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.database import ReadSession
from metrics.forms import plain
from metrics.intake.file_reading import CellPlace, FileReading, ReadCell
from metrics.periods import add_months, last_owed, parse_period
from metrics.plan.model import Plan, Text
from metrics.queries.earlier_figures import figures_owed_before


@dataclass(frozen=True, slots=True)
class CellRead:
    """One figure: as `written` in the file, as `read` (None: refused), and the unit's of `last` month, if any.

    `month`: that of `last` where it is not last month, of an element that is owed less often.
    """

    element: str
    name: Text
    place: CellPlace
    written: str
    read: str | None
    last: Decimal | None
    month: date | None = None

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
    units: dict[date, set[str]] = {}
    for sent in reading.submissions:
        period = parse_period(sent.period)
        if period is not None:
            units.setdefault(period, set()).add(sent.unit)
    before = {period: figures_owed_before(session, plan, units=asked, period=period) for period, asked in units.items()}
    found = {}
    for sent in reading.submissions:
        period = parse_period(sent.period)
        values = {} if period is None else before[period].get(sent.unit, {})
        found[sent.key] = tuple(_beside(plan, cell, values, period) for cell in sent.cells)
    return found


def _beside(plan: Plan, cell: ReadCell, before: Mapping[str, Decimal], period: date | None) -> CellRead:
    element, last = plan.element_by_code[cell.element], before.get(cell.element)
    month = None
    if period is not None and last is not None:
        owed, last_month = last_owed(add_months(period, -1), element.owed.months_apart), add_months(period, -1)
        month = None if owed == last_month else owed
    return CellRead(cell.element, element.name, cell.place, cell.read, cell.recorded, last, month)
