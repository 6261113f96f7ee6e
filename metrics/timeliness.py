"""Whether a return came in time (domain rule 11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from metrics.periods import due_instant


@dataclass(frozen=True, slots=True)
class Timeliness:
    """`days_late` is 0 for a return in time; one second past the due day is 1 day late."""

    on_time: bool
    days_late: int


def timeliness(submitted_at: datetime, *, period: date, due_day: int, timezone: str) -> Timeliness:
    """Judge a return first submitted at `submitted_at` (aware) for `period`.

    The due day counts in full: 23:59:59 local time on it is on time (每月5日前 includes the 5th).
    """
    limit = due_instant(period, due_day=due_day, timezone=timezone)
    if submitted_at < limit:
        return Timeliness(on_time=True, days_late=0)
    zone = ZoneInfo(timezone)
    due_on = limit.astimezone(zone).date() - timedelta(days=1)
    return Timeliness(on_time=False, days_late=(submitted_at.astimezone(zone).date() - due_on).days)
