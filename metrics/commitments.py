"""The headline commitments: the core targets grouped by what they count, each with the stage that matters now. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.plan.model import Indicator, Plan, Target
from metrics.results import Progress, Rate, Status


@dataclass(frozen=True, slots=True)
class Commitment:
    """One commitment of the plan. `stages`: all its targets, earliest due first; `current`: the one that matters now.

    That is the stage which falls due on the day judged, whether it is met or not: on that day it is asked for. On any
    other it is the first that is not met, or the last.

    A rate and the same rate after exemptions count the same things: they are stages of one commitment.
    """

    stages: tuple[Progress, ...]
    current: Progress
    course: tuple[Rate, ...]


def commitments(
    plan: Plan,
    progress: Sequence[Progress],
    courses: Mapping[tuple[str, str], Sequence[Rate]],
    *,
    targets: Sequence[Target],
) -> tuple[Commitment, ...]:
    """The commitments behind `targets`, in display order, as `progress` of one unit judges them."""
    verdicts = {verdict.target_code: verdict for verdict in progress}
    groups: dict[object, list[Progress]] = {}
    indicators = plan.indicator_by_code
    ordered = sorted(targets, key=lambda t: (indicators[str(t.indicator)].order, t.order))
    for target in ordered:
        verdict = verdicts.get(target.code)
        if verdict is not None:
            groups.setdefault(counted(indicators[verdict.indicator_code]), []).append(verdict)
    found = []
    for verdicts_of_one in groups.values():
        stages = tuple(sorted(verdicts_of_one, key=lambda verdict: (verdict.due_on is None, verdict.due_on)))
        current = _current(stages)
        course = tuple(courses.get((current.unit_code, current.indicator_code), ()))
        found.append(Commitment(stages=stages, current=current, course=course))
    return tuple(found)


def _current(stages: Sequence[Progress]) -> Progress:
    due_today = [stage for stage in stages if stage.due_on == stage.evaluated_on]
    not_met = [stage for stage in stages if stage.status is not Status.MET]
    return next(iter([*due_today, *not_met]), stages[-1])


def counted(indicator: Indicator) -> object:
    """What an indicator counts: indicators with equal answers are stages of one commitment."""
    return tuple(sorted((term.element, term.times) for term in indicator.numerator.terms))


def steps_of(plan: Plan, indicator: Indicator) -> tuple[Fraction, ...]:
    """Every threshold of an indicator's general targets in force at the end of the plan, the lowest first."""
    heights = {
        Fraction(target.threshold)
        for target in plan.targets_in_force(date.max)
        if target.indicator == indicator.code and target.threshold is not None
    }
    return tuple(sorted(heights))
