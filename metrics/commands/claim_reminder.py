"""Taking up a reminder so that nobody else does, and noting how it went.

A claim is committed before anything is sent. Two instances that claim at once meet at the table's unique key: one gets
the reminder, the other nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metrics.database import WriteSession
from metrics.models import Reminder

MOST_ATTEMPTS = 5
LEASE = timedelta(minutes=15)  # after which a claim is taken for abandoned: its holder died
_WAITS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))
_LONGEST_FAILURE = 200


@dataclass(frozen=True, slots=True)
class Claim:
    """A reminder that is ours to send; `attempts` counts this one."""

    id: int
    attempts: int


def claim_reminder(
    session: WriteSession, *, unit: str, period: date, kind: str, channel: str, now: datetime, subject: str = ""
) -> Claim | None:
    """Claim the reminder for one attempt. None if it was sent, is being sent, is to wait, or was given up."""
    claimed = insert(Reminder).values(
        unit_code=unit,
        period=period,
        kind=kind,
        channel=channel,
        state="claimed",
        attempts=1,
        claimed_at=now,
        retry_at=now + LEASE,
        failure="",
        subject=subject,
    )
    again = claimed.on_conflict_do_update(
        index_elements=[Reminder.unit_code, Reminder.period, Reminder.kind, Reminder.channel, Reminder.subject],
        set_={"attempts": Reminder.attempts + 1, "claimed_at": now, "retry_at": now + LEASE},
        where=(Reminder.state == "claimed") & (Reminder.retry_at <= now) & (Reminder.attempts < MOST_ATTEMPTS),
    )
    row = session.execute(again.returning(Reminder.id, Reminder.attempts)).one_or_none()
    return None if row is None else Claim(row.id, row.attempts)


def mark_sent(session: WriteSession, claim: Claim, *, now: datetime) -> None:
    """Note that the reminder went out."""
    session.execute(update(Reminder).where(Reminder.id == claim.id).values(state="sent", sent_at=now, failure=""))


def mark_failed(session: WriteSession, claim: Claim, *, reason: str, final: bool, now: datetime) -> None:
    """Note why it did not, and when to try again; after the last attempt, or if `final`, never."""
    over = final or claim.attempts >= MOST_ATTEMPTS
    wait = _WAITS[min(claim.attempts, len(_WAITS)) - 1]
    session.execute(
        update(Reminder)
        .where(Reminder.id == claim.id, Reminder.state == "claimed")
        .values(state="failed" if over else "claimed", retry_at=now + wait, failure=reason[:_LONGEST_FAILURE])
    )
