"""Submissions as they stand, what happened to them, and the receipts for them.

A clerk or leader sees the submissions of their own units only; to them another unit's submission does not exist.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import computed_field
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from metrics.database import ReadSession
from metrics.errors import Forbidden, Message, NotFound
from metrics.models import Figure, LedgerEntry, Submission, SubmissionEvent
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.received_submissions import SignOff, sign_offs
from metrics.submission_states import Action
from metrics.submissions import submission_etag
from metrics.timeliness import reception
from metrics.value_types import Month, PlainFigure, SentState


@dataclass(frozen=True, slots=True)
class SubmissionSummary:
    """One submission as it stands. `recorded_at`, `actor` and `reason` are those of its newest event.

    `first_received_at`: when it first came, which is when it was first recorded unless it was `loaded` as history; None
    where that history does not say, and then it is neither late nor in time. `revision_reason`: why the revision that
    stands was sent, whatever happened since; empty for a first one.
    """

    id: int
    unit: str
    period: Month
    revision: int
    state: SentState
    seq: int
    first_recorded_at: datetime
    first_received_at: datetime | None
    recorded_at: datetime
    actor: str
    reason: str
    revision_reason: str
    on_time: bool | None
    days_late: int | None
    loaded: bool

    @computed_field  # type: ignore[prop-decorator]  # as pydantic says; the property stays one
    @property
    def etag(self) -> str:
        return submission_etag(submission_id=self.id, revision=self.revision, seq=self.seq)


@dataclass(frozen=True, slots=True)
class SubmittedValue:
    """The present value of one element, and the revision that set it."""

    element: str
    value: PlainFigure
    revision: int
    seq: int


@dataclass(frozen=True, slots=True)
class SubmissionEventRow:
    """One thing that happened to a submission.

    `detail`: of one that was sent in `changed` [{element, before, after}], `unchanged`, `warnings`.
    """

    seq: int
    action: Action
    revision: int
    actor: str
    reason: str
    note: str
    detail: dict[str, Any]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SubmissionDetail:
    """One submission with its values, in the form's order, and its events, oldest first."""

    summary: SubmissionSummary
    values: tuple[SubmittedValue, ...]
    events: tuple[SubmissionEventRow, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that one revision of a submission was received: what the ledger holds of it.

    `values` are the whole submission as it stood then; `leaf_hash` is in the ledger at `seq`. `sign_off` is the newest;
    it is void if it stands for an earlier revision.
    """

    id: int
    unit: str
    period: date
    revision: int
    actor: str
    recorded_at: datetime
    on_time: bool | None
    days_late: int | None
    loaded: bool
    seq: int
    leaf_hash: str
    values: dict[str, str]
    sign_off: SignOff | None


def submissions(
    session: ReadSession,
    plan: Plan,
    *,
    principal: Principal,
    units: Collection[str] = (),
    periods: Collection[date] = (),
    states: Collection[str] = (),
) -> list[SubmissionSummary]:
    """Submissions as they stand, ordered by period, then the units' display order. Empty filters mean all.

    Raises Forbidden if a clerk or leader asks for another unit's.
    """
    principal.require(Scope.READ)
    query = _summaries()
    if principal.is_bound_to_units:
        _refuse_foreign(principal, units)
        query = query.where(Submission.unit_code.in_(principal.units))
    if units:
        query = query.where(Submission.unit_code.in_(units))
    if periods:
        query = query.where(Submission.period.in_(periods))
    if states:
        query = query.where(Submission.state.in_(states))
    order = {unit.code: place for place, unit in enumerate(plan.reporting_units)}
    found = [_summary(plan, row) for row in session.execute(query)]
    return sorted(found, key=lambda row: (row.period, order.get(row.unit, len(order)), row.unit))


def submission(session: ReadSession, submission_id: int, *, plan: Plan, principal: Principal) -> SubmissionDetail:
    """One submission. Raises NotFound if there is none that the principal may see."""
    summary = _seen(session, submission_id, plan=plan, principal=principal)
    order = {element.code: place for place, element in enumerate(plan.elements)}
    rows = session.execute(
        select(Figure.element_code, Figure.value, Figure.revision, Figure.seq).where(
            Figure.unit_code == summary.unit, Figure.period == summary.period
        )
    )
    values = sorted(
        (SubmittedValue(row.element_code, row.value, row.revision, row.seq) for row in rows),
        key=lambda value: (order.get(value.element, len(order)), value.element),
    )
    return SubmissionDetail(summary, tuple(values), _events(session, submission_id))


def submission_history(
    session: ReadSession, submission_id: int, *, plan: Plan, principal: Principal
) -> tuple[SubmissionEventRow, ...]:
    """Everything that happened to a submission, oldest first. Raises NotFound as :func:`submission`."""
    _seen(session, submission_id, plan=plan, principal=principal)
    return _events(session, submission_id)


def events_of_submissions(
    session: ReadSession, submission_ids: Collection[int]
) -> dict[int, tuple[SubmissionEventRow, ...]]:
    """What happened to each of the submissions, oldest first, for one who may see them."""
    found: dict[int, list[SubmissionEventRow]] = {submission_id: [] for submission_id in submission_ids}
    rows = session.execute(
        select(
            SubmissionEvent.submission_id,
            SubmissionEvent.seq,
            SubmissionEvent.action,
            SubmissionEvent.revision,
            SubmissionEvent.actor,
            SubmissionEvent.reason,
            SubmissionEvent.note,
            SubmissionEvent.detail,
            SubmissionEvent.recorded_at,
        )
        .where(SubmissionEvent.submission_id.in_(submission_ids))
        .order_by(SubmissionEvent.submission_id, SubmissionEvent.seq)
    )
    for submission_id, *event in rows:
        found[submission_id].append(SubmissionEventRow(*event))
    return {submission_id: tuple(events) for submission_id, events in found.items()}


def submission_receipt(session: ReadSession, submission_id: int, *, plan: Plan, principal: Principal) -> Receipt:
    """The receipt for the newest revision of a submission. Raises NotFound as :func:`submission`."""
    summary = _seen(session, submission_id, plan=plan, principal=principal)
    entry = session.execute(
        select(LedgerEntry.seq, LedgerEntry.leaf, LedgerEntry.leaf_hash, LedgerEntry.recorded_at, SubmissionEvent.actor)
        .join(SubmissionEvent, SubmissionEvent.seq == LedgerEntry.seq)
        .where(
            SubmissionEvent.submission_id == submission_id,
            SubmissionEvent.action == Action.SUBMIT,
            SubmissionEvent.revision == summary.revision,
        )
    ).one()
    return Receipt(
        id=summary.id,
        unit=summary.unit,
        period=summary.period,
        revision=summary.revision,
        actor=entry.actor,
        recorded_at=entry.recorded_at,
        on_time=summary.on_time,
        days_late=summary.days_late,
        loaded=summary.loaded,
        seq=entry.seq,
        leaf_hash=entry.leaf_hash.hex(),
        values=json.loads(entry.leaf)["values"],
        sign_off=sign_offs(session, [summary.id], seq=summary.seq).get(summary.id),
    )


def submission_unknown(submission_id: int) -> NotFound:
    """The refusal for a submission that does not exist, or that the one who asks may not see."""
    return NotFound(
        code="submission_unknown",
        message=Message(f"没有编号为 {submission_id} 的月报。", f"There is no submission {submission_id}."),
    )


def _refuse_foreign(principal: Principal, units: Collection[str]) -> None:
    if not principal.units.issuperset(units):
        raise Forbidden(
            code="unit_forbidden",
            message=Message("您只能查看本单位的月报。", "You may see the submissions of your own units only."),
        )


_Summaries = Select[int, str, date, int, str, int, datetime, datetime | None, datetime, str, str, str]


def _summaries() -> _Summaries:
    revising = aliased(SubmissionEvent)
    of_revision = (
        (revising.submission_id == Submission.id)
        & (revising.action == Action.SUBMIT)
        & (revising.revision == Submission.revision)
    )
    return (
        select(
            Submission.id,
            Submission.unit_code.label("unit"),
            Submission.period,
            Submission.revision,
            Submission.state,
            Submission.seq,
            Submission.first_recorded_at,
            Submission.first_received_at,
            SubmissionEvent.recorded_at,
            SubmissionEvent.actor,
            SubmissionEvent.reason,
            revising.reason.label("revision_reason"),
        )
        .join(SubmissionEvent, SubmissionEvent.seq == Submission.seq)
        .join(revising, of_revision)
    )


def _summary(plan: Plan, row: Any) -> SubmissionSummary:
    judged = reception(row.first_received_at, period=row.period, rule=plan.due_rule)
    loaded = row.first_received_at != row.first_recorded_at
    return SubmissionSummary(**row._mapping, on_time=judged.on_time, days_late=judged.days_late, loaded=loaded)


def _seen(session: ReadSession, submission_id: int, *, plan: Plan, principal: Principal) -> SubmissionSummary:
    principal.require(Scope.READ)
    query = _summaries().where(Submission.id == submission_id)
    if principal.is_bound_to_units:
        query = query.where(Submission.unit_code.in_(principal.units))
    row = session.execute(query).one_or_none()
    if row is None:
        raise submission_unknown(submission_id)
    return _summary(plan, row)


def _events(session: ReadSession, submission_id: int) -> tuple[SubmissionEventRow, ...]:
    return events_of_submissions(session, [submission_id])[submission_id]
