"""Whether checkpoints reach those who are to keep them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.models import Reminder

CHECKPOINT = "checkpoint"  # the kind of their rows among the reminders
_LOOKED_AT = 500  # rows, the newest


@dataclass(frozen=True, slots=True)
class CheckpointSent:
    """The newest attempt to send one to a recipient. `at`: when it went out, else when it was tried last.

    `failure` says why it did not; empty where it went out, or is going out now.
    """

    to: str
    channel: str
    at: datetime
    failure: str


def checkpoints_sent(session: ReadSession, recipients: Collection[str]) -> list[CheckpointSent]:
    """Of each of `recipients` the newest attempt; none of those to whom nothing was sent yet."""
    at = func.coalesce(Reminder.sent_at, Reminder.claimed_at)
    rows = session.execute(
        select(Reminder.subject, Reminder.channel, at, Reminder.failure)
        .where(Reminder.kind == CHECKPOINT)
        .order_by(Reminder.subject.desc(), Reminder.id.desc())  # the subject begins with the day
        .limit(_LOOKED_AT)
    )
    found: dict[str, CheckpointSent] = {}
    for subject, channel, when, failure in rows:
        to = subject.partition(" ")[2]
        if to in recipients and to not in found:
            found[to] = CheckpointSent(to, channel, when, failure)
    return [found[to] for to in recipients if to in found]
