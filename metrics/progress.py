"""What a unit is held against: a target's threshold, and the line that leads to it (domain rules 6 and 9). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from metrics.periods import last_day, month_position
from metrics.plan.model import Target
from metrics.projection import Course
from metrics.results import Light, Status

LIGHTS: Mapping[Status, Light] = {
    Status.MET: Light.GREEN,
    Status.ON_TRACK: Light.GREEN,
    Status.BEHIND: Light.AMBER,
    Status.RECTIFYING: Light.AMBER,
    Status.OVERDUE: Light.RED,
    Status.NO_DATA: Light.GREY,
    Status.NOT_APPLICABLE: Light.GREY,
}


def threshold_of(target: Target) -> Fraction:
    threshold = target.exact_threshold
    if threshold is None:
        raise ValueError(f"target {target.code} has no threshold")
    return threshold


def trajectory_of(target: Target, course: Course) -> tuple[tuple[date, Fraction], ...]:
    """The corners of the line by which a unit with `course` is judged before the due date, as (day, height).

    The straight line runs from the baseline point, the target's own or else the unit's first value, to (due date,
    threshold). An agreed trajectory runs through its waypoints instead, from the baseline point if that is before them.
    Without a due date, or with one that is not after the baseline point, the line is flat: one corner.
    """
    if target.baseline is not None:
        start = (target.baseline.on, Fraction(target.baseline.value))
    else:
        start = (last_day(course[0][0]), course[0][1])
    if target.due_on is None:
        return (start,)
    agreed = waypoints(target)
    return (start, *agreed) if start[0] < agreed[0][0] else agreed


def waypoints(target: Target) -> tuple[tuple[date, Fraction], ...]:
    """The points to which the line leads: those agreed, and (due date, threshold), where there is a due date the last.

    Without one it is the threshold on no day that comes.
    """
    agreed = tuple((point.on, Fraction(point.value)) for point in target.trajectory)
    return (*agreed, (target.due_on or date.max, threshold_of(target)))


def height_at(corners: Sequence[tuple[date, Fraction]], *, on: date) -> Fraction:
    """The height of the line through `corners`: before the first that of the first, after the last that of the last."""
    for (start, low), (end, high) in pairwise(corners):
        if start <= on <= end:
            gone = _gone(start, on, end)
            return low + (high - low) * gone
    return corners[0][1] if on < corners[0][0] else corners[-1][1]


@lru_cache(4096)
def _gone(start: date, on: date, end: date) -> Fraction:
    """How much of the way from `start` to `end` has gone by at `on`, in months."""
    begins = month_position(start)
    return (month_position(on) - begins) / (month_position(end) - begins)
