"""Recording what happened to a period: its entry in the ledger and its event, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from metrics.database import WriteSession
from metrics.ledger.entry import Place, append
from metrics.models import LedgerEntry, PeriodEvent
from metrics.period_states import PeriodAction
from metrics.periods import format_period
from metrics.value_types import Month


@dataclass(frozen=True, slots=True)
class PeriodEventRecorded:
    """What stands after a request. `recorded` false: it stood so before; the rest is the event that made it so.

    `unit` and `until` are those of an exception.
    """

    seq: int
    period: Month
    action: PeriodAction
    unit: str | None
    until: datetime | None
    actor: str
    reason: str
    recorded_at: datetime
    leaf_hash: str
    recorded: bool


def record_period_event(
    session: WriteSession,
    *,
    place: Place,
    period: date,
    action: PeriodAction,
    actor: str,
    reason: str,
    unit: str | None = None,
    until: datetime | None = None,
) -> PeriodEventRecorded:
    """Record the event at `place`. Its ledger entry is of the kind `period`."""
    content: dict[str, Any] = {
        "period": format_period(period),
        "action": action,
        "unit": unit,
        "until": None if until is None else until.isoformat(),
        "actor": actor,
        "reason": reason,
    }
    leaf_hash = append(session, kind="period", place=place, content=content)
    session.execute(
        insert(PeriodEvent).values(
            seq=place.seq,
            period=period,
            action=action,
            unit_code=unit,
            until=until,
            actor=actor,
            reason=reason,
            recorded_at=place.recorded_at,
        )
    )
    return PeriodEventRecorded(
        seq=place.seq,
        period=period,
        action=action,
        unit=unit,
        until=until,
        actor=actor,
        reason=reason,
        recorded_at=place.recorded_at,
        leaf_hash=leaf_hash.hex(),
        recorded=True,
    )


def as_it_stands(session: WriteSession, seq: int) -> PeriodEventRecorded:
    """The answer to a request that changes nothing: the event at `seq`, which made it so."""
    event, leaf_hash = session.execute(
        select(PeriodEvent, LedgerEntry.leaf_hash)
        .join(LedgerEntry, LedgerEntry.seq == PeriodEvent.seq)
        .where(PeriodEvent.seq == seq)
    ).one()
    return PeriodEventRecorded(
        seq=event.seq,
        period=event.period,
        action=PeriodAction(event.action),
        unit=event.unit_code,
        until=event.until,
        actor=event.actor,
        reason=event.reason,
        recorded_at=event.recorded_at,
        leaf_hash=leaf_hash.hex(),
        recorded=False,
    )
