"""What was recorded between two places in the ledger: submissions' steps, corrected figures, revised targets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.database import ReadSession
from metrics.models import LedgerEntry, Observation, PlanRecord, Submission, SubmissionEvent
from metrics.models.turns import SUBMISSION_TURNS
from metrics.queries.known_figures import known_states
from metrics.queries.view import View
from metrics.results import Basis
from metrics.submission_states import STATE_AFTER, Action, State


@dataclass(frozen=True, slots=True)
class Turn:
    """A step of a submission. `reason`: empty where the view does not tell it."""

    submission_id: int
    unit: str
    period: date
    action: Action
    revision: int
    seq: int
    recorded_at: datetime
    reason: str

    @property
    def is_correction(self) -> bool:
        return self.action is Action.SUBMIT and self.revision > 1


@dataclass(frozen=True, slots=True)
class CorrectedFigure:
    """A count that is another one than before. `seq`, `recorded_at` and `reason` are of the newest correction."""

    unit: str
    period: date
    element: str
    before: Decimal
    after: Decimal
    seq: int
    recorded_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RevisedTarget:
    """A revision of a target as it was recorded, by code and number."""

    code: str
    revision: int
    seq: int
    recorded_at: datetime


def turns_between(
    session: ReadSession, view: View, *, since: int, period: date | None = None, until: date | None = None
) -> tuple[Turn, ...]:
    """The steps recorded after `since`, oldest first; of `period` alone, or of no month after `until`."""
    turns = SUBMISSION_TURNS.c
    query = (
        select(
            turns.submission_id,
            Submission.unit_code,
            Submission.period,
            turns.action,
            turns.revision,
            turns.seq,
            turns.recorded_at,
            func.coalesce(SubmissionEvent.reason, ""),
        )
        .select_from(Submission)
        .join(SUBMISSION_TURNS, turns.submission_id == Submission.id)
        .outerjoin(SubmissionEvent, SubmissionEvent.seq == turns.seq)  # other units' are not there for a clerk
        .where(turns.seq > since, turns.seq <= view.seq, turns.action.in_(STATE_AFTER))
        .order_by(turns.seq)
    )
    if period is not None:
        query = query.where(Submission.period == period)
    if until is not None:
        query = query.where(Submission.period <= until)
    return tuple(
        Turn(number, unit, month, action, revision, seq, recorded_at, reason if view.tells_why(unit) else "")
        for number, unit, month, action, revision, seq, recorded_at, reason in session.execute(query)
    )


def states_before(session: ReadSession, *, since: int, submissions: Collection[int]) -> dict[int, State]:
    """The state of each of these submissions at `since`; one that was not there has none."""
    turns = SUBMISSION_TURNS.c
    if not since or not submissions:
        return {}
    query = (
        select(turns.submission_id, turns.action)
        .where(turns.seq <= since, turns.submission_id.in_(submissions), turns.action.in_(STATE_AFTER))
        .ext(distinct_on(turns.submission_id))
        .order_by(turns.submission_id, turns.seq.desc())
    )
    return {row.submission_id: STATE_AFTER[row.action] for row in session.execute(query)}


def corrected_figures(
    session: ReadSession, view: View, *, since: int | None, periods: Collection[date] = ()
) -> Iterator[CorrectedFigure]:
    """The counts of `periods` (empty: of all) whose value is another one than at `since`; None: than as first sent.

    A cell that was not there is none that was corrected. The reader is told of those counts, and on that basis of those
    submissions, that `observations` shows with its history.
    """
    if view.public and view.basis is Basis.VERIFIED:
        return
    key = (Observation.unit_code, Observation.period, Observation.element_code)
    newest = (
        _chosen(view, periods)
        .where(Observation.seq > (since or 0), Observation.revision > 1)
        .ext(distinct_on(*key))
        .order_by(*key, Observation.revision.desc())
        .subquery("newest")
    )
    on_key = [getattr(newest.c, column.key) == column for column in key]
    order = Observation.revision.desc() if since is not None else Observation.revision
    before = select(Observation.value).where(*on_key).order_by(order).limit(1)
    if since is not None:
        before = before.where(Observation.seq <= since)
    was = before.correlate(newest).scalar_subquery()
    query = (
        select(newest, was.label("before"), func.coalesce(SubmissionEvent.reason, ""))
        .outerjoin(SubmissionEvent, SubmissionEvent.seq == newest.c.seq)
        .order_by(newest.c.seq, newest.c.element_code.collate("C"))
    )
    for unit, period, element, after, seq, recorded_at, value, reason in session.execute(query):
        if value is not None and value != after:
            told = reason if view.tells_why(unit) else ""
            yield CorrectedFigure(unit, period, element, value, after, seq, recorded_at, told)


def _chosen(view: View, periods: Collection[date]) -> Select[*tuple[Any, ...]]:
    """The observations that the reader may see, of `periods`."""
    query: Select[*tuple[Any, ...]] = select(
        Observation.unit_code,
        Observation.period,
        Observation.element_code,
        Observation.value,
        Observation.seq,
        Observation.recorded_at,
    ).where(Observation.seq <= view.seq)
    if periods:
        query = query.where(Observation.period.in_(periods))
    if not view.shows_every_count:
        published = Observation.element_code.in_(view.plan.published_elements)
        query = query.where(or_(published, Observation.unit_code.in_(view.own or ())))
    if view.basis is Basis.VERIFIED:
        states = known_states(view)
        verified = select(states.c.submission_id).where(states.c.state == State.VERIFIED)
        query = query.where(Observation.submission_id.in_(verified))
    return query


def revised_targets(session: ReadSession, view: View, *, since: int = 0) -> tuple[RevisedTarget, ...]:
    """The revisions of targets recorded after `since`, first ones included, oldest first; of the plan's targets."""
    rows = session.execute(
        select(PlanRecord.code, PlanRecord.content["revision"].as_integer(), PlanRecord.seq, LedgerEntry.recorded_at)
        .join(LedgerEntry, LedgerEntry.seq == PlanRecord.seq)
        .where(PlanRecord.kind == "target", ~PlanRecord.removed, PlanRecord.seq > since, PlanRecord.seq <= view.seq)
        .order_by(PlanRecord.seq, PlanRecord.code, PlanRecord.version)
    )
    known = {(t.code, t.revision) for revisions in view.plan.target_revisions.values() for t in revisions}
    return tuple(RevisedTarget(*row) for row in rows if (row[0], row[1]) in known)
