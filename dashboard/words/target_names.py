"""What a target is called on a day: a revision may give it another name."""

from __future__ import annotations

from datetime import date

from dashboard.words.figures import target_name
from metrics.plan.model import Plan


def target_name_on(plan: Plan, code: str, day: date | None) -> str:
    """The general target's name on `day`, without one the newest; the code itself where the plan has no such target.

    Before its first revision became effective that is the first's name. A unit's own target gives others no name.
    """
    known = plan.general_targets.get(code)
    if known is None:
        return code
    return target_name(known[-1] if day is None else plan.target_in_force(code, day) or known[0])
