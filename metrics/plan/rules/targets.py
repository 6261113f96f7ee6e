"""Rules for targets and for the phases they gate."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.evidence import is_visible
from metrics.plan.model import Direction, Indicator, Phase, Plan, Target
from metrics.plan.problems import PlanProblem, problem_in
from metrics.plan.rules.own_targets import day_oddities, oddities

_AGAINST = {Direction.HIGHER: "<=", Direction.LOWER: ">="}


def target_problems(plan: Plan) -> Iterator[PlanProblem]:
    """Problems of every revision of every target, and of the phases."""
    for target in plan.targets:
        yield from _references(plan, target)
        yield from _threshold(plan, target)
        yield from _dates(target)
        yield from _own(plan, target)
    for revisions in plan.target_revisions.values():
        yield from _revisions(revisions)
    yield from _phases(plan)


def _references(plan: Plan, target: Target) -> Iterator[PlanProblem]:
    numbers = {task.number for task in plan.tasks}
    if target.indicator is not None and target.indicator not in plan.indicator_by_code:
        yield problem_in("indicator_unknown", "targets", target, "indicator", given=target.indicator)
    for index, number in enumerate(target.tasks):
        if number not in numbers:
            yield problem_in("task_unknown", "targets", target, f"tasks[{index}]", given=number)
    for index, code in enumerate(target.scope_units):
        if code not in plan.unit_by_code:
            yield problem_in("unit_unknown", "targets", target, f"scope_units[{index}]", given=code)
    if not target.citations:
        yield problem_in("citation_missing", "targets", target, "citations")
    for index, citation in enumerate(target.citations):
        if citation.task is not None and citation.task not in target.tasks:
            yield problem_in(
                "citation_task_foreign", "targets", target, f"citations[{index}].task", given=citation.task
            )
    yield from _exclusions(plan, target)


def _exclusions(plan: Plan, target: Target) -> Iterator[PlanProblem]:
    seen, elements = set[str](), set[str]()
    for index, exclusion in enumerate(target.exclusions):
        at = f"exclusions[{index}]"
        if exclusion.element is not None and exclusion.element not in plan.element_by_code:
            yield problem_in("element_unknown", "targets", target, f"{at}.element", given=exclusion.element)
        if exclusion.element is not None and exclusion.element in elements:
            yield problem_in("exclusion_element_twice", "targets", target, f"{at}.element", given=exclusion.element)
        elements |= {exclusion.element} if exclusion.element is not None else set()
        if exclusion.code in seen:
            yield problem_in("exclusion_twice", "targets", target, f"{at}.code", given=exclusion.code)
        seen.add(exclusion.code)


def _threshold(plan: Plan, target: Target) -> Iterator[PlanProblem]:
    together = ("comparator", "threshold", "unit_of_measure")
    missing = [name for name in together if getattr(target, name) is None]
    if missing and len(missing) < len(together):
        yield problem_in("threshold_incomplete", "targets", target, missing[0], given=", ".join(missing))
    if target.threshold is None:
        if target.indicator is not None:
            yield problem_in("threshold_missing", "targets", target, "threshold")
        if target.printed is not None:
            yield problem_in("printed_without_threshold", "targets", target, "printed")
    elif target.indicator in plan.indicator_by_code:
        yield from _agreement(target, plan.indicator_by_code[target.indicator])


def _agreement(target: Target, indicator: Indicator) -> Iterator[PlanProblem]:
    """The target's comparator, threshold and unit of measure must suit its indicator."""
    if target.comparator == _AGAINST[indicator.direction]:
        yield problem_in(
            "comparator_against_direction",
            "targets",
            target,
            "comparator",
            given=target.comparator,
            direction=indicator.direction.value,
        )
    unit = target.unit_of_measure
    if unit is not None and unit != indicator.unit_of_measure:
        other = indicator.unit_of_measure
        yield problem_in("unit_of_measure_differs", "targets", target, "unit_of_measure", given=unit.zh, other=other.zh)
    if not indicator.share or target.threshold is None:
        return
    if not 0 <= target.threshold <= indicator.scale:
        yield problem_in(
            "threshold_outside_scale", "targets", target, "threshold", given=target.threshold, scale=indicator.scale
        )
    end = indicator.scale if indicator.direction is Direction.HIGHER else 0
    if target.comparator == "==" and target.threshold != end:
        yield problem_in("equality_inside_scale", "targets", target, "threshold", given=target.threshold, end=end)


def _own(plan: Plan, target: Target) -> Iterator[PlanProblem]:
    """The units it is for, its trajectory, and the days around its due date."""
    for oddity in (*oddities(plan, target), *day_oddities(target)):
        name, *further = oddity.path
        path = str(name) + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in further)
        yield problem_in(oddity.code, "targets", target, path, **oddity.values)


def _dates(target: Target) -> Iterator[PlanProblem]:
    window = target.verification_window
    if window is not None and window.start > window.end:
        yield problem_in(
            "dates_reversed", "targets", target, "verification_window.start", given=window.start, end=window.end
        )


def _revisions(revisions: tuple[Target, ...]) -> Iterator[PlanProblem]:
    for expected, target in enumerate(revisions, start=1):
        if target.revision != expected:
            yield problem_in("revision_gap", "targets", target, "revision", given=target.revision, expected=expected)
        if target.revision > 1 and not is_visible(target.reason):
            yield problem_in("revision_without_reason", "targets", target, "reason", given=target.revision)


def _phases(plan: Plan) -> Iterator[PlanProblem]:
    before: Phase | None = None
    for phase in sorted(plan.phases, key=lambda phase: phase.order):
        for name in ("gates", "task_gates"):
            for index, code in enumerate(getattr(phase, name)):
                if code not in plan.target_revisions:
                    yield problem_in("target_unknown", "phases", phase, f"{name}[{index}]", given=code)
        if phase.start is not None and phase.start > phase.end:
            yield problem_in("dates_reversed", "phases", phase, "start", given=phase.start, end=phase.end)
        if before is not None and phase.start is not None and phase.start <= before.end:
            yield problem_in("phases_overlap", "phases", phase, "start", given=phase.start, end=before.end)
        before = phase
