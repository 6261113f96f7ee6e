"""Whether the rule that a unit is judged by is another one by now, and because of which revision. Pure."""

from __future__ import annotations

from metrics.plan.model import Plan, Target
from metrics.results import Progress

# What a verdict rests on.
_JUDGED_BY = (
    "indicator",
    "comparator",
    "threshold",
    "due_on",
    "verification_window",
    "baseline",
    "trajectory",
    "scope_units",
)


def judged_anew_by(plan: Plan, was: Progress, now: Progress) -> Target | None:
    """The revision because of which the unit is judged in `now` by another rule than in `was`, of the same target.

    That is the revision of `now`, or the later one that ended the unit's own target. None where both judge alike: a
    name or a citation turns no status.
    """
    known = {one.revision: one for one in plan.target_revisions.get(now.target_code, ())}
    before, after = known.get(was.target_revision), known.get(now.target_revision)
    if after is None:
        return None
    if before is not None and all(getattr(before, name) == getattr(after, name) for name in _JUDGED_BY):
        return None
    if before is None or not before.for_units:
        return after
    ended = plan.own_revision(now.target_code, now.evaluated_on, unit=now.unit_code)
    return ended if ended is not None and ended.revision > after.revision else after
