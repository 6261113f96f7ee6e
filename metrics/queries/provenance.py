"""Who stands behind one unit's submission for one period: who sent it, who checked it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import Submission
from metrics.models.turns import SUBMISSION_TURNS
from metrics.queries.view import View
from metrics.submission_states import STATE_AFTER, Action, State


@dataclass(frozen=True, slots=True)
class Provenance:
    """A submission as known in a view. `first_sent_at`: of its first revision; `seq`: of the revision that stands.

    `checked_by` and `checked_at` belong to the step that made `state` what it is, None while nobody has looked at
    this revision.
    """

    submission_id: int
    revision: int
    seq: int
    first_sent_at: datetime
    sent_by: str
    sent_at: datetime
    state: State
    checked_by: str | None
    checked_at: datetime | None


def provenance(session: ReadSession, view: View, *, unit: str, period: date) -> Provenance | None:
    """Who stands behind the submission of `unit` for `period` as known in `view`; None if there was none."""
    turns = SUBMISSION_TURNS.c
    events = session.execute(
        select(
            Submission.id,
            turns.seq,
            turns.action,
            turns.revision,
            turns.actor,
            turns.recorded_at,
        )
        .join(SUBMISSION_TURNS, turns.submission_id == Submission.id)
        .where(
            Submission.unit_code == unit,
            Submission.period == period,
            turns.seq <= view.seq,
            turns.action.in_(STATE_AFTER),
        )
        .order_by(turns.seq)
    ).all()
    if not events:
        return None
    sent = [event for event in events if event.action == Action.SUBMIT]
    newest = events[-1]
    checked = newest if newest.action in (Action.VERIFY, Action.SEND_BACK) else None
    return Provenance(
        submission_id=newest.id,
        revision=sent[-1].revision,
        seq=sent[-1].seq,
        first_sent_at=sent[0].recorded_at,
        sent_by=sent[-1].actor,
        sent_at=sent[-1].recorded_at,
        state=STATE_AFTER[newest.action],
        checked_by=None if checked is None else checked.actor,
        checked_at=None if checked is None else checked.recorded_at,
    )
