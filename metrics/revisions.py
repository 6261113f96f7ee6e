"""How often and how far first figures were revised: the record of a unit's indicator. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import median


@dataclass(frozen=True, slots=True)
class RevisedMonth:
    """A month's figure that was revised. `first` and `newest` in the indicator's unit of measure; None: no value.

    `sent_at`: when it was reported first. `at`: when each revision was recorded, oldest first. `due_until`: the first
    instant after the day by which the month was due.
    """

    period: date
    first: Fraction | None
    newest: Fraction | None
    sent_at: datetime
    at: tuple[datetime, ...]
    due_until: datetime

    @property
    def change(self) -> Fraction | None:
        """Newest less first."""
        return None if self.first is None or self.newest is None else self.newest - self.first

    @property
    def days(self) -> tuple[Fraction, ...]:
        """From the first report to each revision."""
        return tuple(Fraction((moment - self.sent_at) // timedelta(seconds=1), 86400) for moment in self.at)

    @property
    def late(self) -> int:
        """How many revisions came after the deadline."""
        return sum(moment >= self.due_until for moment in self.at)


@dataclass(frozen=True, slots=True)
class RevisionRecord:
    """One indicator of one unit: `months` in which it has a value, and those of them that were revised, by month.

    Changes are of months that had a value first and have one now; all are None where there is no such month.
    """

    unit_code: str
    indicator_code: str
    months: int
    revised: tuple[RevisedMonth, ...]

    @property
    def revisions(self) -> int:
        return sum(len(month.at) for month in self.revised)

    @property
    def mean_change(self) -> Fraction | None:
        """Newest less first, over the revised months: away from 0 if first figures lean to one side."""
        changes = self._changes
        return sum(changes, Fraction(0)) / len(changes) if changes else None

    @property
    def mean_absolute_change(self) -> Fraction | None:
        changes = self._changes
        return sum(map(abs, changes), Fraction(0)) / len(changes) if changes else None

    @property
    def relative_change(self) -> Fraction | None:
        """Σ |newest − first| ÷ Σ |newest|, in percent; None if the newest values are 0."""
        newest = sum((abs(m.newest) for m in self.revised if m.change is not None and m.newest), Fraction(0))
        return 100 * sum(map(abs, self._changes), Fraction(0)) / newest if newest else None

    @property
    def furthest(self) -> RevisedMonth | None:
        """The month whose value moved furthest, the newest of equals."""
        moved = [month for month in self.revised if month.change is not None]
        return max(moved, key=lambda month: (abs(month.change or 0), month.period), default=None)

    @property
    def median_days(self) -> Fraction | None:
        """Of the days from a month's first report to each of its revisions."""
        days = [day for month in self.revised for day in month.days]
        return median(days) if days else None

    @property
    def late_percent(self) -> Fraction | None:
        """The share of revisions that came after the month's deadline."""
        return Fraction(100 * sum(month.late for month in self.revised), self.revisions) if self.revisions else None

    @property
    def _changes(self) -> list[Fraction]:
        return [month.change for month in self.revised if month.change is not None]
