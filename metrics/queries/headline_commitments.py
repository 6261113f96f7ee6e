"""The headline commitments as the city stands: the query beneath the overview's instruments and `commitments`."""

from __future__ import annotations

from metrics.commitments import Commitment, commitments
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.queries.view import View


def headline_commitments(view: View, judged: JudgedProgress, *, unit: str | None = None) -> tuple[Commitment, ...]:
    """The commitments behind the core targets, in display order, by the verdicts on `unit` (None: the root)."""
    if judged.on is None:
        return ()
    code = unit or view.plan.document.root_unit
    return commitments(view.plan, judged.of_unit(code), judged.courses, targets=core_targets(view, on=judged.on))
