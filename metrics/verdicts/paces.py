"""Present paces of many courses in whole columns: Theil–Sen slopes of the last six points, exact (domain rule 9).

Floats choose which slope is the median, whole numbers decide: a quotient of two integers is off by less than one part
in 2⁵⁰, so slopes farther apart than that are in order, and of those closer it is checked that they are the same
rational; the few courses where they are not are sorted exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations

import numpy as np

from metrics.projection import FEWEST_POINTS, POINTS
from metrics.verdicts.rate_table import RateTable
from metrics.verdicts.ratios import Mask, Ratios, Whole, product, total, whole

_CLOSE = 2.0**-50
_SAFE = 2.0**62


@dataclass(frozen=True, eq=False)
class Slopes:
    """The slopes between any two points of courses with equally many points, without the indicators' scales.

    `above`, `below`: their numerators and denominators, a row a course, a column a pair of points.
    """

    above: Whole
    below: Whole

    @cached_property
    def quotients(self) -> Whole:
        """The slopes as floats."""
        return self.above.astype(np.float64) / self.below.astype(np.float64)

    @cached_property
    def ordered(self) -> Whole:
        """The floats of every row in order."""
        return np.sort(self.quotients, axis=1)

    @property
    def pairs(self) -> int:
        return int(self.above.shape[1])

    def median(self) -> Ratios:
        """Of every row the median."""
        upper = self.ranked(self.pairs // 2)
        if self.pairs % 2:
            return upper
        both = upper + self.ranked(self.pairs // 2 - 1)
        return Ratios(both.above, product(both.below, whole([2])))

    def ranked(self, rank: int) -> Ratios:
        """Of every row the slope that has `rank` slopes before it in exact order."""
        rows = np.arange(len(self.above))
        near = self.ordered[:, rank]
        at = np.argmax(self.quotients == near[:, None], axis=1)
        picked = Ratios(self.above[rows, at], self.below[rows, at])
        close = np.abs(self.quotients - near[:, None]) <= np.abs(near)[:, None] * _CLOSE
        close[rows, at] = False
        unsure = self._rows_that_differ(picked, close)
        if not len(unsure):
            return picked
        exact = [self._sorted(row)[rank] for row in unsure.tolist()]
        above, below = picked.above.astype(object), picked.below.astype(object)
        above[unsure] = [one.numerator for one in exact]
        below[unsure] = [one.denominator for one in exact]
        return Ratios(above, below)

    def _rows_that_differ(self, picked: Ratios, close: Mask) -> Whole:
        """The rows of which a slope so `close` to the one picked is another rational."""
        row, column = np.nonzero(close)
        one, other = (
            Ratios(self.above[row, column], self.below[row, column]),
            Ratios(picked.above[row], picked.below[row]),
        )
        # One unit with great numbers must not make Python integers of all: rows are checked in two lots.
        safe = _greatest(one.above, other.above) * _greatest(one.below, other.below) < _SAFE
        differ = np.zeros(len(row), dtype=bool)
        for lot in (safe, ~safe):
            differ[lot] = one.take(lot).beyond(other.take(lot)) != 0
        return np.unique(row[differ])

    def _sorted(self, row: int) -> list[Fraction]:
        return sorted(map(Fraction, self.above[row].tolist(), self.below[row].tolist()))


@dataclass(frozen=True, eq=False)
class PaceTable:
    """Present paces by course, in units of measure a month; a course with fewer than three points has no row.

    `courses`: their numbers, and `points`: how many points each rests on; `newest`: the place in `at` of the last of
    them. `at`: the rows of `rates` that are points. Paces are reckoned when they are asked for.
    """

    rates: RateTable
    at: Whole
    courses: Whole
    points: Whole
    newest: Whole

    def only(self, rows: Whole) -> PaceTable:
        """The table of these rows, each as often as it is named; the paces of no others are reckoned then."""
        return replace(self, courses=self.courses[rows], points=self.points[rows], newest=self.newest[rows])

    @cached_property
    def monthly(self) -> Ratios:
        """The median of each course's slopes."""
        return self._paces([lot.median() for lot in self.lots])

    @cached_property
    def least(self) -> Ratios:
        """The least of each course's slopes."""
        return self._paces([lot.ranked(0) for lot in self.lots])

    @cached_property
    def most(self) -> Ratios:
        """The greatest of each course's slopes."""
        return self._paces([lot.ranked(lot.pairs - 1) for lot in self.lots])

    def find(self, courses: Whole) -> Whole:
        """The row of every course, where those of the table ascend; −1 where it has no pace."""
        if not len(self.courses):
            return np.full(len(courses), -1)
        places = np.searchsorted(self.courses, courses)
        places[places == len(self.courses)] = 0
        return np.where(self.courses[places] == courses, places, -1)

    @cached_property
    def lots(self) -> list[Slopes]:
        """The slopes of the courses, those with equally many points together, those with the fewest first."""
        counts = np.unique(self.points).tolist() or [FEWEST_POINTS]
        ends = [self.newest[self.points == count] for count in counts]
        rows = [last[:, None] + np.arange(1 - count, 1) for last, count in zip(ends, counts, strict=True)]
        return [_slopes(self.rates, self.at[places]) for places in rows]

    def _paces(self, lots: list[Ratios]) -> Ratios:
        places = np.argsort(np.argsort(self.points, kind="stable"), kind="stable")  # of each row, one lot after another
        above = np.concatenate([one.above for one in lots])[places]
        below = np.concatenate([one.below for one in lots])[places]
        scales = np.array([one.scale for one in self.rates.plan.indicators], dtype=np.int64)
        scale = scales[self.rates.column("indicator")[self.at[self.newest]]]
        return Ratios(product(above, scale), below).reduced()


def paces_of(rates: RateTable) -> PaceTable:
    """The pace of every course in `rates` that has at least three points; all rates count, up to the newest."""
    at = np.flatnonzero(rates.points)
    courses = rates.courses[at]
    ends = np.flatnonzero(np.diff(courses, append=-1))  # of each course the last of its points
    counts = np.minimum(np.diff(ends, prepend=-1), POINTS)
    enough = counts >= FEWEST_POINTS
    return PaceTable(rates, at, courses[ends[enough]], counts[enough], ends[enough])


def _slopes(rates: RateTable, rows: Whole) -> Slopes:
    """The slopes between any two of the points at `rows`, a row a course."""
    values = Ratios.of(rates.column("numerator")[rows], rates.column("denominator")[rows])
    above, below, month = values.above, values.below, rates.column("month")[rows]
    earlier, later = map(list, zip(*combinations(range(rows.shape[1]), 2), strict=True))
    rise = total(
        product(above[:, later], below[:, earlier]),
        -product(above[:, earlier], below[:, later]),
    )
    apart = (month[:, later] - month[:, earlier]).astype(np.int64)
    return Slopes(rise, product(product(below[:, earlier], below[:, later]), apart))


def _greatest(one: Whole, other: Whole) -> Whole:
    """The greater size of both, as floats."""
    return np.maximum(np.abs(one.astype(np.float64)), np.abs(other.astype(np.float64)))
