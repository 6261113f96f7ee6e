"""What reading a file's tables comes upon, row by row, before it is put together to returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from metrics.errors import Message, Problem
from metrics.intake.file_reading import Change, Notice, Place, problem_at
from metrics.intake.grid import Cell, column_letter


@dataclass(frozen=True, slots=True)
class Entry:
    """One place for a figure: `cell` is None where it was left empty."""

    unit: str
    period: date
    element: str
    place: Place
    cell: Cell | None


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of a row that adds up others. `period` is None where the row does not say one."""

    period: date | None
    element: str
    cell: Cell
    place: Place


@dataclass(slots=True)
class Findings:
    """Collected in the file's order. Nothing is said twice of the same place."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    named: dict[str, Place] = field(default_factory=dict)
    reasons: dict[tuple[str, date], str] = field(default_factory=dict)
    headings: dict[str, None] = field(default_factory=dict)  # as a set that keeps its order
    _said: set[object] = field(default_factory=set)

    def refuse(
        self, place: Place, code: str, message: Message, *, given: str | None = None, expected: Message | None = None
    ) -> None:
        if self._first((code, place)):
            self.problems.append(problem_at(place, code, message, given=given, expected=expected))

    def notice(self, sheet: str | None, code: str, message: Message, *, row: int = 0, column: int = 0) -> None:
        """A notice about a sheet, a row of it, or a cell."""
        if self._first((code, sheet, row, column)):
            letter = column_letter(column) or None
            self.notices.append(Notice(code, message, sheet, row or None, letter))

    def change(self, about: Literal["unit", "period"], place: Place, *, read: str, recorded: str) -> None:
        """A unit or period that was written otherwise; each way of writing it is said once, with its first place."""
        if self._first((about, read)):
            self.changes.append(Change(about, place, read, recorded))

    def name(self, unit: str, place: Place) -> None:
        self.named.setdefault(unit, place)

    def once(self, key: object) -> bool:
        """True the first time it is asked with `key`."""
        return self._first(("once", key))

    def _first(self, key: object) -> bool:
        if key in self._said:
            return False
        self._said.add(key)
        return True
