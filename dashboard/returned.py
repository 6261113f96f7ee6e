"""A unit's returns month by month as its page shows them: how late each was, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from dashboard.reading import Reading
from metrics.errors import Forbidden
from metrics.queries.lateness import Lateness, lateness
from metrics.queries.submissions import SubmissionSummary, submissions


@dataclass(frozen=True, slots=True)
class Returned:
    """One month. `sent`: the return as it stands today, None without one or where it was not known yet."""

    month: Lateness
    sent: SubmissionSummary | None

    @property
    def reason(self) -> str:
        """What was said with the newest thing that happened to it, if that is not why it was revised."""
        return "" if self.sent is None or self.sent.reason == self.revision_reason else self.sent.reason

    @property
    def revision_reason(self) -> str:
        """Why the revision that stands was sent; empty for a first one."""
        return "" if self.sent is None else self.sent.revision_reason


def returns_of(reading: Reading, unit: str) -> tuple[Returned, ...] | None:
    """The unit's months known in the reading, newest first; None if the reader may not see its returns.

    Months before the unit's first return are left out, and those after its newest that it does not owe by now.
    """
    if reading.principal is None:
        return None
    try:
        found = submissions(reading.session, reading.plan, principal=reading.principal, units=[unit])
    except Forbidden:
        return None
    sent: dict[date, SubmissionSummary] = {row.period: row for row in found}
    moment = None if reading.place.present else reading.view.recorded_at
    months = lateness(reading.session, reading.view, unit, principal=reading.principal, now=moment or datetime.now(UTC))
    told = [row.period for row in months if row.revision or row.exceptions]
    return tuple(
        Returned(row, sent.get(row.period) if row.revision else None)
        for row in reversed(months)
        if told and told[0] <= row.period and (row.period <= told[-1] or (row.expected and row.days_late))
    )
