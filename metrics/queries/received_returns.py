"""The returns that had come in by a place in the ledger: when first, when last, and how they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.database import ReadSession
from metrics.models import LedgerEntry, Submission, SubmissionEvent
from metrics.queries.known_figures import known_states
from metrics.queries.view import View
from metrics.sign_offs import How


@dataclass(frozen=True, slots=True)
class SignOff:
    """A submission signed off by the unit's leader (签发). It stands for `revision` only: a later revision voids it.

    `person` is the sequence number of the record that made `leader` the unit's leader. `by`: the account that signed
    or recorded it; the leader's name for a link.
    """

    submission_id: int
    revision: int
    person: int
    leader: str
    title: str
    by: str
    recorded_at: datetime
    seq: int
    how: How
    note: str


@dataclass(frozen=True, slots=True)
class ReceivedReturn:
    """One unit's return for one period. `seq` and `leaf_hash` are those of its newest revision, `last_seq` of its
    newest event of any kind."""

    unit: str
    period: date
    submission_id: int
    revision: int
    state: str
    first_submitted_at: datetime
    last_revised_at: datetime
    seq: int
    leaf_hash: bytes
    last_seq: int


_AT_ONCE = 2000


def received_returns(
    session: ReadSession,
    view: View,
    *,
    units: Collection[str] = (),
    periods: Collection[date] = (),
) -> Iterator[ReceivedReturn]:
    """Every return known in `view`, by period, then submission; streamed. Empty filters mean all."""
    newest = _newest(view)
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
            found.c.last_seq,
        )
        .join(states, states.c.submission_id == found.c.id)
        .join(LedgerEntry, LedgerEntry.seq == found.c.seq)
        .order_by(found.c.period, found.c.id)
    )
    with session.execute(query, execution_options={"yield_per": _AT_ONCE}) as rows:
        for row in rows:
            yield ReceivedReturn(*row)


def _newest(view: View) -> Select[*tuple[Any, ...]]:
    """Revision, first and last submission and newest event of every return."""
    submitted = SubmissionEvent.action == "submit"
    return (
        select(
            Submission.id,
            Submission.unit_code,
            Submission.period,
            func.max(SubmissionEvent.revision).label("revision"),
            func.min(SubmissionEvent.recorded_at).filter(submitted).label("first_submitted_at"),
            func.max(SubmissionEvent.recorded_at).filter(submitted).label("last_revised_at"),
            func.max(SubmissionEvent.seq).filter(submitted).label("seq"),
            func.max(SubmissionEvent.seq).label("last_seq"),
        )
        .join(SubmissionEvent, SubmissionEvent.submission_id == Submission.id)
        .where(SubmissionEvent.seq <= view.seq)
        .group_by(Submission.id)
    )


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
            person=row.detail["person"],
            leader=row.detail["leader"],
            title=row.detail["title"],
            by=row.actor,
            recorded_at=row.recorded_at,
            seq=row.seq,
            how=How(row.detail.get("how", How.RECORDED)),
            note=row.note,
        )
        for row in rows
    }
