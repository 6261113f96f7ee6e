"""What `/units/{code}/lateness` answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from metrics.periods import format_period
from metrics.queries.lateness import ExceptionSpan, Lateness


class ExceptionSpanOut(BaseModel):
    """An exception; `ended_at`: ended early or replaced. `by` and `reason` are null for another unit's clerk."""

    granted_at: datetime
    until: datetime
    ended_at: datetime | None
    by: str | None
    reason: str | None

    @classmethod
    def of(cls, span: ExceptionSpan) -> ExceptionSpanOut:
        return cls(
            granted_at=span.granted_at,
            until=span.until,
            ended_at=span.ended_at,
            by=span.by or None,
            reason=span.reason or None,
        )


class LatenessOut(BaseModel):
    """One month. Of a return that has not come, `on_time` and `days_late` are null until it is late."""

    period: str
    due_on: date
    expected: bool
    first_submitted_at: datetime | None
    last_revised_at: datetime | None
    revision: int
    state: Literal["not_reported", "submitted", "verified", "returned"]
    on_time: bool | None
    days_late: int | None
    exceptions: list[ExceptionSpanOut]

    @classmethod
    def of(cls, row: Lateness) -> LatenessOut:
        return cls.model_validate(
            {
                "period": format_period(row.period),
                "due_on": row.due_on,
                "expected": row.expected,
                "first_submitted_at": row.first_submitted_at,
                "last_revised_at": row.last_revised_at,
                "revision": row.revision,
                "state": row.state,
                "on_time": row.on_time,
                "days_late": row.days_late,
                "exceptions": [ExceptionSpanOut.of(span) for span in row.exceptions],
            }
        )


class LatenessHistoryOut(BaseModel):
    """A unit's months, oldest first."""

    unit: str
    items: list[LatenessOut]
