"""The verdict on one target for one unit, judged one by one: the rules as slow, obvious code (domain rules 5 to 9).

What verdicts in whole columns (:mod:`metrics.verdicts`) are held against. Pure: values in, verdict out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from metrics.periods import add_months, last_day, newest_ended_period
from metrics.plan.model import Direction, Indicator, Target
from metrics.progress import LIGHTS, height_at, threshold_of, trajectory_of, waypoints
from metrics.projection import POINTS, Course, months_left
from metrics.results import Light, Progress, Projection, Rate, Status, Timing
from tests.pace_oracle import PresentPace, pace_of, projected


@dataclass(frozen=True)
class Evidence:
    """What a unit reported of a target's indicator, as far as it is known.

    `rate` is the unit's rate for the judged period (None: no period is known at all). `course` holds the applicable
    values up to and with that period, oldest first: every one, or those a verdict can turn on — the first, the first
    that satisfied each target, and those from the newest month that ended by a target's due date to the end of its
    verification window. `points` holds at least the last six of those that are points of a pace
    (:func:`tests.pace_oracle.points_of`). `denominator_watch` says whether the last rise came from a shrinking
    denominator. `months_apart`: how many months lie from one owed month to the next.
    """

    rate: Rate | None
    course: Course
    points: Course
    denominator_watch: bool = False
    months_apart: int = 1

    @property
    def is_first(self) -> bool:
        """True if nothing was known before the last owed month: what stands since then is the first value still."""
        if self.rate is None:
            return False
        since = self.rate.period
        while since.month % self.months_apart:
            since = add_months(since, -1)
        return self.course[0][0] >= since

    @property
    def last_points(self) -> int:
        """How many of the last six points there are."""
        return len(self.points[-POINTS:])

    @cached_property
    def pace(self) -> PresentPace | None:
        """The present pace: the same for every target of the indicator."""
        return pace_of(self.points)


def satisfies(value: Fraction, target: Target) -> bool:
    """True if `value` meets the target exactly; 以上, 不低于 and 以内 include the number."""
    threshold = threshold_of(target)
    beyond = value.numerator * threshold.denominator - threshold.numerator * value.denominator
    if target.comparator == ">=":
        return beyond >= 0
    if target.comparator == "<=":
        return beyond <= 0
    return beyond == 0


def judge(
    target: Target,
    indicator: Indicator,
    *,
    step: Fraction,
    unit_code: str,
    evidence: Evidence,
    on: date,
    lights: Mapping[Status, Light] = LIGHTS,
) -> Progress:
    """Judge `target` for one unit on the date `on`.

    `step`: the smallest amount by which the indicator's numerator can differ (`Plan.numerator_steps`).
    `decided_by` of the answer names the rule: out_of_scope, not_reported, denominator_zero, satisfied, first_value,
    line, pace, below_line, window, past_due, undated_line, undated_below_line.
    """
    rate, threshold = evidence.rate, threshold_of(target)
    value = None if rate is None else rate.value
    line = None if value is None or rate is None else _line(target, evidence.course, on=last_day(rate.period))
    required = _required_pace(target, rate, on=on)
    status, decided_by = _status(
        target, indicator, unit_code=unit_code, evidence=evidence, on=on, line=line, required=required
    )
    met = status is Status.MET
    judged = value is not None and status is not Status.NOT_APPLICABLE
    return Progress(
        unit_code=unit_code,
        target_code=target.code,
        target_revision=target.revision,
        indicator_code=indicator.code,
        comparator=target.comparator or "",
        threshold=threshold,
        due_on=target.due_on,
        evaluated_on=on,
        period=None if rate is None else rate.period,
        rate=rate,
        value=value,
        status=status,
        timing=_timing(target, evidence.course, on=on) if met else None,
        light=lights[status],
        gap=_gap(value, threshold, indicator) if judged and value is not None else None,
        required_pace=required if judged and not met else None,
        line=line if judged else None,
        projection=_projection(target, indicator, evidence, on=on) if judged else None,
        regressed=judged and not met and any(satisfies(earlier, target) for _, earlier in evidence.course[:-1]),
        denominator_watch=judged and evidence.denominator_watch,
        decided_by=decided_by,
        present_pace=evidence.pace.monthly if judged and evidence.pace is not None else None,
        points=evidence.last_points if judged else 0,
        shortfall=_shortfall(rate, threshold, indicator, step=step) if judged and not met else None,
    )


def _shortfall(rate: Rate | None, threshold: Fraction, indicator: Indicator, *, step: Fraction) -> Fraction | None:
    """The fewest steps of the numerator that meet the threshold at today's denominator, as an amount."""
    if rate is None or rate.numerator is None or rate.denominator is None:
        return None
    missing = abs(threshold * rate.denominator / indicator.scale - rate.numerator)
    return math.ceil(missing / step) * step


def _status(
    target: Target,
    indicator: Indicator,
    *,
    unit_code: str,
    evidence: Evidence,
    on: date,
    line: Fraction | None,
    required: Fraction | None,
) -> tuple[Status, str]:
    rate = evidence.rate
    if target.scope_units and unit_code not in target.scope_units:
        return Status.NOT_APPLICABLE, "out_of_scope"
    if rate is None or not rate.reported:
        return Status.NO_DATA, "not_reported"
    if rate.value is None:
        return Status.NOT_APPLICABLE, "denominator_zero"
    if satisfies(rate.value, target):
        return Status.MET, "satisfied"
    if target.due_on is not None and on > target.due_on:
        if target.verification_window is not None and on <= target.verification_window.end:
            return Status.RECTIFYING, "window"
        return Status.OVERDUE, "past_due"
    undated = "undated_" if target.due_on is None else ""
    starts_here = target.baseline is None and last_day(rate.period) < waypoints(target)[0][0]
    if evidence.is_first and starts_here:
        return Status.ON_TRACK, "first_value"
    if line is not None and _on_or_better(rate.value, line, indicator):
        return Status.ON_TRACK, undated + "line"
    if required is not None and evidence.pace is not None and _on_or_better(evidence.pace.monthly, required, indicator):
        return Status.ON_TRACK, "pace"
    return Status.BEHIND, undated + "below_line"


def _line(target: Target, course: Course, *, on: date) -> Fraction:
    """The height of the line by which a unit with `course` is judged, on the day `on`."""
    return height_at(trajectory_of(target, course), on=on)


def _projection(target: Target, indicator: Indicator, evidence: Evidence, *, on: date) -> Projection | None:
    """A projection from the value to the due date, if months are left and there is a pace."""
    rate, pace = evidence.rate, evidence.pace
    if rate is None or rate.value is None or pace is None:
        return None
    left = months_left(target.due_on, period=rate.period, on=on)
    if left is None:
        return None
    return projected(
        pace, rate.value, left=left, period=rate.period, indicator=indicator, threshold=threshold_of(target)
    )


def _timing(target: Target, course: Course, *, on: date) -> Timing | None:
    """When a target that is met was met: at the last month's end by the due date, in the window, or later."""
    due_on, window = target.due_on, target.verification_window
    if due_on is None:
        return None
    if on <= due_on:
        return Timing.ON_TIME
    last = newest_ended_period(due_on)
    if any(period == last and satisfies(value, target) for period, value in course):
        return Timing.ON_TIME
    if window is not None and any(
        due_on < last_day(period) <= window.end and satisfies(value, target) for period, value in course
    ):
        return Timing.IN_WINDOW
    return Timing.LATE


def _required_pace(target: Target, rate: Rate | None, *, on: date) -> Fraction | None:
    """What the value has to change a month to be at the threshold on the due date; None if no months are left."""
    if rate is None or rate.value is None:
        return None
    left = months_left(target.due_on, period=rate.period, on=on)
    return None if left is None else (threshold_of(target) - rate.value) / left


def _gap(value: Fraction, threshold: Fraction, indicator: Indicator) -> Fraction:
    return value - threshold if indicator.direction is Direction.HIGHER else threshold - value


def _on_or_better(value: Fraction, line: Fraction, indicator: Indicator) -> bool:
    above = value.numerator * line.denominator - line.numerator * value.denominator
    return above >= 0 if indicator.direction is Direction.HIGHER else above <= 0
