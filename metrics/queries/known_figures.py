"""The figures and states known in a view: the one place that decides which revision counts."""

from __future__ import annotations

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.sql.selectable import Subquery

from metrics.models import Figure, Observation, Submission, SubmissionEvent
from metrics.queries.view import View

# The events that decide a return's state; any other, such as a sign-off, leaves it as it is.
STATE_AFTER = {"submit": "submitted", "verify": "verified", "return": "returned", "reopen": "submitted"}


def known_figures(view: View) -> Subquery:
    """The newest known observation of every unit × period × element.

    Columns: unit_code, period, element_code, value, revision, seq, submission_id, recorded_at.
    Now, that is the table of current figures; at an earlier place it is chosen from history.
    """
    columns = ("unit_code", "period", "element_code", "value", "revision", "seq", "submission_id", "recorded_at")
    if view.is_now:
        return select(*(getattr(Figure, name) for name in columns)).subquery("known")
    key = (Observation.unit_code, Observation.period, Observation.element_code)
    return (
        select(*(getattr(Observation, name) for name in columns))
        .where(Observation.seq <= view.seq)
        .ext(distinct_on(*key))
        .order_by(*key, Observation.revision.desc())
        .subquery("known")
    )


def known_states(view: View) -> Subquery:
    """The state of every submission. Columns: submission_id, state, revision."""
    if view.is_now:
        return select(Submission.id.label("submission_id"), Submission.state, Submission.revision).subquery("states")
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
