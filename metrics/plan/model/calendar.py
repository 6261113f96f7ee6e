"""Public holidays and make-up working days (放假调休), a year at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from metrics.plan.model.basics import Code, PlanPart, Text


class Holiday(PlanPart):
    """Days off in a row, both ends included."""

    name: Text
    first: date
    last: date

    def days(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


class CalendarYear(PlanPart):
    """What was announced for one year: `code` is the year, `notices` the documents that say it.

    `working_weekends` are the Saturdays and Sundays on which offices work (调休上班).
    """

    code: Code
    notices: tuple[str, ...]
    holidays: tuple[Holiday, ...]
    working_weekends: tuple[date, ...] = ()
    note: Text | None = None
