"""What verdicts are given by: rates of the newest months and the few facts of the far past, as frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from metrics.verdicts.paces import PaceTable, paces_of
from metrics.verdicts.rate_table import RateTable, values_of
from metrics.verdicts.ratios import Ratios, Whole

NEVER = 2**31 - 1  # later than any month


@dataclass(frozen=True, eq=False)
class KnownFigures:
    """What verdicts are given by, all of it up to and with the month judged.

    `rates`: at least that month, the month before and the last six points of every course. `firsts`: one row a unit ×
    indicator that ever had a value, with the first: unit, indicator, month, numerator, denominator. `met`: one row a
    unit × target, by its row in the table, that was ever met, with the first `month`. `timed`: answers, of units by
    their places, rates that have the months of :attr:`TargetTable.timing_months` of targets past due as well; None
    where `rates` has them. These are read when it is asked when a target was met, which no list of a country asks.
    """

    rates: RateTable
    firsts: pd.DataFrame
    met: pd.DataFrame
    timed: Callable[[Whole], RateTable] | None = None

    def rates_timed(self, units: Whole) -> RateTable:
        """Rates that say of `units`, by their places, when a target past due was met."""
        return self.rates if self.timed is None or not len(units) else self.timed(np.unique(units))

    @cached_property
    def paces(self) -> PaceTable:
        return paces_of(self.rates)

    @cached_property
    def first_month(self) -> Whole:
        """By course: the month of its first value; NEVER where there is none."""
        found = np.full(len(self.rates.plan.units) * len(self.rates.plan.indicators), NEVER, dtype=np.int64)
        found[self._first_courses] = self.firsts["month"].to_numpy()
        return found

    def first_values(self, courses: Whole) -> Ratios:
        """The first value of each course, all of which have one."""
        rows = np.zeros(len(self.first_month), dtype=np.int64)
        rows[self._first_courses] = np.arange(len(self.firsts))
        wanted = rows[courses]
        indicator, numerator, denominator = (
            self.firsts[name].to_numpy()[wanted] for name in ("indicator", "numerator", "denominator")
        )
        return values_of(self.rates.plan, indicator, numerator, denominator)

    @cached_property
    def last_reported(self) -> Whole:
        """By unit (row) and indicator (column), the newest month in `rates` that was reported; −1 for none."""
        plan, rates = self.rates.plan, self.rates
        newest = np.flatnonzero(np.diff(rates.courses, append=-1))
        found = np.full((len(plan.units), len(plan.indicators)), -1, dtype=np.int64)
        found[rates.column("unit")[newest], rates.column("indicator")[newest]] = rates.column("month")[newest]
        return found

    @cached_property
    def _first_courses(self) -> Whole:
        return self.rates.course_of(self.firsts["unit"].to_numpy(), self.firsts["indicator"].to_numpy())
