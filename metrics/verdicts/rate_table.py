"""Rates in whole columns, found by unit, indicator and month; and the first values of courses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from metrics.plan.model import Plan
from metrics.standing import is_owed
from metrics.verdicts.ratios import Mask, Places, Ratios, Whole, narrowed, product

RATE_COLUMNS = {
    "unit": np.int32,
    "indicator": np.int16,
    "month": np.int32,
    "numerator": np.int64,
    "denominator": np.int64,
    "state": np.int8,
    "reported": np.int32,
    "carried": np.int32,
    "expected": np.int32,
}
_MONTHS = 12 * 3000  # more than any month number
"""A frame of rates: one row a unit × month × indicator that was reported or carried; see :class:`RateTable`."""


@dataclass(frozen=True, eq=False)
class RateTable:
    """Rates of `frame`, ordered by unit, indicator and month.

    Columns of the frame: `unit`, `indicator`: places in the plan's units and indicators; `month`: month number;
    `numerator`, `denominator`: in the indicator's own steps, int64 or Python integers; `state`: place in the states;
    `reported`, `carried`, `expected`: units. What has no row was not reported. Further columns do not matter.
    """

    plan: Plan
    frame: pd.DataFrame

    @cached_property
    def keys(self) -> Whole:
        """A number for each row that orders them by unit, indicator and month."""
        return self._keys(self._sorted["unit"], self._sorted["indicator"], self._sorted["month"])

    @cached_property
    def _sorted(self) -> dict[str, Whole]:
        columns = {name: self.frame[name].to_numpy() for name in RATE_COLUMNS}
        keys = self._keys(columns["unit"], columns["indicator"], columns["month"])
        if not bool((keys[1:] > keys[:-1]).all()):
            order = np.argsort(keys, kind="stable")
            columns = {name: column[order] for name, column in columns.items()}
        return columns | {name: narrowed(columns[name]) for name in ("numerator", "denominator")}

    def __len__(self) -> int:
        return len(self.frame)

    def column(self, name: str) -> Whole:
        """One column in the table's own order."""
        return self._sorted[name]

    @cached_property
    def courses(self) -> Whole:
        """The course of every row: a number for its unit and indicator."""
        return self.keys // _MONTHS

    def course_of(self, unit: Whole, indicator: Whole) -> Whole:
        """The number of the course of every unit and indicator."""
        return unit.astype(np.int64) * len(self.plan.indicators) + indicator

    def find(self, unit: Whole, indicator: Whole, month: Whole | int) -> Whole:
        """The row of every unit, indicator and month; −1 where there is none."""
        wanted = self._keys(unit, indicator, month)
        if not len(self.keys):
            return np.full(len(wanted), -1)
        places = np.searchsorted(self.keys, wanted)
        places[places == len(self.keys)] = 0
        return np.where(self.keys[places] == wanted, places, -1)

    @cached_property
    def applicable(self) -> Mask:
        """Where the denominator is not 0."""
        found: Mask = (self.column("denominator") != 0).astype(bool)
        return found

    @cached_property
    def points(self) -> Mask:
        """Where a month is a point of a pace: reported in a month that is owed, by half of those expected or more."""
        reported, indicator = self.column("reported"), self.column("indicator")
        apart = np.array([self.plan.months_apart[one.code] for one in self.plan.indicators], dtype=np.int64)
        found: Mask = self.applicable & (reported > 0) & (2 * reported >= self.column("expected"))
        found &= is_owed(self.column("month"), apart[indicator])  # what stands between is no point
        return found

    @cached_property
    def point_counts(self) -> Whole:
        """By course, how many of its months are points of a pace."""
        courses = len(self.plan.units) * len(self.plan.indicators)
        found: Whole = np.bincount(self.courses[self.points], minlength=courses)
        return found

    def values(self, places: Places) -> Ratios:
        """scale × numerator ÷ denominator of the rows at `places`, all of them applicable."""
        return values_of(
            self.plan,
            self.column("indicator")[places],
            self.column("numerator")[places],
            self.column("denominator")[places],
        )

    def _keys(self, unit: Whole, indicator: Whole, month: Whole | int) -> Whole:
        return self.course_of(unit, indicator) * _MONTHS + month


def values_of(plan: Plan, indicator: Whole, numerator: Whole, denominator: Whole) -> Ratios:
    """scale × numerator ÷ denominator, where no denominator is 0."""
    scales = np.array([one.scale for one in plan.indicators], dtype=np.int64)
    return Ratios.of(product(numerator, scales[indicator]), denominator)
