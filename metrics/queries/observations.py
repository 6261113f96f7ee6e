"""Single element values, current or with their history."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, literal, or_, select

from metrics.database import ReadSession
from metrics.models import Observation, SubmissionEvent
from metrics.queries.known_figures import known_figures, known_states
from metrics.queries.view import View
from metrics.queries.wanted_rows import wanted_rows
from metrics.results import Basis
from metrics.submission_states import State

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


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which values are wanted. Empty and None mean all; `after_seq` leaves out what was recorded up to and with it.

    `history`: every revision, not only the one that holds.
    """

    units: Collection[str] = ()
    elements: Collection[str] = ()
    periods: Collection[date] = ()
    period_from: date | None = None
    period_to: date | None = None
    history: bool = False
    after_seq: int | None = None


def observations(session: ReadSession, view: View, chosen: Chosen) -> Iterator[ObservedValue]:
    """Values known in `view`, ordered by seq, then element code; streamed, never held whole.

    `reason` is empty where row security keeps it from the reader.
    """
    known = chosen_values(view, chosen).subquery("chosen")
    query: Select[*tuple[Any, ...]] = (
        select(*known.c, func.coalesce(SubmissionEvent.reason, ""))
        .outerjoin(SubmissionEvent, SubmissionEvent.seq == known.c.seq)  # other units' are not there for a clerk
        .order_by(known.c.seq, known.c.element_code.collate("C"))
    )
    with session.execute(query, execution_options={"yield_per": _AT_ONCE}) as found:
        for row in found:
            yield ObservedValue(*row)


def chosen_values(view: View, chosen: Chosen) -> Select[*tuple[Any, ...]]:
    """The values in no order that the reader may see. Columns as in :class:`ObservedValue`, without the reason."""
    query = _history(view) if chosen.history else _current(view)
    known = query.selected_columns
    if not view.shows_every_count:
        published = known.element_code.in_(view.plan.published_elements)
        query = query.where(or_(published, known.unit_code.in_(view.own or ())))
    query = wanted_rows(query, chosen, unit=known.unit_code, period=known.period)
    if chosen.elements:
        query = query.where(known.element_code.in_(chosen.elements))
    if chosen.after_seq is not None:
        query = query.where(known.seq > chosen.after_seq)
    return query


def _current(view: View) -> Select[*tuple[Any, ...]]:
    known, states = known_figures(view), known_states(view)
    query = select(
        known.c.seq,
        known.c.unit_code,
        known.c.period,
        known.c.element_code,
        known.c.value,
        known.c.revision,
        states.c.state,
        known.c.recorded_at,
        known.c.submission_id,
    ).join(states, states.c.submission_id == known.c.submission_id)
    return query.where(states.c.state == State.VERIFIED) if view.basis is Basis.VERIFIED else query


def _history(view: View) -> Select[*tuple[Any, ...]]:
    """Every observation up to the view's place; the newest of each cell has its submission's state.

    What was corrected before it was verified is not for everybody: on that basis a public view has no earlier revision.
    """
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
    query = select(
        numbered.c.seq,
        numbered.c.unit_code,
        numbered.c.period,
        numbered.c.element_code,
        numbered.c.value,
        numbered.c.revision,
        case((numbered.c.place > 1, literal("superseded")), else_=states.c.state).label("state"),
        numbered.c.recorded_at,
        numbered.c.submission_id,
    ).join(states, states.c.submission_id == numbered.c.submission_id)
    if view.basis is Basis.VERIFIED:
        query = query.where(states.c.state == State.VERIFIED)
        if view.public:
            query = query.where(numbered.c.place == 1)
    return query
