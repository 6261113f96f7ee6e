"""Who stands behind one unit's return for one period: who sent it, who checked it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import Submission, SubmissionEvent
from metrics.queries.known_figures import STATE_AFTER
from metrics.queries.view import View


@dataclass(frozen=True, slots=True)
class Provenance:
    """A return as known in a view. `first_sent_at`: of its first revision; `seq`: of the revision that stands.

    `checked_by` and `checked_at` belong to the step that made `state` what it is, None while nobody has looked at
    this revision.
    """

    submission_id: int
    revision: int
    seq: int
    first_sent_at: datetime
    sent_by: str
    sent_at: datetime
    state: str
    checked_by: str | None
    checked_at: datetime | None


def provenance(session: ReadSession, view: View, *, unit: str, period: date) -> Provenance | None:
    """Who stands behind the return of `unit` for `period` as known in `view`; None if there was none."""
    events = session.execute(
        select(
            Submission.id,
            SubmissionEvent.seq,
            SubmissionEvent.action,
            SubmissionEvent.revision,
            SubmissionEvent.actor,
            SubmissionEvent.recorded_at,
        )
        .join(SubmissionEvent, SubmissionEvent.submission_id == Submission.id)
        .where(
            Submission.unit_code == unit,
            Submission.period == period,
            SubmissionEvent.seq <= view.seq,
            SubmissionEvent.action.in_(STATE_AFTER),
        )
        .order_by(SubmissionEvent.seq)
    ).all()
    if not events:
        return None
    sent = [event for event in events if event.action == "submit"]
    newest = events[-1]
    checked = newest if newest.action in ("verify", "return") else None
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
