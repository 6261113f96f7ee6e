"""What a revision of a target changed against the one before: threshold, date, way, scope and units. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from metrics.plan.model import Plan, Target

# What a reader is told of, in this order; the rest is how it is cited and explained.
FIELDS = (
    "name",
    "indicator",
    "comparator",
    "threshold",
    "unit_of_measure",
    "due_on",
    "recurring",
    "verification_window",
    "baseline",
    "trajectory",
    "scope",
    "scope_units",
    "exclusions",
    "qualifier",
    "tasks",
    "citations",
)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of :class:`Target`, as it was and as the revision has it."""

    field: str
    before: Any
    after: Any


def revision_before(plan: Plan, revision: Target) -> Target | None:
    """The revision that those whom `revision` is for were to be judged by when it was recorded.

    For units with a target of their own that one, else the general one; None for a target's first revision.
    """
    earlier = [one for one in plan.target_revisions[revision.code] if one.revision < revision.revision]
    if revision.for_units:
        own = [one for one in earlier if revision.for_units[0] in one.for_units]
        if own and not own[-1].ends_own:
            return own[-1]
    return next((one for one in reversed(earlier) if not one.for_units), None)


def revision_changes(plan: Plan, revision: Target) -> tuple[FieldChange, ...]:
    """What `revision` changed for those it is for, in the order of FIELDS; nothing for a target's first revision.

    One that ends units' own targets changes them into the general one, as that was known then.
    """
    before = revision_before(plan, revision)
    after = _general_then(plan, revision) if revision.ends_own else revision
    return field_changes(before, after)


def field_changes(before: Target | None, after: Target | None) -> tuple[FieldChange, ...]:
    """What differs between two revisions, in the order of FIELDS; nothing where one of them is not there."""
    if before is None or after is None:
        return ()
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in FIELDS)
    return tuple(FieldChange(name, one, other) for name, one, other in pairs if one != other)


def replaced_by(plan: Plan, revision: Target, unit: str | None) -> Target | None:
    """The later revision that keeps `revision` from ever judging `unit` (None: those it is for where it is general).

    That one names the unit as well, and is effective no later. Others whom `revision` names may be judged by it.
    """
    since = revision.effective_from
    for later in plan.target_revisions[revision.code]:
        same = not later.for_units if unit is None else unit in later.for_units
        earlier = since is not None and (later.effective_from is None or later.effective_from <= since)
        if later.revision > revision.revision and same and earlier:
            return later
    return None


def replacements(plan: Plan, revision: Target) -> dict[str | None, Target]:
    """By each unit that `revision` is for (None: all, where it is general) and never judges: what took its place."""
    found = {unit: replaced_by(plan, revision, unit) for unit in revision.for_units or (None,)}
    return {unit: later for unit, later in found.items() if later is not None}


def _general_then(plan: Plan, revision: Target) -> Target | None:
    earlier = [one for one in plan.target_revisions[revision.code] if one.revision < revision.revision]
    return next((one for one in reversed(earlier) if not one.for_units), None)
