"""What `/periods` takes and answers. Rates come with the two counts they are made of."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.people import PersonShown
from api.schemas.sign_off import SignOffOut
from metrics.errors import Message
from metrics.period_states import Notice, PeriodLock, UnitException
from metrics.queries.period_status import PeriodStatus, UnitStatus
from metrics.queries.periods import PeriodEventRow, PeriodSummary
from metrics.rounding import Line, shown
from metrics.submission_states import State
from metrics.value_types import Month, Withheld

_Reason = Annotated[str, Field(max_length=2000)]
_WHOLE = (Line(at=Fraction(100), met_above=True),)


class LockBody(BaseModel):
    """Why a period is locked or unlocked; unlocking needs it."""

    model_config = ConfigDict(extra="forbid")

    reason: _Reason = ""


class ExceptionBody(BaseModel):
    """An exception for one unit. `until`: a day, that day included, or a moment; local time without an offset."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"unit": "plan:unit", "until": "plan:next_month_end", "reason": "政务外网故障"}]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    until: Annotated[str, Field(max_length=100)]
    reason: _Reason


class RateOut(BaseModel):
    """A rate: the counts, exact, and the percentage with two decimals, 100.00 only when nothing is missing."""

    numerator: int
    denominator: int
    value: str | None

    @classmethod
    def of(cls, numerator: int, denominator: int) -> RateOut:
        value = shown(Fraction(100 * numerator, denominator), lines=_WHOLE) if denominator else None
        return cls(numerator=numerator, denominator=denominator, value=value)


class Periods(BaseModel):
    items: tuple[PeriodSummary, ...]


class ExceptionOut(BaseModel):  # a copy: its unit and its place in the ledger are not told
    """An exception in force. `reason` and `by` are null for another unit's clerk."""

    until: datetime
    granted_at: datetime
    reason: Withheld
    by: Withheld

    @classmethod
    def of(cls, found: UnitException) -> ExceptionOut:
        return cls(until=found.until, granted_at=found.granted_at, reason=found.reason, by=found.by)


class UnitStatusOut(BaseModel):  # a copy: people, exception and sign-off are shown in part
    """One unit's submission for the period.

    `expected` false: the unit may report and need not. `on_time` and `days_late` are those of the first submission;
    of a submission that has not come they are null until it is late, of `loaded` history that does not say when it had
    come for ever. `locked`: the period takes no submission of this
    unit now.
    """

    unit: str
    unit_name: Message
    expected: bool
    blocks_expected: list[str]
    blocks_received: list[str]
    received: bool
    submission_id: int | None
    first_submitted_at: datetime | None
    loaded: bool
    last_revised_at: datetime | None
    revision: int
    state: State
    on_time: bool | None
    days_late: int | None
    locked: bool
    exception: ExceptionOut | None
    signed_off: SignOffOut | None
    leader: PersonShown | None
    liaison: PersonShown | None
    notices: tuple[Notice, ...]

    @classmethod
    def of(cls, row: UnitStatus, *, name: Message) -> UnitStatusOut:
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
            loaded=row.loaded,
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
            notices=row.notices,
        )


class TotalsOut(BaseModel):
    """Counts of the units that owe a submission; `received_beyond` counts submissions of units that need not report.

    `on_time_rate` leaves out loaded history of which nobody knows when it came.
    """

    expected: int
    received: int
    received_beyond: int
    on_time: int
    completeness: RateOut
    on_time_rate: RateOut
    block_completeness: RateOut


class StatusOut(BaseModel):  # a copy: counts are gathered in totals, rates beside them
    """How a period stands, unit by unit in display order."""

    period: Month
    due_on: date
    late_from: datetime
    judged_at: datetime
    as_of_seq: int
    locked: PeriodLock | None
    totals: TotalsOut
    units: list[UnitStatusOut]

    @classmethod
    def of(cls, status: PeriodStatus, *, names: dict[str, Message], seq: int) -> StatusOut:
        unknown = Message("", "")
        return cls(
            period=status.period,
            due_on=status.due_on,
            late_from=status.late_from,
            judged_at=status.judged_at,
            as_of_seq=seq,
            locked=status.lock,
            totals=TotalsOut(
                expected=status.expected,
                received=status.received,
                received_beyond=status.received_beyond,
                on_time=status.on_time,
                completeness=RateOut.of(status.received, status.expected),
                on_time_rate=RateOut.of(status.on_time, status.judged),
                block_completeness=RateOut.of(status.blocks_received, status.blocks_expected),
            ),
            units=[UnitStatusOut.of(row, name=names.get(row.unit, unknown)) for row in status.units],
        )


class PeriodHistory(BaseModel):
    events: tuple[PeriodEventRow, ...]
