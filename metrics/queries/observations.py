"""Single element values, current or with their history."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, literal, select

from metrics.database import ReadSession
from metrics.models import Observation, SubmissionEvent
from metrics.queries.known_figures import known_figures, known_states
from metrics.queries.view import View
from metrics.results import Basis

_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class ObservedValue:
    """One element value. `state` is that of its submission, or `superseded` if a later revision holds."""

    seq: int
    unit_code: str
    period: date
    element_code: str
    value: Decimal
    revision: int
    state: str
    recorded_at: datetime
    submission_id: int
    reason: str


def observations(
    session: ReadSession,
    view: View,
    *,
    units: Collection[str] = (),
    elements: Collection[str] = (),
    periods: Collection[date] = (),
    period_from: date | None = None,
    period_to: date | None = None,
    history: bool = False,
    after_seq: int | None = None,
) -> Iterator[ObservedValue]:
    """Values known in `view`, ordered by seq, then element code; streamed, never held whole.

    Empty filters mean all. `after_seq` leaves out what was recorded up to and with it.
    """
    query = _history(view) if history else _current(view)
    known = query.selected_columns
    if units:
        query = query.where(known.unit_code.in_(units))
    if elements:
        query = query.where(known.element_code.in_(elements))
    if periods:
        query = query.where(known.period.in_(periods))
    if period_from is not None:
        query = query.where(known.period >= period_from)
    if period_to is not None:
        query = query.where(known.period <= period_to)
    if after_seq is not None:
        query = query.where(known.seq > after_seq)
    query = query.order_by(known.seq, known.element_code.collate("C"))
    with session.execute(query, execution_options={"yield_per": _AT_ONCE}) as found:
        for row in found:
            yield ObservedValue(*row)


def _current(view: View) -> Select[*tuple[Any, ...]]:
    known, states = known_figures(view), known_states(view)
    query = (
        select(
            known.c.seq,
            known.c.unit_code,
            known.c.period,
            known.c.element_code,
            known.c.value,
            known.c.revision,
            states.c.state,
            known.c.recorded_at,
            known.c.submission_id,
            SubmissionEvent.reason,
        )
        .join(states, states.c.submission_id == known.c.submission_id)
        .join(SubmissionEvent, SubmissionEvent.seq == known.c.seq)
    )
    return query.where(states.c.state == "verified") if view.basis is Basis.VERIFIED else query


def _history(view: View) -> Select[*tuple[Any, ...]]:
    """Every observation up to the view's place; the newest of each cell has its submission's state."""
    states = known_states(view)
    cell = (Observation.unit_code, Observation.period, Observation.element_code)
    numbered = (
        select(
            Observation,
            func.row_number().over(partition_by=cell, order_by=Observation.revision.desc()).label("place"),
        )
        .where(Observation.seq <= view.seq)
        .subquery("numbered")
    )
    query = (
        select(
            numbered.c.seq,
            numbered.c.unit_code,
            numbered.c.period,
            numbered.c.element_code,
            numbered.c.value,
            numbered.c.revision,
            case((numbered.c.place > 1, literal("superseded")), else_=states.c.state).label("state"),
            numbered.c.recorded_at,
            numbered.c.submission_id,
            SubmissionEvent.reason,
        )
        .join(states, states.c.submission_id == numbered.c.submission_id)
        .join(SubmissionEvent, SubmissionEvent.seq == numbered.c.seq)
    )
    return query.where(states.c.state == "verified") if view.basis is Basis.VERIFIED else query
