"""Returns as the unit page shows them: an adapter over the query, so that the page knows only what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dashboard.reading import Reading
from metrics.errors import Forbidden
from metrics.queries.submissions import submissions
from metrics.results import State


@dataclass(frozen=True, slots=True)
class Returned:
    """One return as it stands. `days_late` 0: in time."""

    period: date
    state: State
    revision: int
    first_recorded_at: datetime
    recorded_at: datetime
    days_late: int
    reason: str


def returns_of(reading: Reading, unit: str) -> tuple[Returned, ...] | None:
    """The unit's returns known in the reading, newest month first; None if the reader may not see them.

    Who looks at an earlier moment sees the returns that had come by then, in the state they have today.
    """
    if reading.principal is None:
        return None
    try:
        found = submissions(reading.session, reading.plan, principal=reading.principal, units=[unit])
    except Forbidden:
        return None
    known_until = None if reading.view.is_now else reading.view.recorded_at
    return tuple(
        Returned(
            period=row.period,
            state=State(row.state),
            revision=row.revision,
            first_recorded_at=row.first_recorded_at,
            recorded_at=row.recorded_at,
            days_late=row.days_late,
            reason=row.reason,
        )
        for row in reversed(found)
        if known_until is None or row.first_recorded_at <= known_until
    )
