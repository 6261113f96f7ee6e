"""Verdicts as the rules have them: status, timing, gap, paces, projection and shortfall of a target for a unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from metrics.ledger.verifying.months import end_of, last_owed, newest_ended, on_scale
from metrics.ledger.verifying.plan import RateFormula, Revision
from metrics.ledger.verifying.rates import KnownRate, Rates, is_point

_POINTS = 6
_FEWEST_FOR_PACE = 3
_FEWEST_FOR_RANGE = 5
_FARTHEST = 600  # months


class Slope(NamedTuple):
    """The slopes between any two of the last six points of a course, a month: the median, the least, the greatest."""

    monthly: Fraction
    least: Fraction
    greatest: Fraction
    points: int


@dataclass(frozen=True)
class Judgement:
    """What is to be said of the target `aim` for `unit` on the day `on`, from figures up to and with `month`."""

    rates: Rates
    aim: Revision
    unit: str
    month: int
    on: date

    @cached_property
    def measure(self) -> RateFormula:
        """The indicator by which the target is judged."""
        return self.rates.plan.indicator[str(self.aim.indicator)]

    @property
    def line_at(self) -> Fraction:
        """The threshold."""
        return self.aim.threshold or Fraction(0)

    @cached_property
    def course(self) -> list[tuple[int, Fraction, KnownRate]]:
        """Every month with a value, up to the one judged."""
        return list(self.rates.course(self.unit, self.measure, self.month))

    @cached_property
    def figure(self) -> KnownRate | None:
        """The rate judged."""
        return self.rates.rate(self.unit, self.measure, self.month) if self.rates.known else None

    @cached_property
    def value(self) -> Fraction | None:
        """The value of the rate judged."""
        return self.rates.value(self.unit, self.measure, self.month) if self.rates.known else None

    @cached_property
    def judged(self) -> Fraction | None:
        """The value, where the target applies to the unit."""
        return self.value if not self.aim.scope or self.unit in self.aim.scope else None

    @cached_property
    def met(self) -> bool:
        """True if the value meets the target."""
        return self.judged is not None and self.aim.is_met_by(self.judged)

    @cached_property
    def status(self) -> str:
        """The progress status."""
        if self.aim.scope and self.unit not in self.aim.scope:
            return "not_applicable"
        if self.figure is None:
            return "no_data"
        if self.judged is None:
            return "not_applicable"
        if self.met:
            return "met"
        if self.aim.due_on is not None and self.on > self.aim.due_on:
            in_window = self.aim.window_end is not None and self.on <= self.aim.window_end
            return "rectifying" if in_window else "overdue"
        return "on_track" if self._is_on_track(self.judged) else "behind"

    def _is_on_track(self, value: Fraction) -> bool:
        aim, ends = self.aim, end_of(self.month)
        agreed = bool(aim.waypoints) and aim.waypoints[0][0] <= ends
        is_first = self.course[0][0] >= last_owed(self.month, self.measure.apart)
        if is_first and aim.baseline is None and aim.due_on != ends and not agreed:
            return True  # the line starts at this value
        better = self.measure.better
        if better * value >= better * self._line(agreed):
            return True
        required, pace = self.required_pace, self.pace
        return required is not None and pace is not None and better * pace.monthly >= better * required

    def _line(self, agreed: bool) -> Fraction:
        """The height, at the end of the month judged, of the line that leads to the target."""
        now, first, first_value = Fraction(self.month + 1), self.course[0][0], self.course[0][1]
        start, height = Fraction(first + 1), first_value
        if self.aim.baseline is not None:
            start, height = on_scale(self.aim.baseline[0]), self.aim.baseline[1]
        if self.aim.due_on is None:
            return height
        corners = [(on_scale(day), at) for day, at in (*self.aim.waypoints, (self.aim.due_on, self.line_at))]
        if not agreed:
            if start >= corners[0][0]:
                return corners[0][1]
            corners.insert(0, (start, height))
        if now <= corners[0][0]:
            return corners[0][1]
        for (begin, low), (end, high) in zip(corners, corners[1:]):
            if begin <= now <= end:
                return low + (high - low) * (now - begin) / (end - begin)
        return corners[-1][1]

    @cached_property
    def timing(self) -> str | None:
        """When a target that is met was met."""
        due_on, window = self.aim.due_on, self.aim.window_end
        if not self.met or due_on is None:
            return None
        if self.on <= due_on or self._was_met_in(newest_ended(due_on)):
            return "on_time"
        last = newest_ended(due_on) if window is None else newest_ended(window)
        months = range(newest_ended(due_on) + 1, min(last, self.month) + 1)
        return "in_window" if any(self._was_met_in(month) for month in months) else "late"

    def _was_met_in(self, month: int) -> bool:
        value = self.rates.value(self.unit, self.measure, month) if month <= self.month else None
        return value is not None and self.aim.is_met_by(value)

    @property
    def regressed(self) -> bool:
        """True if it was met in an earlier month and is not now."""
        if self.judged is None or self.met:
            return False
        return any(self.aim.is_met_by(value) for month, value, _ in self.course if month < self.month)

    @property
    def gap(self) -> Fraction | None:
        """The distance to the threshold, negative while short of it."""
        return None if self.judged is None else (self.judged - self.line_at) * self.measure.better

    @cached_property
    def left(self) -> Fraction | None:
        """Months from the end of the month judged to the due date; None where none are left."""
        due_on = self.aim.due_on
        if due_on is None or due_on <= end_of(self.month) or due_on <= self.on:
            return None
        return on_scale(due_on) - (self.month + 1)

    @property
    def required_pace(self) -> Fraction | None:
        """What the value has to change a month to be at the threshold on the due date."""
        if self.judged is None or self.met or self.left is None:
            return None
        return (self.line_at - self.judged) / self.left

    @cached_property
    def pace(self) -> Slope | None:
        """The present pace, where there is a value and there are three points of it."""
        points = [(month, value) for month, value, figure in self.course if is_point(self.measure, month, figure)]
        recent = points[-_POINTS:]
        if self.judged is None or len(recent) < _FEWEST_FOR_PACE:
            return None
        slopes = sorted((later[1] - before[1]) / (later[0] - before[0]) for before, later in combinations(recent, 2))
        half = len(slopes) // 2
        middle = slopes[half] if len(slopes) % 2 else (slopes[half] + slopes[half - 1]) / 2
        return Slope(middle, slopes[0], slopes[-1], len(recent))

    def _led(self, monthly: Fraction) -> Fraction | None:
        """Where such a pace leads by the due date, within what the indicator can be."""
        if self.judged is None or self.left is None:
            return None
        led = self.judged + monthly * self.left
        may_be_negative = self.measure.more_above < 0 or any(times < 0 for times in self.measure.above.values())
        led = led if may_be_negative else max(led, Fraction(0))
        return min(led, Fraction(100)) if self.measure.share else led

    @cached_property
    def projected(self) -> Fraction | None:
        """The value on the due date if the present pace goes on."""
        return None if self.pace is None else self._led(self.pace.monthly)

    @property
    def range_low(self) -> Fraction | None:
        """The lower end of the range of the projection, from five points on."""
        return None if self.pace is None or self.pace.points < _FEWEST_FOR_RANGE else self._led(self.pace.least)

    @property
    def range_high(self) -> Fraction | None:
        """Its upper end."""
        return None if self.pace is None or self.pace.points < _FEWEST_FOR_RANGE else self._led(self.pace.greatest)

    @property
    def reached_in(self) -> int | None:
        """The month by whose end the present pace reaches the threshold; None if it never does or is met."""
        if self.judged is None or self.projected is None or self.pace is None:
            return None
        short, pace = (one * self.measure.better for one in (self.line_at - self.judged, self.pace.monthly))
        months = math.ceil(short / pace) if short > 0 and pace > 0 else _FARTHEST + 1
        return None if months > _FARTHEST else self.month + months

    @cached_property
    def misses(self) -> bool | None:
        """Whether the due date is missed: while months are left by the projected value, then by the value."""
        if self.projected is not None:
            return not self.aim.is_met_by(self.projected)
        if self.judged is None or self.aim.due_on is None or self.left is not None:
            return None
        return not self.met

    @property
    def shortfall(self) -> Fraction | None:
        """The fewest steps of the numerator that meet the threshold at today's denominator, as an amount."""
        return None if self.judged is None or self.met else self._steps_from(self.judged)

    @property
    def projected_shortfall(self) -> Fraction | None:
        """The same by which the projected value misses."""
        return self._steps_from(self.projected) if self.projected is not None and self.misses else None

    def _steps_from(self, value: Fraction) -> Fraction:
        below = Fraction(0) if self.figure is None else self.figure.below
        missing = abs((self.line_at - value) * below / self.measure.scale)
        return math.ceil(missing / self.measure.step) * self.measure.step
