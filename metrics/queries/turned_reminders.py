"""Whom to tell now of what turned: each follower of what they follow, and groups of all that anybody follows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import FollowedTurn
from metrics.periods import period_of
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.queries.follows import TurnNoticed, noticed
from metrics.queries.principals import told_of_verdicts

KEPT = timedelta(days=3)  # after which nobody is written to any more; on the page it stays


@dataclass(frozen=True, slots=True)
class TurnedReminder:
    """One message that is due, of everything that was noticed together. `period`: the month in which it was.

    `subject`: whom it is for and up to which entry it was known, by which it is known itself; of what was noticed later
    up to the same entry (a follow that was still being made then) also when. `email` None: for groups.
    """

    period: date
    subject: str
    turns: tuple[TurnNoticed, ...]
    plan: Plan
    email: str | None
    kind: Literal["turned"] = "turned"
    unit: str = ""

    @property
    def is_for_groups(self) -> bool:
        return self.email is None


def due_turned_reminders(session: ReadSession, *, now: datetime) -> tuple[TurnedReminder, ...]:
    """What was noticed in the last days: to every follower who has an address, and once to groups; whoever may not see
    verdicts any more is not written to.
    """
    rows = session.scalars(select(FollowedTurn).where(FollowedTurn.noticed_at > now - KEPT).order_by(FollowedTurn.id))
    batches: dict[tuple[int, datetime], list[FollowedTurn]] = defaultdict(list)
    for row in rows:
        batches[row.seq, row.noticed_at].append(row)
    if not batches:
        return ()
    plan = plan_at(session)
    reached = told_of_verdicts(session, {row.user_id for batch in batches.values() for row in batch})
    found, first = list[TurnedReminder](), dict[int, datetime]()
    for (seq, noticed_at), batch in sorted(batches.items(), key=lambda one: one[0]):
        entry = (
            f"{seq}" if first.setdefault(seq, noticed_at) == noticed_at else f"{seq} {noticed_at:%Y-%m-%dT%H:%M:%S.%f}"
        )
        allowed = [row for row in batch if row.user_id in reached]
        period = period_of(batch[0].noticed_at.astimezone(ZoneInfo(plan.document.timezone)).date())
        for user in sorted({row.user_id for row in allowed}):
            turns = tuple(noticed(row) for row in allowed if row.user_id == user)
            if reached[user]:
                found.append(TurnedReminder(period, f"{user} {entry}", turns, plan, reached[user]))
        once = {(row.unit_code, row.target_code): row for row in reversed(allowed)}
        if once:
            turns = tuple(noticed(row) for row in reversed(once.values()))
            found.append(TurnedReminder(period, f"group {entry}", turns, plan, None))
    return tuple(found)
