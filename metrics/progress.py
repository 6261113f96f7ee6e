"""The verdict on one target for one unit on one date (domain rules 5 to 9). Pure: values in, verdict out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache

from metrics.periods import last_day, month_position
from metrics.plan.model import Direction, Indicator, Target
from metrics.projection import Course, Trend, projected, trend_of
from metrics.results import Light, Progress, Projection, Rate, Status, Timing

LIGHTS: Mapping[Status, Light] = {
    Status.MET: Light.GREEN,
    Status.ON_TRACK: Light.GREEN,
    Status.BEHIND: Light.AMBER,
    Status.RECTIFYING: Light.AMBER,
    Status.OVERDUE: Light.RED,
    Status.NO_DATA: Light.GREY,
    Status.NOT_APPLICABLE: Light.GREY,
}


@dataclass(frozen=True)
class Evidence:
    """What a unit reported of a target's indicator, as far as it is known.

    `rate` is the unit's rate for the judged period (None: no period is known at all); `course` holds the applicable
    values up to and with that period, oldest first: every one, or those a verdict can turn on — the first, the first
    that satisfied each target, and the last six; `denominator_watch` says whether the last rise came from a shrinking
    denominator.
    """

    rate: Rate | None
    course: Course
    denominator_watch: bool = False

    @cached_property
    def trend(self) -> Trend | None:
        """Where the course is heading: the same for every target of the indicator."""
        return trend_of(self.course)


def satisfies(value: Fraction, target: Target) -> bool:
    """True if `value` meets the target exactly; 以上, 不低于 and 以内 include the number."""
    threshold = threshold_of(target)
    beyond = value.numerator * threshold.denominator - threshold.numerator * value.denominator
    if target.comparator == ">=":
        return beyond >= 0
    if target.comparator == "<=":
        return beyond <= 0
    return beyond == 0


def threshold_of(target: Target) -> Fraction:
    threshold = target.exact_threshold
    if threshold is None:
        raise ValueError(f"target {target.code} has no threshold")
    return threshold


def judge(
    target: Target,
    indicator: Indicator,
    *,
    unit_code: str,
    evidence: Evidence,
    on: date,
    lights: Mapping[Status, Light] = LIGHTS,
) -> Progress:
    """Judge `target` for one unit on the date `on`.

    `decided_by` of the answer names the rule: out_of_scope, not_reported, denominator_zero, satisfied, first_value,
    line, projection, below_line, window, past_due, undated_line, undated_below_line.
    """
    rate, threshold = evidence.rate, threshold_of(target)
    value = None if rate is None else rate.value
    line = None if value is None or rate is None else _line(target, evidence.course, on=last_day(rate.period))
    projection = _projection(target, indicator, evidence, on=on)
    status, decided_by = _status(
        target,
        indicator,
        unit_code=unit_code,
        rate=rate,
        on=on,
        line=line,
        projection=projection,
        course=evidence.course,
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
        timing=_timing(target, evidence.course) if met else None,
        light=lights[status],
        gap=_gap(value, threshold, indicator) if judged and value is not None else None,
        required_pace=_pace(target, value, rate) if judged and not met else None,
        line=line if judged else None,
        projection=projection if judged else None,
        regressed=judged and not met and any(satisfies(earlier, target) for _, earlier in evidence.course[:-1]),
        denominator_watch=judged and evidence.denominator_watch,
        decided_by=decided_by,
    )


def _status(
    target: Target,
    indicator: Indicator,
    *,
    unit_code: str,
    rate: Rate | None,
    on: date,
    line: Fraction | None,
    projection: Projection | None,
    course: Course,
) -> tuple[Status, str]:
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
    if len(course) == 1 and target.baseline is None and last_day(rate.period) != target.due_on:
        return Status.ON_TRACK, "first_value"
    if line is not None and _on_or_better(rate.value, line, indicator):
        return Status.ON_TRACK, undated + "line"
    if target.due_on is not None and projection is not None and satisfies(projection.value, target):
        return Status.ON_TRACK, "projection"
    return Status.BEHIND, undated + "below_line"


def _line(target: Target, course: Course, *, on: date) -> Fraction:
    """The height, on the day `on`, of the straight line from the baseline point to (due date, threshold).

    Without a due date the line never arrives: it stays at the baseline.
    """
    if target.baseline is not None:
        start, height = month_position(target.baseline.on), Fraction(target.baseline.value)
    else:
        start, height = month_position(last_day(course[0][0])), course[0][1]
    if target.due_on is None:
        return height
    end, threshold = month_position(target.due_on), threshold_of(target)
    if end <= start:
        return threshold
    gone = _gone(start, month_position(on), end)
    return Fraction(
        height.numerator * (gone.denominator - gone.numerator) * threshold.denominator
        + threshold.numerator * gone.numerator * height.denominator,
        height.denominator * threshold.denominator * gone.denominator,
    )


@lru_cache(4096)
def _gone(start: Fraction, on: Fraction, end: Fraction) -> Fraction:
    """How much of the way from `start` to `end` has gone by at `on`."""
    return (on - start) / (end - start)


def _projection(target: Target, indicator: Indicator, evidence: Evidence, *, on: date) -> Projection | None:
    """A projection to the due date, if that date is still ahead of the value and of `on`."""
    if evidence.rate is None or evidence.rate.value is None or target.due_on is None:
        return None
    if target.due_on <= last_day(evidence.rate.period) or target.due_on <= on:
        return None
    trend = evidence.trend
    if trend is None:
        return None
    return projected(trend, indicator=indicator, threshold=threshold_of(target), due_on=target.due_on)


def _timing(target: Target, course: Course) -> Timing | None:
    """When the target was first met: by the end of some period on or before the due date, in the window, or later."""
    if target.due_on is None:
        return None
    first = next(last_day(period) for period, value in course if satisfies(value, target))
    if first <= target.due_on:
        return Timing.ON_TIME
    if target.verification_window is not None and first <= target.verification_window.end:
        return Timing.IN_WINDOW
    return Timing.LATE


def _pace(target: Target, value: Fraction | None, rate: Rate | None) -> Fraction | None:
    if target.due_on is None or value is None or rate is None:
        return None
    months = _whole_months(last_day(rate.period), target.due_on)
    if months < 1:
        return None
    threshold = threshold_of(target)
    short = threshold.numerator * value.denominator - value.numerator * threshold.denominator
    return Fraction(short, threshold.denominator * value.denominator * months)


@lru_cache(4096)
def _whole_months(day: date, due_on: date) -> int:
    return int((month_position(due_on) - month_position(day)) // 1)


def _gap(value: Fraction, threshold: Fraction, indicator: Indicator) -> Fraction:
    return value - threshold if indicator.direction is Direction.HIGHER else threshold - value


def _on_or_better(value: Fraction, line: Fraction, indicator: Indicator) -> bool:
    above = value.numerator * line.denominator - line.numerator * value.denominator
    return above >= 0 if indicator.direction is Direction.HIGHER else above <= 0
