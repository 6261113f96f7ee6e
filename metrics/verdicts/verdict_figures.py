"""The exact figures of verdicts in whole columns: gaps, paces, shortfalls and projections (domain rule 9)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metrics.projection import FARTHEST_MONTHS, FEWEST_FOR_RANGE, POINTS
from metrics.results import Status
from metrics.verdicts.paces import PaceTable
from metrics.verdicts.ratios import Mask, Ratios, Whole, product, whole
from metrics.verdicts.verdict_table import STATUSES, VerdictTable


@dataclass(frozen=True, eq=False)
class VerdictFigures:
    """Columns as long as `table`; masks say where one has a value, elsewhere there is 0."""

    table: VerdictTable

    @cached_property
    def gap(self) -> Ratios:
        """The distance to the threshold, negative while short of it; where `judged`."""
        table, judged = self.table, self.table.judged
        distance = table.value.take(judged) - table.threshold.take(judged)
        return Ratios.spread(judged, distance.signed(table.targets.better[table.target[judged]]))

    @cached_property
    def changed(self) -> Mask:
        """Where there is a value, and one of the month before."""
        found = self.table.valued & (self.table.rate_before >= 0)
        found[found] = self.table.known.rates.applicable[self.table.rate_before[found]]
        return found

    @cached_property
    def change(self) -> Ratios:
        """The value less that of the month before; where `changed`."""
        before = self.table.known.rates.values(self.table.rate_before[self.changed])
        return Ratios.spread(self.changed, self.table.value.take(self.changed) - before)

    @cached_property
    def line(self) -> Ratios:
        """The height of the line on the value's date; where `judged`."""
        return Ratios.spread(self.table.judged, self.table.line(np.flatnonzero(self.table.judged)))

    @cached_property
    def _paces(self) -> PaceTable:
        """Of the rows that are `paced`, in their order."""
        return self.table.known.paces.only(self.table.pace[self.table.paced])

    @cached_property
    def present_pace(self) -> Ratios:
        """Where `paced`."""
        return Ratios.spread(self.table.paced, self._paces.monthly)

    @cached_property
    def points(self) -> Whole:
        """How many points of a pace there are, up to six; where `judged`."""
        counts = np.minimum(self.table.known.rates.point_counts[self.table.course], POINTS)
        found: Whole = np.where(self.table.judged, counts, 0)
        return found

    @cached_property
    def required_pace(self) -> Ratios:
        """Where `required`."""
        return Ratios.spread(self.table.required, self.table.required_pace(np.flatnonzero(self.table.required)))

    @cached_property
    def too_slow(self) -> Mask:
        """Where it is on track and yet moves slower than it must (`Progress.needs_more_than_it_makes`)."""
        found: Mask = (self.table.status == STATUSES.index(Status.ON_TRACK)) & self.table.required & self.table.paced
        lacking = self.present_pace.take(found) - self.required_pace.take(found)
        found[found] = lacking.signed(self.table.targets.better[self.table.target[found]]).above < 0
        return found

    @cached_property
    def last(self) -> Whole:
        """Of what was not reported, the row among the known rates that was reported last; −1 for none, and elsewhere.

        Those without a value (a denominator of 0) are none.
        """
        table, rates = self.table, self.table.known.rates
        month = np.full(len(table), -1, dtype=np.int64)
        missing = table.status == STATUSES.index(Status.NO_DATA)
        month[missing] = table.known.last_reported[table.unit[missing], table.indicator[missing]]
        found = np.full(len(table), -1, dtype=np.int64)
        there = month >= 0
        found[there] = rates.find(table.unit[there], table.indicator[there], month[there])
        there = found >= 0
        found[there] = np.where(rates.applicable[found[there]], found[there], -1)
        return found

    @cached_property
    def last_value(self) -> Ratios:
        """The value that was reported last; where `last` is a row."""
        there = self.last >= 0
        return Ratios.spread(there, self.table.known.rates.values(self.last[there]))

    @cached_property
    def short(self) -> Mask:
        """Where there is a shortfall."""
        return self.table.judged & ~self.table.met

    @cached_property
    def shortfall(self) -> Whole:
        """The fewest steps of the numerator that meet the threshold, in the rates' own whole numbers; where `short`."""
        numerator = self.table.known.rates.column("numerator")[self.table.rate[self.short]]
        return self._steps_missing(self.short, Ratios(numerator, whole([1])))

    def _steps_missing(self, mask: Mask, numerator: Ratios) -> Whole:
        """By how much `numerator` of the masked rows misses the threshold at today's denominator, in whole steps."""
        table, target = self.table, self.table.target[mask]
        needed = table.targets.threshold.take(target) * self._per_point(mask)
        missing = needed - numerator
        _, step = table.targets.steps
        steps = Ratios(abs(missing.above), product(missing.below, step[target])).rounded_up()
        found = np.zeros(len(table), dtype=object)
        found[mask] = product(steps, step[target])
        return found

    def _per_point(self, mask: Mask) -> Ratios:
        """What the numerators of the masked rows are for each unit of the value, at today's denominators."""
        scale = np.array([one.scale for one in self.table.targets.indicators], dtype=np.int64)
        denominator = self.table.known.rates.column("denominator")[self.table.rate[mask]]
        return Ratios(denominator, scale[self.table.target[mask]])

    @cached_property
    def shortfall_amount(self) -> Ratios:
        """The shortfall in the measure of the numerator's elements; where `short`."""
        return Ratios(self.shortfall, self.amounts_of_one)

    @cached_property
    def amounts_of_one(self) -> Whole:
        """By how much the whole numbers of numerator, denominator and shortfall are to be divided."""
        return self.table.targets.steps[0][self.table.target]

    @cached_property
    def projected(self) -> Mask:
        """Where there is a projection."""
        return self.table.paced & (self.table.targets.left.above[self.table.target] > 0)

    @cached_property
    def ranged(self) -> Mask:
        """Where a projection says its range."""
        found = self.projected.copy()
        found[found] = self.table.known.paces.points[self.table.pace[found]] >= FEWEST_FOR_RANGE
        return found

    @cached_property
    def projected_value(self) -> Ratios:
        """Where the present pace leads by the due date; where `projected`."""
        return Ratios.spread(self.projected, self._led(self._paces.monthly, self.projected))

    @cached_property
    def range_low(self) -> Ratios:
        """Where the least of the pace's slopes leads; where `ranged`."""
        return Ratios.spread(self.ranged, self._led(self._paces.least, self.ranged))

    @cached_property
    def range_high(self) -> Ratios:
        """Where the most of the pace's slopes leads; where `ranged`."""
        return Ratios.spread(self.ranged, self._led(self._paces.most, self.ranged))

    @cached_property
    def foreseen(self) -> Mask:
        """Where it can be said whether the due date is missed: there is a projection, or the date has come."""
        here = self.table.targets.left.above[self.table.target] <= 0
        return self.projected | (self.table.judged & self.table.targets.dated[self.table.target] & here)

    @cached_property
    def misses(self) -> Mask:
        """Where the due date is missed: while months are left by the projected value, then by the value itself."""
        found: Mask = self.foreseen & ~self.table.met
        rows = np.flatnonzero(self.projected)
        found[rows] = ~self.table.targets.is_met(self.table.target[rows], self.projected_value.take(rows))
        return found

    @cached_property
    def projected_short(self) -> Mask:
        """Where the projected value misses the threshold."""
        return self.projected & self.misses

    @cached_property
    def projected_shortfall(self) -> Whole:
        """The fewest steps of the numerator by which the projected value misses, at today's denominator.

        In the rates' own whole numbers; where `projected_short`.
        """
        mask = self.projected_short
        return self._steps_missing(mask, self.projected_value.take(mask) * self._per_point(mask))

    def _led(self, paces: Ratios, mask: Mask) -> Ratios:
        """The values of the masked rows, all of them `paced`, carried on at their `paces` to the due dates, clamped."""
        table = self.table
        target = table.target[mask]
        ahead = paces.take(mask[table.paced]) * table.targets.left.take(target)
        led = table.value.take(mask) + ahead
        indicators = table.targets.indicators
        lowest = np.array([not one.may_be_negative for one in indicators], dtype=bool)[target]
        highest = np.array([one.share for one in indicators], dtype=bool)[target]
        zero, hundred = Ratios(whole([0]), whole([1])), Ratios(whole([100]), whole([1]))
        led = zero.where(lowest & (led.above < 0).astype(bool), led)
        return hundred.where(highest & (led.beyond(hundred) > 0).astype(bool), led)

    @cached_property
    def reached_month(self) -> Whole:
        """The number of the month by whose end the threshold is reached; −1 where it never is, or is met."""
        table = self.table
        found = np.full(len(table), -1, dtype=np.int64)
        rows = np.flatnonzero(self.projected)
        better = table.targets.better[table.target[rows]]
        pace = self._paces.monthly.take(self.projected[table.paced]).signed(better)
        short = (table.threshold.take(rows) - table.value.take(rows)).signed(better)
        ahead = (short.above > 0).astype(bool) & (pace.above > 0).astype(bool)
        months = short.take(ahead).over(pace.take(ahead)).rounded_up()
        found[rows[ahead]] = np.where(months > FARTHEST_MONTHS, -1, table.month + months)
        return found
