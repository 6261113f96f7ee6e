"""Everything that happened to a period: locks, unlocks, exceptions granted and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import PeriodEvent
from metrics.principal import Action, Principal


@dataclass(frozen=True, slots=True)
class PeriodEventRow:
    """One event. `unit` and `until` are those of an exception."""

    seq: int
    action: str
    unit: str | None
    until: datetime | None
    actor: str
    reason: str
    recorded_at: datetime


def period_history(session: ReadSession, period: date, *, principal: Principal) -> tuple[PeriodEventRow, ...]:
    """The events of `period`, oldest first; a clerk is told of the own units' exceptions only."""
    principal.require(Action.READ)
    events = session.scalars(select(PeriodEvent).where(PeriodEvent.period == period).order_by(PeriodEvent.seq))
    return tuple(
        PeriodEventRow(
            seq=event.seq,
            action=event.action,
            unit=event.unit_code,
            until=event.until,
            actor=event.actor,
            reason=event.reason,
            recorded_at=event.recorded_at,
        )
        for event in events
        if event.unit_code is None or principal.may_see_returns_of(event.unit_code)
    )
