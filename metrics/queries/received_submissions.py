"""The submissions that had come in by a place in the ledger: when first, when last, and how they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.database import ReadSession
from metrics.models import LedgerEntry, Submission, SubmissionEvent
from metrics.models.turns import SUBMISSION_TURNS
from metrics.queries.known_figures import known_states
from metrics.queries.view import View
from metrics.queries.wanted_rows import is_one_of
from metrics.sign_offs import How
from metrics.submission_states import Action, State


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
class ReceivedSubmission:
    """One unit's submission for one period. `seq` and `leaf_hash` are those of its newest revision, `last_seq` of its
    newest event of any kind.

    `first_submitted_at` is when it first came; None where history was loaded that does not say. `first_recorded_at`
    is when the ledger first recorded it.
    """

    unit: str
    period: date
    submission_id: int
    revision: int
    state: State
    first_submitted_at: datetime | None
    first_recorded_at: datetime
    last_revised_at: datetime
    seq: int
    leaf_hash: bytes
    last_seq: int

    @property
    def is_loaded(self) -> bool:
        """True for loaded history (历史导入): it did not come when it was recorded."""
        return self.first_submitted_at != self.first_recorded_at


_AT_ONCE = 2000


def received_submissions(
    session: ReadSession,
    view: View,
    *,
    units: Collection[str] = (),
    periods: Collection[date] = (),
) -> Iterator[ReceivedSubmission]:
    """Every submission known in `view`, by period, then submission; streamed. Empty filters mean all."""
    newest = _newest(view)
    if units:
        newest = newest.where(is_one_of(Submission.unit_code, units))
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
            found.c.first_received_at,
            found.c.first_recorded_at,
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
            yield ReceivedSubmission(*row)


def _newest(view: View) -> Select[*tuple[Any, ...]]:
    """Revision, first and last submission and newest event of every submission."""
    turns = SUBMISSION_TURNS.c
    submitted = turns.action == Action.SUBMIT
    return (
        select(
            Submission.id,
            Submission.unit_code,
            Submission.period,
            Submission.first_received_at,
            Submission.first_recorded_at,
            func.max(turns.revision).label("revision"),
            func.max(turns.recorded_at).filter(submitted).label("last_revised_at"),
            func.max(turns.seq).filter(submitted).label("seq"),
            func.max(turns.seq).label("last_seq"),
        )
        .join(SUBMISSION_TURNS, turns.submission_id == Submission.id)
        .where(turns.seq <= view.seq)
        .group_by(Submission.id)
    )


def sign_offs(session: ReadSession, submissions: Collection[int], *, seq: int) -> dict[int, SignOff]:
    """The newest sign-off of each of `submissions` up to `seq`, void or not, by submission.

    Its note is empty for whoever is not of the unit or the bureau.
    """
    turns = SUBMISSION_TURNS.c
    rows = session.execute(
        select(SUBMISSION_TURNS, SubmissionEvent.note)
        .outerjoin(SubmissionEvent, SubmissionEvent.seq == turns.seq)
        .where(turns.submission_id.in_(submissions), turns.action == Action.SIGN_OFF, turns.seq <= seq)
        .ext(distinct_on(turns.submission_id))
        .order_by(turns.submission_id, turns.seq.desc())
    )
    return {
        row.submission_id: SignOff(
            submission_id=row.submission_id,
            revision=row.revision,
            person=row.signature["person"],
            leader=row.signature["leader"],
            title=row.signature["title"],
            by=row.actor,
            recorded_at=row.recorded_at,
            seq=row.seq,
            how=How(row.signature.get("how", How.RECORDED)),
            note=row.note or "",
        )
        for row in rows
    }
