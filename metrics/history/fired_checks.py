"""Which of the plan's checks fire in which submissions, for whole columns at a time and exact.

What `metrics.checks` says of one submission is asked of all at once; only of those in which something fires are the
words then made, by `metrics.checks` itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

from metrics.checks_over_months import stock_denominators
from metrics.history.cells import STEPS, Integers
from metrics.history.month_tables import SAFE, Booleans, Exact, MonthTable
from metrics.plan.model import (
    Check,
    ComparisonCheck,
    DenominatorWatchCheck,
    Direction,
    FlowMovedCheck,
    FrozenBaselineCheck,
    Indicator,
    Nature,
    RateFellCheck,
    SameAsLastMonthCheck,
    StockChangeCheck,
    VanishedDenominatorCheck,
)


class FiredChecks:
    """Asks every check of the plan of every row of `table` as if all of it was posted."""

    def __init__(self, table: MonthTable) -> None:
        self._table = table
        self._plan = table.plan
        self._column = {element.code: place for place, element in enumerate(table.plan.elements)}
        self._before = {apart: table.before_owed(apart) for apart in {1, *table.plan.block_months.values()}}

    def checks(self) -> Iterator[tuple[Check, Booleans]]:
        """Every check that is no question of indicators, with the rows in which it fires."""
        for check in self._plan.checks:
            if isinstance(check, ComparisonCheck):
                yield check, self._comparison(check)
            elif isinstance(check, StockChangeCheck):
                yield check, self._stock_change(check)
            elif isinstance(check, FrozenBaselineCheck):
                yield check, self._frozen_baseline(check)
            elif isinstance(check, SameAsLastMonthCheck):
                yield check, self._same_as_last_month(check)
            elif isinstance(check, FlowMovedCheck):
                yield check, self._flow_moved(check)
            elif isinstance(check, VanishedDenominatorCheck):
                yield check, self._vanished_denominator()

    def rates(self) -> Iterator[tuple[RateFellCheck | DenominatorWatchCheck, Indicator, Booleans]]:
        """Every check of indicators against when they were owed last, with each indicator and the rows it fires in."""
        asked = [check for check in self._plan.checks if isinstance(check, RateFellCheck | DenominatorWatchCheck)]
        for indicator in self._plan.indicators if asked else ():
            fell, watched = self._rate_change(indicator)
            for check in asked:
                yield check, indicator, fell if isinstance(check, RateFellCheck) else watched

    def _there_before(self, codes: Iterable[str], *, months_apart: int) -> Booleans:
        """Where all of the elements were there in the last month in which what is owed so often was owed."""
        before = self._before[months_apart]
        return np.logical_and(self._table.has(codes)[before], before >= 0)

    def _each_before(self, column: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """A table row × element: of each element what the last month in which it was owed has; nothing is a 0."""
        apart = np.array([element.owed.months_apart for element in self._plan.elements])
        none = column.dtype.type(0)
        found = np.where(self._before[1][:, None] >= 0, column[self._before[1]], none)
        for months in np.unique(apart[apart != 1]).tolist():
            before, columns = self._before[months], np.flatnonzero(apart == months)
            found[:, columns] = np.where(before[:, None] >= 0, column[:, columns][before], none)
        return found

    def _comparison(self, check: ComparisonCheck) -> Booleans:
        elements = check.left.elements + check.right.elements
        if not elements:
            return np.zeros(len(self._table.unit), dtype=np.bool_)
        left, right = (self._table.sums(form, self._table.value) for form in (check.left, check.right))
        wrong = left > right if check.comparator == "<=" else left != right
        return self._table.has(elements) & wrong.astype(np.bool_)

    def _stock_change(self, check: StockChangeCheck) -> Booleans:
        found = np.zeros(len(self._table.unit), dtype=np.bool_)
        for element in self._plan.elements:
            if element.nature is Nature.STOCK:
                apart = element.owed.months_apart
                now = self._table.value[:, self._column[element.code]]
                before = now[self._before[apart]]
                # A value is at most 10**18 in STEPS: its hundredfold is counted in Python's integers.
                moved = _times(np.abs(now - before), 100) > _times(before, check.percent)
                there_before = self._there_before([element.code], months_apart=apart)
                found |= self._table.has([element.code]) & there_before & moved.astype(np.bool_)
        return found

    def _frozen_baseline(self, check: FrozenBaselineCheck) -> Booleans:
        column = self._column[check.element]
        there, rows = self._table.there[:, column], np.arange(len(self._table.unit))
        # The row of the unit's first value: the least of its rows that have one.
        starts = np.flatnonzero(np.diff(self._table.unit, prepend=-1))
        least = np.minimum.reduceat(np.where(there, rows, len(rows)), starts)
        first = np.repeat(least, np.diff(starts, append=len(rows)))
        value = self._table.value[:, column]
        found: Booleans = there & (first < rows) & (value != value[np.minimum(first, len(rows) - 1)])
        return found

    def _same_as_last_month(self, check: SameAsLastMonthCheck) -> Booleans:
        there, value = self._table.there, self._table.value
        there_before = self._each_before(there)
        same = (~there | (there_before & (value == self._each_before(value)))).all(axis=1)
        flows = self._table.columns(element.code for element in self._plan.elements if element.nature is Nature.FLOW)
        only_then = there_before[:, flows].any(axis=1) & ~there[:, flows].any(axis=1)
        found: Booleans = same & (there.sum(axis=1) >= max(check.at_least, 1)) & ~only_then
        return found

    def _flow_moved(self, check: FlowMovedCheck) -> Booleans:
        found = np.zeros(len(self._table.unit), dtype=np.bool_)
        earlier = [self._table.before(months) for months in range(1, check.months + 1)]
        for element in self._plan.elements:
            if element.nature is not Nature.FLOW:
                continue
            column = self._column[element.code]
            there, now = self._table.there[:, column], self._table.value[:, column]
            known = np.stack([(rows >= 0) & there[rows] for rows in earlier], axis=1)
            values = np.sort(np.where(known, np.stack([now[rows] for rows in earlier], axis=1), SAFE), axis=1)
            count = known.sum(axis=1)
            rows, middle = np.arange(len(now)), count // 2
            upper = values[rows, np.minimum(middle, check.months - 1)]
            lower = np.where(count % 2 == 1, upper, values[rows, np.maximum(middle - 1, 0)])
            doubled = np.where(count > 0, lower, 0) + np.where(count > 0, upper, 0)  # twice the median
            usual = (count >= check.at_least) & (doubled >= ceil(2 * STEPS * check.median_from))
            moved = (_times(now, 2) > _times(doubled, check.times)) | (_times(now, 2 * check.times) < doubled)
            found |= there & usual & moved.astype(np.bool_)
        return found

    def _vanished_denominator(self) -> Booleans:
        found = np.zeros(len(self._table.unit), dtype=np.bool_)
        last, known = self._last()
        for form in stock_denominators(self._plan):
            here = self._table.has(form.elements) & known[:, self._table.columns(form.elements)].all(axis=1)
            now, then = self._table.sums(form, self._table.value), self._table.sums(form, last)
            found |= here & (now == 0).astype(np.bool_) & (then > 0).astype(np.bool_)
        return found

    def _last(self) -> tuple[Integers, Booleans]:
        """Of each row and element the newest value of an earlier month of the same unit, and where there is one."""
        there = self._table.there
        rows = np.arange(len(there))[:, None]
        newest = np.maximum.accumulate(np.where(there, rows, -1), axis=0)
        newest = np.vstack([np.full((1, there.shape[1]), -1), newest[:-1]])
        starts = np.flatnonzero(np.diff(self._table.unit, prepend=-1))
        own = np.repeat(starts, np.diff(starts, append=len(there)))[:, None]
        known = newest >= own
        return np.take_along_axis(self._table.value, np.maximum(newest, 0), axis=0) * known, known

    def _rate_change(self, indicator: Indicator) -> tuple[Booleans, Booleans]:
        """The rows in which the rate got worse than when it was owed last, and those under denominator watch."""
        numerator, denominator = (
            self._table.sums(form, self._table.value) for form in (indicator.numerator, indicator.denominator)
        )
        apart = self._plan.months_apart[indicator.code]
        before = self._before[apart]
        numerator_before, denominator_before = numerator[before], denominator[before]
        both = self._table.has(indicator.elements) & self._there_before(indicator.elements, months_apart=apart)
        both &= ((denominator != 0) & (denominator_before != 0)).astype(np.bool_)
        # now − before over one denominator, whose sign decides with the numerator's
        change = _product(numerator, denominator_before) - _product(numerator_before, denominator)
        opposite = ((denominator < 0) ^ (denominator_before < 0)).astype(np.bool_)
        rose = np.where(opposite, (change < 0).astype(np.bool_), (change > 0).astype(np.bool_))
        fell = np.where(opposite, (change > 0).astype(np.bool_), (change < 0).astype(np.bool_))
        lower = indicator.direction is Direction.LOWER
        worse = both & (rose if lower else fell) & indicator.share
        shrank = ((denominator < denominator_before) & (numerator <= numerator_before)).astype(np.bool_)
        return worse, both & rose & shrank & (not lower)


def _times(value: Integers, times: int) -> Exact:
    """`value` × `times`, exact."""
    wide: Exact = value if int(value.max(initial=0)) * times < SAFE else value.astype(np.object_)
    return wide * times


def _product(left: Exact, right: Exact) -> Exact:
    """`left` × `right`, exact, with room to subtract two of them."""
    if _greatest(left) * _greatest(right) < SAFE:
        return left * right
    wide: Exact = left.astype(np.object_)
    return wide * right.astype(np.object_)


def _greatest(values: Exact) -> int:
    return int(np.abs(values).max(initial=0))
