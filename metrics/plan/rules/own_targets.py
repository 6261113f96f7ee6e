"""What can be wrong with a target's days, with one that units have of their own, and with a trajectory (rule 6). Pure.

The same rules hold for a plan's files and for a revision that somebody sends; each words the place in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from metrics.plan.model import Baseline, Direction, Indicator, Plan, Target, TargetKind, Waypoint


@dataclass(frozen=True, slots=True)
class Oddity:
    """`code` names a sentence of :data:`metrics.plan.sentences.SENTENCES`, `values` fill it; `path`: field, place, …"""

    code: str
    path: tuple[str | int, ...]
    values: Mapping[str, object] = field(default_factory=dict)


def oddities(plan: Plan, target: Target) -> Iterator[Oddity]:
    """Everything odd about the units `target` is for and about its trajectory. `plan` holds the general target."""
    if target.for_units:
        yield from _units(plan, target)
        yield from _own(plan, target)
    elif target.ends_own:
        yield Oddity("ends_own_without_units", ("ends_own",))
    if target.trajectory:
        yield from _trajectory(plan, target)


def day_oddities(target: Target) -> Iterator[Oddity]:
    """Verification is of what is due: it ends on the due date or later. A baseline lies before it."""
    window, due_on, baseline = target.verification_window, target.due_on, target.baseline
    if window is None:
        if target.kind is TargetKind.WINDOW:
            yield Oddity("window_missing", ("verification_window",))
    elif due_on is None:
        yield Oddity("window_without_due", ("verification_window",))
    elif window.start <= window.end < due_on:
        yield Oddity("window_before_due", ("verification_window", "end"), {"given": window.end, "due": due_on})
    if baseline is not None:
        if target.indicator is None:
            yield Oddity("baseline_without_indicator", ("baseline",))
        if due_on is not None and baseline.on >= due_on:
            yield Oddity("baseline_after_due", ("baseline", "on"), {"given": baseline.on, "due": due_on})


def _units(plan: Plan, target: Target) -> Iterator[Oddity]:
    for place, code in enumerate(target.for_units):
        path, given = ("for_units", place), {"given": code}
        if code not in plan.unit_by_code:
            yield Oddity("unit_unknown", path, given)
        elif code in target.for_units[:place]:
            yield Oddity("unit_twice", path, given)
        elif code in plan.children:
            yield Oddity("own_of_rolled_up", path, given)
        elif target.scope_units and code not in target.scope_units:
            yield Oddity("unit_out_of_scope", path, given)
        elif target.effective_from is not None and not plan.unit_by_code[code].exists_on(target.effective_from):
            yield Oddity("unit_not_there", path, given | {"day": target.effective_from})


def _own(plan: Plan, target: Target) -> Iterator[Oddity]:
    general = plan.general_targets.get(target.code)
    if general is None:
        yield Oddity("general_missing", ("for_units",), {"given": target.code})
    elif target.indicator != general[-1].indicator:
        values = {"given": target.indicator, "other": general[-1].indicator}
        yield Oddity("own_indicator_differs", ("indicator",), values)
    if not target.measured:
        yield Oddity("own_without_threshold", ("for_units",))
    for name in ("effective_from", "due_on"):
        day = getattr(target, name)
        if day is not None and day < plan.document.issued_on:
            yield Oddity("date_before_issue", (name,), {"given": day, "issued": plan.document.issued_on})


def _trajectory(plan: Plan, target: Target) -> Iterator[Oddity]:
    due_on, baseline = target.due_on, target.baseline
    if due_on is None or not target.measured:
        yield Oddity("trajectory_without_due", ("trajectory",))
    for place, point in enumerate(target.trajectory):
        path, given = ("trajectory", place, "on"), point.on
        if point.on < plan.document.issued_on:
            yield Oddity("date_before_issue", path, {"given": given, "issued": plan.document.issued_on})
        if due_on is not None and point.on >= due_on:
            yield Oddity("waypoint_past_due", path, {"given": given, "due": due_on})
        if baseline is not None and point.on <= baseline.on:
            yield Oddity("waypoint_before_baseline", path, {"given": given, "baseline": baseline.on})
        if place and point.on <= target.trajectory[place - 1].on:
            yield Oddity("waypoints_unordered", path, {"given": given, "before": target.trajectory[place - 1].on})
        before = target.trajectory[place - 1] if place else baseline
        yield from _height(plan.indicator_by_code.get(target.indicator or ""), target, place, before)


def _height(
    indicator: Indicator | None, target: Target, place: int, before: Waypoint | Baseline | None
) -> Iterator[Oddity]:
    """A waypoint lies within the indicator's scale, between the point before it and the threshold it leads to.

    Level is allowed: a unit may be granted time. A way that leads back would call a unit that slips back on track.
    """
    point = target.trajectory[place]
    if indicator is None or target.exact_threshold is None:
        return
    better = 1 if indicator.direction is Direction.HIGHER else -1
    path = ("trajectory", place, "value")
    if point.value < 0 and not indicator.may_be_negative:
        yield Oddity("waypoint_below_zero", path, {"given": point.value})
    if better * (Fraction(point.value) - target.exact_threshold) > 0:
        yield Oddity("waypoint_beyond_threshold", path, {"given": point.value, "threshold": target.threshold})
    elif before is not None and better * (point.value - before.value) < 0:
        yield Oddity("waypoint_leads_back", path, {"given": point.value, "before": before.value, "on": before.on})
