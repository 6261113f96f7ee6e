"""What `/periods` takes and answers. Rates come with the two counts they are made of."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.people import PersonShown
from api.schemas.sign_off import SignOffOut
from api.schemas.submissions import Sentence
from metrics.commands.record_period_event import PeriodEventRecorded
from metrics.period_states import Notice, PeriodLock, UnitException
from metrics.periods import format_period
from metrics.queries.period_history import PeriodEventRow
from metrics.queries.period_status import PeriodStatus, UnitStatus
from metrics.queries.periods import PeriodSummary
from metrics.shown import Line, shown

_Reason = Annotated[str, Field(max_length=2000)]
_WHOLE = (Line(at=Fraction(100), met_above=True),)


class LockBody(BaseModel):
    """Why a period is locked or unlocked; unlocking needs it."""

    model_config = ConfigDict(extra="forbid")

    reason: _Reason = ""


class ExceptionBody(BaseModel):
    """An exception for one unit. `until`: a date, that day included (local time), or an instant with offset."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"unit": "plan:unit", "until": "plan:next_month_end", "reason": "政务外网故障"}]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    until: Annotated[str, Field(max_length=100)]
    reason: _Reason


class PeriodEventOut(BaseModel):
    """What stands after a request. `recorded` false: it stood so before; the rest is the event that made it so."""

    seq: int
    period: str
    action: Literal["lock", "unlock", "except", "end_exception"]
    unit: str | None
    until: datetime | None
    actor: str
    reason: str
    recorded_at: datetime
    leaf_hash: str
    recorded: bool

    @classmethod
    def of(cls, event: PeriodEventRecorded) -> PeriodEventOut:
        return cls(
            seq=event.seq,
            period=format_period(event.period),
            action=event.action,
            unit=event.unit,
            until=event.until,
            actor=event.actor,
            reason=event.reason,
            recorded_at=event.recorded_at,
            leaf_hash=event.leaf_hash,
            recorded=event.recorded,
        )


class LockOut(BaseModel):
    """The lock of a period."""

    since: datetime
    by: str
    reason: str
    seq: int

    @classmethod
    def of(cls, lock: PeriodLock) -> LockOut:
        return cls.model_validate(lock, from_attributes=True)


class RateOut(BaseModel):
    """A rate: the counts, exact, and the percentage with two decimals, 100.00 only when nothing is missing."""

    numerator: int
    denominator: int
    value: str | None

    @classmethod
    def of(cls, numerator: int, denominator: int) -> RateOut:
        value = shown(Fraction(100 * numerator, denominator), lines=_WHOLE) if denominator else None
        return cls(numerator=numerator, denominator=denominator, value=value)


class PeriodOut(BaseModel):
    """One period. `due_on`: the last day in time; `late_from`: the first instant that is late."""

    period: str
    due_on: date
    late_from: datetime
    locked: LockOut | None
    expected: int
    received: int

    @classmethod
    def of(cls, row: PeriodSummary) -> PeriodOut:
        return cls(
            period=format_period(row.period),
            due_on=row.due_on,
            late_from=row.late_from,
            locked=None if row.lock is None else LockOut.of(row.lock),
            expected=row.expected,
            received=row.received,
        )


class PeriodsOut(BaseModel):
    items: list[PeriodOut]


class ExceptionOut(BaseModel):
    """An exception in force. `reason` and `by` are null for another unit's clerk."""

    until: datetime
    granted_at: datetime
    reason: str | None
    by: str | None

    @classmethod
    def of(cls, found: UnitException) -> ExceptionOut:
        return cls(until=found.until, granted_at=found.granted_at, reason=found.reason or None, by=found.by or None)


class NoticeOut(BaseModel):
    """Late, locked or excepted, in words."""

    code: Literal["late", "locked", "excepted"]
    message: Sentence

    @classmethod
    def of(cls, notice: Notice) -> NoticeOut:
        return cls.model_validate({"code": notice.code, "message": notice.message.as_dict()})


class UnitStatusOut(BaseModel):
    """One unit's return for the period.

    `expected` false: the unit may report and need not. `on_time` and `days_late` are those of the first submission;
    of a return that has not come they are null until it is late. `locked`: the period takes no return of this unit now.
    """

    unit: str
    unit_name: Sentence
    expected: bool
    blocks_expected: list[str]
    blocks_received: list[str]
    received: bool
    submission_id: int | None
    first_submitted_at: datetime | None
    last_revised_at: datetime | None
    revision: int
    state: Literal["not_reported", "submitted", "verified", "returned"]
    on_time: bool | None
    days_late: int | None
    locked: bool
    exception: ExceptionOut | None
    signed_off: SignOffOut | None
    leader: PersonShown | None
    liaison: PersonShown | None
    notices: list[NoticeOut]

    @classmethod
    def of(cls, row: UnitStatus, *, name: Sentence) -> UnitStatusOut:
        signed = row.sign_off
        return cls(
            unit=row.unit,
            unit_name=name,
            expected=row.expected,
            blocks_expected=list(row.blocks_expected),
            blocks_received=list(row.blocks_received),
            received=row.received,
            submission_id=row.submission_id,
            first_submitted_at=row.first_submitted_at,
            last_revised_at=row.last_revised_at,
            revision=row.revision,
            state=row.state,
            on_time=row.on_time,
            days_late=row.days_late,
            locked=row.locked,
            exception=None if row.exception is None else ExceptionOut.of(row.exception),
            signed_off=None if signed is None else SignOffOut.of(signed, revision=row.revision),
            leader=None if row.leader is None else PersonShown.of(row.leader),
            liaison=None if row.liaison is None else PersonShown.of(row.liaison),
            notices=[NoticeOut.of(notice) for notice in row.notices],
        )


class TotalsOut(BaseModel):
    """Counts of the units that owe a return; `received_beyond` counts returns of units that need not report."""

    expected: int
    received: int
    received_beyond: int
    on_time: int
    completeness: RateOut
    on_time_rate: RateOut
    block_completeness: RateOut


class StatusOut(BaseModel):
    """How a period stands, unit by unit in display order."""

    period: str
    due_on: date
    late_from: datetime
    judged_at: datetime
    as_of_seq: int
    locked: LockOut | None
    totals: TotalsOut
    units: list[UnitStatusOut]

    @classmethod
    def of(cls, status: PeriodStatus, *, names: dict[str, Sentence], seq: int) -> StatusOut:
        unknown = Sentence(zh="", en="")
        return cls(
            period=format_period(status.period),
            due_on=status.due_on,
            late_from=status.late_from,
            judged_at=status.judged_at,
            as_of_seq=seq,
            locked=None if status.lock is None else LockOut.of(status.lock),
            totals=TotalsOut(
                expected=status.expected,
                received=status.received,
                received_beyond=status.received_beyond,
                on_time=status.on_time,
                completeness=RateOut.of(status.received, status.expected),
                on_time_rate=RateOut.of(status.on_time, status.expected),
                block_completeness=RateOut.of(status.blocks_received, status.blocks_expected),
            ),
            units=[UnitStatusOut.of(row, name=names.get(row.unit, unknown)) for row in status.units],
        )


class PeriodEventRowOut(BaseModel):
    """One thing that happened to a period. Of another unit's exception a clerk is not told."""

    seq: int
    action: Literal["lock", "unlock", "except", "end_exception"]
    unit: str | None
    until: datetime | None
    actor: str
    reason: str
    recorded_at: datetime

    @classmethod
    def of(cls, row: PeriodEventRow) -> PeriodEventRowOut:
        return cls.model_validate(row, from_attributes=True)


class PeriodHistoryOut(BaseModel):
    events: list[PeriodEventRowOut]
