"""Whether a submission came in time (domain rule 11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from metrics.periods import DueRule, due_instant, due_on


@dataclass(frozen=True, slots=True)
class Timeliness:
    """`days_late` is 0 for a submission in time; one second past the due day is 1 day late."""

    on_time: bool
    days_late: int


@dataclass(frozen=True, slots=True)
class Reception:
    """Whether a submission that is there came in time. Both None where nobody knows: history loaded without moments."""

    on_time: bool | None
    days_late: int | None


def reception(first_received_at: datetime | None, *, period: date, rule: DueRule) -> Reception:
    """Judge a submission first received at `first_received_at` for `period`; None: it is not known when."""
    if first_received_at is None:
        return Reception(on_time=None, days_late=None)
    judged = timeliness(first_received_at, period=period, rule=rule)
    return Reception(judged.on_time, judged.days_late)


def timeliness(submitted_at: datetime, *, period: date, rule: DueRule) -> Timeliness:
    """Judge a submission first submitted at `submitted_at` (aware) for `period`.

    The due day counts in full: 23:59:59 local time on it is on time (每月5日前 includes the 5th).
    """
    if submitted_at < due_instant(period, rule=rule):
        return Timeliness(on_time=True, days_late=0)
    submitted_on = submitted_at.astimezone(ZoneInfo(rule.timezone)).date()
    return Timeliness(on_time=False, days_late=(submitted_on - due_on(period, rule=rule)).days)
