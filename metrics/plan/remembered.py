"""What follows from a plan and is asked of it again and again, kept for as long as the plan is.

A plan never changes, and a copy that differs begins with nothing (`PlanPart.model_copy`), so nothing here grows old.
"""

from __future__ import annotations

from typing import Any

from metrics.plan.model import Plan

_NAME = "remembered"


def remembered(plan: Plan, what: str) -> dict[Any, Any]:
    """What was found out under the name `what`, by what it was asked of; whoever misses something there puts it in."""
    known: dict[str, dict[Any, Any]] = vars(plan).setdefault(_NAME, {})
    return known.setdefault(what, {})
