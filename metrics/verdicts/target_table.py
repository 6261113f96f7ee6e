"""Targets as columns: what a verdict needs of each revision that is judged by, one row a revision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from metrics.periods import JudgedMonth, last_day, month_number, month_position, newest_ended_period
from metrics.plan.model import Direction, Indicator, Plan, Target
from metrics.progress import height_at, threshold_of, waypoints
from metrics.projection import months_left
from metrics.verdicts.ratios import Mask, Ratios, Whole

_WAYS = {">=": 1, "<=": -1, "==": 0}


@dataclass(frozen=True, eq=False)
class TargetTable:
    """`targets`: the revisions by which `month` is judged, all of them measured; a row each, in this order.

    Positions are on the scale of :func:`metrics.periods.month_position`.
    """

    plan: Plan
    month: JudgedMonth
    targets: tuple[Target, ...]

    def __len__(self) -> int:
        return len(self.targets)

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicator of every target."""
        return [self.plan.indicator_by_code[str(target.indicator)] for target in self.targets]

    @cached_property
    def indicator(self) -> Whole:
        """The place of the indicator in the plan."""
        places = {one.code: place for place, one in enumerate(self.plan.indicators)}
        return np.array([places[one.code] for one in self.indicators], dtype=np.int64)

    @cached_property
    def better(self) -> Whole:
        """1 where higher is better, −1 where lower is."""
        return np.array([1 if one.direction is Direction.HIGHER else -1 for one in self.indicators], dtype=np.int64)

    @cached_property
    def way(self) -> Whole:
        """1 for a threshold to reach or be above, −1 to reach or be below, 0 to reach exactly."""
        return np.array([_WAYS[target.comparator or ""] for target in self.targets], dtype=np.int64)

    @cached_property
    def thresholds(self) -> list[Fraction]:
        return [threshold_of(target) for target in self.targets]

    @cached_property
    def threshold(self) -> Ratios:
        """`thresholds` as a column."""
        return Ratios.from_fractions(self.thresholds)

    @cached_property
    def has_baseline(self) -> Mask:
        return self._mask(lambda target: target.baseline is not None)

    @cached_property
    def baseline(self) -> Ratios:
        """The height of the target's own baseline point, 0 where it has none."""
        return Ratios.from_fractions([Fraction(t.baseline.value) if t.baseline else None for t in self.targets])

    @cached_property
    def baseline_position(self) -> Ratios:
        """Where the target's own baseline point is, 0 where it has none."""
        return Ratios.from_fractions([month_position(t.baseline.on) if t.baseline else None for t in self.targets])

    @cached_property
    def agreed(self) -> Mask:
        """Where the month judged ends at or after the first waypoint of an agreed trajectory."""
        ends = last_day(self.month.period)
        return self._mask(lambda target: bool(target.trajectory) and target.trajectory[0].on <= ends)

    @cached_property
    def agreed_height(self) -> Ratios:
        """The height of the agreed trajectory at the end of the month judged, 0 where it has not begun or is none."""
        ends = last_day(self.month.period)
        agreed = zip(self.targets, self.agreed.tolist(), strict=True)
        return Ratios.from_fractions([height_at(waypoints(t), on=ends) if there else None for t, there in agreed])

    @cached_property
    def aim(self) -> Ratios:
        """The height to which the line leads first: that of the first waypoint, else the threshold."""
        return Ratios.from_fractions([waypoints(target)[0][1] for target in self.targets])

    @cached_property
    def aim_position(self) -> Ratios:
        """Where the line leads first, 0 where there is no due date."""
        return Ratios.from_fractions([month_position(waypoints(t)[0][0]) if t.due_on else None for t in self.targets])

    @cached_property
    def dated(self) -> Mask:
        return self._mask(lambda target: target.due_on is not None)

    @cached_property
    def falls_due(self) -> Mask:
        """Where the due date is the last day of the month judged."""
        return self._mask(lambda target: target.due_on == last_day(self.month.period))

    @cached_property
    def past(self) -> Mask:
        """Where the due date is over on the day judged."""
        return self._mask(lambda target: target.due_on is not None and self.month.on > target.due_on)

    @cached_property
    def in_window(self) -> Mask:
        """Where the verification window is not over on the day judged."""
        return self._mask(lambda t: t.verification_window is not None and self.month.on <= t.verification_window.end)

    @cached_property
    def left(self) -> Ratios:
        """Months left (:func:`metrics.projection.months_left`), 0 for none."""
        return Ratios.from_fractions(
            [months_left(t.due_on, period=self.month.period, on=self.month.on) for t in self.targets]
        )

    @cached_property
    def timing_months(self) -> Whole:
        """Of every target three month numbers: the last that ended by the due date, the first and last in the window.

        The window's are those that end after the due date; where there are none the last is before the first.
        """
        return np.array([_timing_months(target) for target in self.targets], dtype=np.int64).reshape(-1, 3)

    @cached_property
    def steps(self) -> tuple[Whole, Whole]:
        """What the numerator's amounts are counted in, and its smallest step, both in numerator ÷ 10**decimals.

        (10**decimals of the rates' columns, the step as a whole number of those.)
        """
        scales = [10 ** self.plan.indicator_decimals[one.code] for one in self.indicators]
        steps = [
            int(self.plan.numerator_steps[one.code] * scale) for one, scale in zip(self.indicators, scales, strict=True)
        ]
        return np.array(scales, dtype=np.int64), np.array(steps, dtype=np.int64)

    def applies(self, target: Whole, unit: Whole) -> Mask:
        """Where the unit is in the target's scope."""
        inside = np.ones(len(target), dtype=bool)
        places = {unit.code: place for place, unit in enumerate(self.plan.units)}
        for row, one in enumerate(self.targets):
            if one.scope_units:
                scope = [places[code] for code in one.scope_units if code in places]
                inside &= (target != row) | np.isin(unit, scope)
        return inside

    def is_met(self, target: Whole, values: Ratios) -> Mask:
        """Where the value meets the target of its row exactly; 以上, 不低于 and 以内 include the number."""
        beyond = values.beyond(self.threshold.take(target))
        way = self.way[target]
        met: Mask = np.where(way == 1, beyond >= 0, np.where(way == -1, beyond <= 0, beyond == 0)).astype(bool)
        return met

    def _mask(self, holds: Callable[[Target], bool]) -> Mask:
        return np.array([holds(target) for target in self.targets], dtype=bool)


def _timing_months(target: Target) -> Sequence[int]:
    due_on, window = target.due_on, target.verification_window
    if due_on is None:
        return (0, 0, -1)
    last = month_number(newest_ended_period(due_on))
    end = last if window is None else month_number(newest_ended_period(window.end))
    return (last, last + 1, end)
