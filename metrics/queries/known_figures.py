"""The figures and states known in a view: the one place that decides which revision counts."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, case, exists, func, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import Subquery

from metrics.models import Figure, Observation, Submission, SubmissionEvent
from metrics.queries.view import View

_COLUMNS = ("unit_code", "period", "element_code", "value", "revision", "seq", "submission_id", "recorded_at")
# The events that decide a return's state; any other, such as a sign-off, leaves it as it is.
STATE_AFTER = {"submit": "submitted", "verify": "verified", "return": "returned", "reopen": "submitted"}


def known_figures(view: View) -> Subquery:
    """The newest known observation of every unit × period × element.

    Columns: unit_code, period, element_code, value, revision, seq, submission_id, recorded_at.
    Now, that is the table of current figures; at an earlier place it is chosen from history.
    """
    if view.is_now:
        return select(*_columns(Figure)).subquery("known")
    return union_all(_never_revised(view), _newest_of_revised(view)).subquery("known")


def _never_revised(view: View) -> Select[*tuple[Any, ...]]:
    """The figures of returns of which one revision is known: they need no choosing, and are nearly all there are."""
    later = aliased(SubmissionEvent)
    another = exists().where(
        later.submission_id == Observation.submission_id,
        later.action == "submit",
        later.seq <= view.seq,
        later.seq != Observation.seq,
    )
    return select(*_columns(Observation)).where(Observation.seq <= view.seq, ~another)


def _newest_of_revised(view: View) -> Select[*tuple[Any, ...]]:
    """The newest known observation of each cell of the returns that were revised."""
    submitted = (
        select(SubmissionEvent.submission_id)
        .where(SubmissionEvent.action == "submit", SubmissionEvent.seq <= view.seq)
        .group_by(SubmissionEvent.submission_id)
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


def known_states(view: View, *, between: tuple[date, date] | None = None) -> Subquery:
    """The state of every submission. Columns: submission_id, state, revision.

    `between`: periods beyond which the caller asks for none; where that helps, the others are not read.
    """
    if view.is_now:
        now = select(Submission.id.label("submission_id"), Submission.state, Submission.revision)
        return (now if between is None else now.where(Submission.period.between(*between))).subquery("states")
    return (
        select(
            SubmissionEvent.submission_id,
            case(STATE_AFTER, value=SubmissionEvent.action).label("state"),
            SubmissionEvent.revision,
        )
        .where(SubmissionEvent.seq <= view.seq, SubmissionEvent.action.in_(STATE_AFTER))
        .ext(distinct_on(SubmissionEvent.submission_id))
        .order_by(SubmissionEvent.submission_id, SubmissionEvent.seq.desc())
        .subquery("states")
    )
