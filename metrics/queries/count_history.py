"""The history of one count of one unit: every value that it had, who sent each, who checked it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.models import SubmissionEvent
from metrics.models.turns import SUBMISSION_TURNS
from metrics.queries.observations import Chosen, ObservedValue, observations
from metrics.queries.view import View
from metrics.submission_states import STATE_AFTER, Action

_CHECKS = frozenset({Action.VERIFY, Action.SEND_BACK})


@dataclass(frozen=True, slots=True)
class SubmissionStep:
    """Something that happened to a submission, and who did it."""

    submission_id: int
    action: Action
    seq: int
    recorded_at: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class CountRevision:
    """A value of one month as one revision has it. `before`: the value that it took the place of.

    `sent_by`: who sent it; `check`: the newest step of review while the value stood.
    """

    value: ObservedValue
    before: ObservedValue | None
    sent_by: str
    check: SubmissionStep | None


def count_history(session: ReadSession, view: View, *, unit: str, element: str) -> tuple[CountRevision, ...]:
    """Every revision known in `view`, the newest month first and in it the newest revision.

    Empty where the reader may not see the count; reasons are empty where the reader is not told them.
    """
    found = list(observations(session, view, Chosen(units=[unit], elements=[element], history=True)))
    steps = _steps(session, view, submissions={one.submission_id for one in found})
    rows = []
    by_month: dict[date, list[ObservedValue]] = {}
    for one in sorted(found, key=lambda value: (value.period, value.revision)):
        by_month.setdefault(one.period, []).append(one)
    for values in by_month.values():
        for place, one in enumerate(values):
            until = values[place + 1].seq if place + 1 < len(values) else view.seq + 1
            of_it = [step for step in steps if step.submission_id == one.submission_id]
            sent_by = next((step.actor for step in of_it if step.seq == one.seq), "")
            checks = [step for step in of_it if step.action in _CHECKS and one.seq < step.seq < until]
            before, check = values[place - 1] if place else None, checks[-1] if checks else None
            rows.append(CountRevision(one, before, sent_by, check))
    return tuple(reversed(rows))


def _steps(session: ReadSession, view: View, *, submissions: set[int]) -> list[SubmissionStep]:
    """What happened to these submissions, oldest first, with who did it."""
    if not submissions:
        return []
    turns = SUBMISSION_TURNS.c
    query = (
        select(
            turns.submission_id,
            turns.action,
            turns.seq,
            turns.recorded_at,
            turns.actor,
            func.coalesce(SubmissionEvent.reason, ""),
        )
        .select_from(SUBMISSION_TURNS)
        .outerjoin(SubmissionEvent, SubmissionEvent.seq == turns.seq)
        .where(turns.submission_id.in_(submissions), turns.seq <= view.seq, turns.action.in_(STATE_AFTER))
        .order_by(turns.seq)
    )
    return [SubmissionStep(*row) for row in session.execute(query)]
