"""Whether a return came in time (domain rule 11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from metrics.periods import DueRule, due_instant, due_on


@dataclass(frozen=True, slots=True)
class Timeliness:
    """`days_late` is 0 for a return in time; one second past the due day is 1 day late."""

    on_time: bool
    days_late: int


def timeliness(submitted_at: datetime, *, period: date, rule: DueRule) -> Timeliness:
    """Judge a return first submitted at `submitted_at` (aware) for `period`.

    The due day counts in full: 23:59:59 local time on it is on time (每月5日前 includes the 5th).
    """
    if submitted_at < due_instant(period, rule=rule):
        return Timeliness(on_time=True, days_late=0)
    submitted_on = submitted_at.astimezone(ZoneInfo(rule.timezone)).date()
    return Timeliness(on_time=False, days_late=(submitted_on - due_on(period, rule=rule)).days)
