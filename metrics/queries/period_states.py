"""How periods stand at a place in the ledger: the one place that reads locks and exceptions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import or_, select

from metrics.database import ReadSession
from metrics.models import PeriodEvent
from metrics.period_states import PeriodAction, PeriodLock, PeriodState, UnitException, period_locked
from metrics.queries.accounts import display_names


def period_states(
    session: ReadSession,
    periods: Collection[date] | None = None,
    *,
    units: Collection[str] | None = None,
    seq: int | None = None,
) -> dict[date, PeriodState]:
    """The state of every period that anything ever happened to, by period; any other one is open.

    `periods` and `units` (of exceptions) None: all; `seq` None: as it stands now, else as it was known there.
    """
    query = select(PeriodEvent).order_by(PeriodEvent.seq)
    if periods is not None:
        query = query.where(PeriodEvent.period.in_(periods))
    if units is not None:
        query = query.where(or_(PeriodEvent.unit_code.is_(None), PeriodEvent.unit_code.in_(units)))
    if seq is not None:
        query = query.where(PeriodEvent.seq <= seq)
    return replayed(session.scalars(query))


def period_state(session: ReadSession, period: date, *, seq: int | None = None) -> PeriodState:
    """The state of one period."""
    return period_states(session, [period], seq=seq).get(period, PeriodState(lock=None, exceptions={}))


def require_open(session: ReadSession, *, unit: str, period: date, at: datetime, timezone: str) -> None:
    """Raise Conflict `period_locked` if the period takes no submission of `unit` at the moment `at`.

    `timezone` is that in which the refusal writes times. See :func:`closed_submissions` for when the answer holds.
    """
    require_all_open(session, [(unit, period)], at=at, timezone=timezone)


def require_all_open(
    session: ReadSession, submissions: Collection[tuple[str, date]], *, at: datetime, timezone: str
) -> None:
    """As :func:`require_open`, of several submissions, each (unit, period)."""
    for (_, period), closed in closed_submissions(session, submissions, at=at).items():
        lock = replace(closed.lock, by=display_names(session, [closed.lock.by])[closed.lock.by])
        raise period_locked(period, lock, ended=closed.ended, timezone=timezone)


@dataclass(frozen=True, slots=True)
class Closed:
    """What stops a submission: the lock, and the unit's exception if it had one, which no longer holds."""

    lock: PeriodLock
    ended: UnitException | None


def closed_submissions(
    session: ReadSession, submissions: Collection[tuple[str, date]], *, at: datetime
) -> dict[tuple[str, date], Closed]:
    """Those of `submissions`, each (unit, period), that a lock stops at the moment `at`.

    Asked under the ledger's lock, which locking a period takes as well, the answer holds until the transaction ends.
    """
    states = period_states(session, {period for _, period in submissions}, units={unit for unit, _ in submissions})
    found = {}
    for unit, period in submissions:
        state = states.get(period)
        lock = None if state is None else state.lock_for(unit, at=at)
        if state is not None and lock is not None:
            found[unit, period] = Closed(lock, state.exceptions.get(unit))
    return found


def replayed(events: Iterable[PeriodEvent]) -> dict[date, PeriodState]:
    """The states that `events`, in their order, lead to."""
    locks: dict[date, PeriodLock | None] = {}
    exceptions: dict[date, dict[str, UnitException]] = {}
    for event in events:
        period = event.period
        locks.setdefault(period, None)
        granted = exceptions.setdefault(period, {})
        if event.action == PeriodAction.LOCK:
            locks[period] = PeriodLock(event.recorded_at, event.actor, event.reason, event.seq)
        elif event.action == PeriodAction.UNLOCK:
            locks[period] = None
        elif event.unit_code is not None:
            granted.pop(event.unit_code, None)
            if event.until is not None:
                granted[event.unit_code] = UnitException(
                    unit=event.unit_code,
                    until=event.until,
                    by=event.actor,
                    reason=event.reason,
                    granted_at=event.recorded_at,
                    seq=event.seq,
                )
    return {period: PeriodState(lock, exceptions[period]) for period, lock in locks.items()}
