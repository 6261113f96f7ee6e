"""The line of what is due, and the ways to what is ahead (domain rule 6): what a course is held against. Pure.

What is due of an indicator rises on each due date of its stages: nothing before the first, from then on its threshold.
What is still ahead is the way that rule 8 judges by, up to the due date and the threshold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from metrics.commitments import counted
from metrics.plan.model import Direction, Indicator, LinearForm, Plan, Target
from metrics.progress import height_at, threshold_of, trajectory_of, waypoints
from metrics.results import Rate

Corner = tuple[date, Fraction]  # a day, and a value in the indicator's unit of measure
DueStep = tuple[date, Fraction | None]  # from that day on this is due; None: what is due is in another measure


def stages_of(plan: Plan, target: Target, *, on: date, unit: str | None = None) -> list[Target]:
    """The targets that form one stepped line with `target`: those that count the same things, earliest due first.

    For a `unit`, its own where it has them.
    """
    indicators = plan.indicator_by_code
    same = counted(indicators[str(target.indicator)])
    found = [
        other
        for other in plan.targets_in_force(on, unit=unit)
        if other.measured and other.due_on and counted(indicators[str(other.indicator)]) == same
    ]
    return sorted(found, key=lambda other: (other.due_on, other.order))


def due_steps(plan: Plan, indicator: Indicator, stages: Sequence[Target], *, by: date) -> tuple[DueStep, ...]:
    """From when on how much of `indicator` is due, oldest first: one step for every due date that has come `by` then.

    Where what is newest due is asked for in another measure, of which this one says nothing (the rate after exemptions
    meets 100 % where the plain rate does not), nothing is due here.
    """
    steps: dict[date, Fraction | None] = {}
    for stage in stages:
        if stage.due_on is not None and stage.due_on <= by:
            held = threshold_of(stage) if is_held_by(plan, stage, indicator) else None
            steps[stage.due_on] = steps.get(stage.due_on) if held is None else held
    return tuple(sorted(steps.items(), key=lambda step: step[0]))


def is_held_by(plan: Plan, stage: Target, indicator: Indicator) -> bool:
    """True if whoever meets `stage` in its own measure has also met its threshold in that of `indicator`.

    So it is in the same measure, and where the same things are counted out of fewer (or, where lower is better, more).
    """
    other = plan.indicator_by_code[str(stage.indicator)]
    if indicator.code == other.code:
        return True
    if (indicator.scale, indicator.direction) != (other.scale, other.direction) or threshold_of(stage) < 0:
        return False
    if any(_difference(indicator.numerator, other.numerator).values()):
        return False
    less, more = other.denominator, indicator.denominator
    if indicator.direction is Direction.LOWER:
        less, more = more, less
    return all(times >= 0 for times in _difference(less, more).values())


def _difference(one: LinearForm, other: LinearForm) -> Counter[str]:
    """`one` − `other`: how often each element is in it, the constant under no name."""
    found: Counter[str] = Counter({"": one.constant - other.constant})
    for term in one.terms:
        found[term.element] += term.times
    for term in other.terms:
        found[term.element] -= term.times
    return found


def due_on_day(steps: Sequence[DueStep], day: date) -> Fraction | None:
    """How much is due on `day`; None before the first due date, and where that is asked for in another measure."""
    return next((height for since, height in reversed(steps) if since <= day), None)


def judged_still(steps: Sequence[DueStep], target: Target | None, *, by: date) -> Corner | None:
    """From when on, and by what, a target that has fallen due is judged although the line of what is due has left it.

    None where that line stands at its threshold, before its due date, and where there is no target. `steps`: of its
    indicator, come `by` then.
    """
    if target is None or target.due_on is None or target.due_on > by:
        return None
    asked = threshold_of(target)
    apart = [since for since, height in steps if since > target.due_on and height != asked]
    return None if not apart or due_on_day(steps, by) == asked else (min(apart), asked)


def newest_due(stages: Sequence[Target], indicator: Indicator, *, by: date) -> Target | None:
    """The stage in the measure of `indicator` that has fallen due last `by` then."""
    due = [stage for stage in stages if stage.indicator == indicator.code and stage.due_on and stage.due_on <= by]
    return due[-1] if due else None


def judged_run(judged: Corner | None, *, begins: date, ends: date) -> tuple[Corner, ...]:
    """The line of :func:`judged_still` from where it begins to `ends`; nothing if none of it lies there."""
    if judged is None or max(judged[0], begins) >= ends:
        return ()
    return (max(judged[0], begins), judged[1]), (ends, judged[1])


def due_runs(steps: Sequence[DueStep], *, begins: date, ends: date) -> list[list[Corner]]:
    """The corners of the line of what is due between `begins` and `ends`: level until the next due date, then upright.

    A run ends where nothing more is due in this measure.
    """
    runs: list[list[Corner]] = [[]]
    shown = [(begins, due_on_day(steps, begins)), *(step for step in steps if begins < step[0] <= ends), (ends, None)]
    for since, height in shown:
        if runs[-1]:
            runs[-1].append((since, runs[-1][-1][1]))
        if height is None:
            runs.append([])
        else:
            runs[-1].append((since, height))
    return [run for run in runs if run]


def ways_ahead(
    indicator: Indicator, stages: Sequence[Target], course: Sequence[Rate], *, on: date
) -> tuple[tuple[Corner, ...], ...]:
    """The ways to the stages in the measure of `indicator` that are still ahead on the day `on`, the nearest first."""
    ahead = [stage for stage in stages if stage.indicator == indicator.code and stage.due_on and stage.due_on > on]
    return tuple(way for way in (way_to(stage, course) for stage in ahead) if way)


def way_to(target: Target, course: Sequence[Rate]) -> tuple[Corner, ...]:
    """The way to (due date, threshold) by which a unit of this course is judged until then, straight or agreed.

    Nothing without a due date, and where the course begins at it or later.
    """
    values = [(rate.period, rate.value) for rate in course if rate.value is not None]
    if target.due_on is None or not (values or target.baseline or target.trajectory):
        return ()
    corners = trajectory_of(target, values) if values or target.baseline else waypoints(target)
    return corners if len(corners) > 1 else ()


def way_on_day(way: Sequence[Corner], day: date) -> Fraction | None:
    """The height of a way on `day`; None before it begins and after its end."""
    return height_at(way, on=day) if way and way[0][0] <= day <= way[-1][0] else None


def between(way: Sequence[Corner], begins: date, ends: date) -> tuple[Corner, ...]:
    """The part of a way from `begins` to `ends`, for a chart that shows no more; nothing if none of it lies there."""
    cut = [(day, height) for day in (begins, ends) if (height := way_on_day(way, day)) is not None]
    found = dict(sorted([*cut, *((day, height) for day, height in way if begins <= day <= ends)]))
    return tuple(found.items()) if len(found) > 1 else ()
