"""What an administrator looks at beside accounts: changes of the plan, reminders, and who stands for each unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.models import LedgerEntry, PlanRecord, Reminder, Submission


@dataclass(frozen=True, slots=True)
class ChangeOfPlan:
    """One entry of the ledger that changed the plan. `parts`: kind → how many; `revised`: by an evaluator."""

    seq: int
    recorded_at: datetime
    parts: dict[str, int]
    revised: bool


def plan_changes(session: ReadSession, *, most: int) -> tuple[ChangeOfPlan, ...]:
    """The newest changes of the plan, newest first, `most` at most."""
    newest = select(PlanRecord.seq).distinct().order_by(PlanRecord.seq.desc()).limit(most)
    rows = session.execute(
        select(
            PlanRecord.seq,
            LedgerEntry.recorded_at,
            PlanRecord.kind,
            func.count(),
            func.bool_or(PlanRecord.origin == "revision"),
        )
        .join(LedgerEntry, LedgerEntry.seq == PlanRecord.seq)
        .where(PlanRecord.seq.in_(newest))
        .group_by(PlanRecord.seq, LedgerEntry.recorded_at, PlanRecord.kind)
        .order_by(PlanRecord.seq.desc(), PlanRecord.kind)
    )
    found: dict[int, ChangeOfPlan] = {}
    for seq, recorded_at, kind, count, revised in rows:
        before = found.get(seq, ChangeOfPlan(seq, recorded_at, {}, revised=False))
        found[seq] = ChangeOfPlan(seq, recorded_at, before.parts | {kind: count}, revised=before.revised or revised)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class ReminderListed:
    """One reminder. `unit` is empty for the bureau's digest; `failure` says why the last attempt did not succeed."""

    unit: str
    period: date
    kind: str
    channel: str
    state: str
    attempts: int
    at: datetime
    failure: str


def newest_reminders(session: ReadSession, *, most: int) -> tuple[ReminderListed, ...]:
    """The newest reminders, newest first, `most` at most. `at`: when it was sent, else last tried."""
    at = func.coalesce(Reminder.sent_at, Reminder.claimed_at)
    rows = session.execute(select(Reminder, at).order_by(at.desc(), Reminder.id.desc()).limit(most))
    return tuple(
        ReminderListed(
            unit=found.unit_code,
            period=found.period,
            kind=found.kind,
            channel=found.channel,
            state=found.state,
            attempts=found.attempts,
            at=when,
            failure=found.failure,
        )
        for found, when in rows
    )


def last_received(session: ReadSession) -> dict[str, datetime]:
    """Unit → when its newest first submission came; units that never sent one are left out."""
    rows = session.execute(
        select(Submission.unit_code, func.max(Submission.first_received_at)).group_by(Submission.unit_code)
    )
    return {unit: when for unit, when in rows if when is not None}
