"""The figures and states known in a view: the one place that decides which revision counts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, exists, func, or_, select, type_coerce, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.sql.selectable import FromClause, Subquery

from metrics.models import Figure, Observation, StoredFormulas, Submission, UnitRates
from metrics.models.base import StateText
from metrics.models.turns import REPORTED_CELLS, SUBMISSION_TURNS
from metrics.queries.view import View
from metrics.submission_states import STATE_AFTER, Action

_COLUMNS = ("unit_code", "period", "element_code", "value", "revision", "seq", "submission_id", "recorded_at")


def known_figures(view: View) -> Subquery:
    """The newest known observation of every unit × period × element.

    Columns: unit_code, period, element_code, value, revision, seq, submission_id, recorded_at.
    Now, that is the table of current figures; at an earlier place it is chosen from history.
    """
    # Present figures have a table of their own; the past is chosen from what each revision changed (decision 4).
    if view.is_now:
        return select(*_columns(Figure)).subquery("known")
    return union_all(_never_revised(view), _newest_of_revised(view)).subquery("known")


def _never_revised(view: View) -> Select[*tuple[Any, ...]]:
    """The figures of submissions with one known revision: they need no choosing, and are nearly all there are."""
    later = SUBMISSION_TURNS.alias()
    another = exists().where(
        later.c.submission_id == Observation.submission_id,
        later.c.action == Action.SUBMIT,
        later.c.seq <= view.seq,
        later.c.seq != Observation.seq,
    )
    return select(*_columns(Observation)).where(Observation.seq <= view.seq, ~another)


def _newest_of_revised(view: View) -> Select[*tuple[Any, ...]]:
    """The newest known observation of each cell of the submissions that were revised."""
    turns = SUBMISSION_TURNS.c
    submitted = (
        select(turns.submission_id)
        .where(turns.action == Action.SUBMIT, turns.seq <= view.seq)
        .group_by(turns.submission_id)
        .having(func.count() > 1)
    )
    key = (Observation.unit_code, Observation.period, Observation.element_code)
    chosen = (
        select(*_columns(Observation))
        .where(Observation.seq <= view.seq, Observation.submission_id.in_(submitted))
        .ext(distinct_on(*key))
        .order_by(*key, Observation.revision.desc())
        .subquery("chosen")
    )
    return select(*chosen.c)


def _columns(table: type[Figure] | type[Observation]) -> list[Any]:
    return [getattr(table, name) for name in _COLUMNS]


def known_submissions(view: View) -> Subquery:
    """Every submission that was sent. Columns: unit_code, period, state."""
    known: type[Submission] | type[UnitRates] = Submission if view.is_now else UnitRates
    query = select(known.unit_code, known.period, known.state)
    if not view.is_now:  # one row of rates a submission stands at every place in the ledger
        still = or_(UnitRates.until_seq.is_(None), UnitRates.until_seq > view.seq)
        held = select(StoredFormulas.number).where(StoredFormulas.seq <= view.seq).order_by(StoredFormulas.seq.desc())
        formulas = held.limit(1).scalar_subquery()
        query = query.where(UnitRates.formulas == formulas, UnitRates.seq <= view.seq, still)
    return query.subquery("known_submissions")


def known_states(view: View) -> Subquery:
    """The state of every submission. Columns: submission_id, state."""
    if view.is_now:
        return select(Submission.id.label("submission_id"), Submission.state).subquery("states")
    turns = SUBMISSION_TURNS.c
    return (
        select(turns.submission_id, type_coerce(case(STATE_AFTER, value=turns.action), StateText()).label("state"))
        .where(turns.seq <= view.seq, turns.action.in_(STATE_AFTER))
        .ext(distinct_on(turns.submission_id))
        .order_by(turns.submission_id, turns.seq.desc())
        .subquery("states")
    )


def known_cells(view: View) -> FromClause:
    """Every cell of which a figure is known, of every unit, without it. Columns: unit_code, period, element_code."""
    return REPORTED_CELLS if view.is_now else known_figures(view)
