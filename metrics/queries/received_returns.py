"""The returns that had come in by a place in the ledger: when first, when last, and how they stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.database import ReadSession
from metrics.models import LedgerEntry, Submission, SubmissionEvent
from metrics.queries.known_figures import known_states
from metrics.queries.view import View


@dataclass(frozen=True, slots=True)
class SignOff:
    """A return signed off by name (签发). It stands for `revision` only: a later revision voids it."""

    submission_id: int
    revision: int
    leader: str
    title: str
    by: str
    recorded_at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class ReceivedReturn:
    """One unit's return for one period. `seq` and `leaf_hash` are those of its newest revision."""

    unit: str
    period: date
    submission_id: int
    revision: int
    state: str
    first_submitted_at: datetime
    last_revised_at: datetime
    seq: int
    leaf_hash: bytes


def received_returns(
    session: ReadSession,
    view: View,
    *,
    units: Collection[str] = (),
    periods: Collection[date] = (),
) -> tuple[ReceivedReturn, ...]:
    """Every return known in `view`, by period, then submission. Empty filters mean all."""
    newest = (
        select(
            Submission.id,
            Submission.unit_code,
            Submission.period,
            func.max(SubmissionEvent.revision).label("revision"),
            func.min(SubmissionEvent.recorded_at).label("first_submitted_at"),
            func.max(SubmissionEvent.recorded_at).label("last_revised_at"),
            func.max(SubmissionEvent.seq).label("seq"),
        )
        .join(SubmissionEvent, SubmissionEvent.submission_id == Submission.id)
        .where(SubmissionEvent.action == "submit", SubmissionEvent.seq <= view.seq)
        .group_by(Submission.id)
    )
    if units:
        newest = newest.where(Submission.unit_code.in_(units))
    if periods:
        newest = newest.where(Submission.period.in_(periods))
    found, states = newest.subquery("found"), known_states(view)
    query = (
        select(
            found.c.unit_code,
            found.c.period,
            found.c.id,
            found.c.revision,
            states.c.state,
            found.c.first_submitted_at,
            found.c.last_revised_at,
            found.c.seq,
            LedgerEntry.leaf_hash,
        )
        .join(states, states.c.submission_id == found.c.id)
        .join(LedgerEntry, LedgerEntry.seq == found.c.seq)
        .order_by(found.c.period, found.c.id)
    )
    return tuple(ReceivedReturn(*row) for row in session.execute(query))


def sign_offs(session: ReadSession, submissions: Collection[int], *, seq: int) -> dict[int, SignOff]:
    """The newest sign-off of each of `submissions` up to `seq`, void or not, by submission."""
    rows = session.execute(
        select(SubmissionEvent)
        .where(
            SubmissionEvent.submission_id.in_(submissions),
            SubmissionEvent.action == "sign_off",
            SubmissionEvent.seq <= seq,
        )
        .ext(distinct_on(SubmissionEvent.submission_id))
        .order_by(SubmissionEvent.submission_id, SubmissionEvent.seq.desc())
    ).scalars()
    return {
        row.submission_id: SignOff(
            submission_id=row.submission_id,
            revision=row.revision,
            leader=row.detail["leader"],
            title=row.detail["title"],
            by=row.actor,
            recorded_at=row.recorded_at,
            seq=row.seq,
        )
        for row in rows
    }
