"""The rates of courses one by one, out of whole columns: made as they are asked for, since a page shows a few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from metrics.results import Rate
from metrics.stored_rates import Whole
from metrics.verdicts.rate_table import RateTable
from metrics.verdicts.single_rates import single_rates


class _Course(Sequence[Rate]):
    """The rates of one unit and indicator, oldest first, made as they are asked for: a cell of a table needs two."""

    def __init__(self, table: RateTable, unit: int, indicator: int, months: range) -> None:
        self._table, self._unit, self._indicator, self._months = table, unit, indicator, months

    def __len__(self) -> int:
        return len(self._months)

    @overload
    def __getitem__(self, at: int) -> Rate: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Rate]: ...
    def __getitem__(self, at: int | slice) -> Rate | Sequence[Rate]:
        if "_whole" in vars(self):  # the cached property: made already
            return self._whole[at]
        months = self._months[at]
        return self._made(months) if isinstance(months, range) else self._made(range(months, months + 1))[0]

    def __iter__(self) -> Iterator[Rate]:
        return iter(self._whole)

    @cached_property
    def _whole(self) -> list[Rate]:
        return self._made(self._months)

    def _made(self, months: range) -> list[Rate]:
        month = np.array(months, dtype=np.int64)
        unit, indicator = np.full(len(month), self._unit), np.full(len(month), self._indicator)
        places = self._table.find(unit, indicator, month)
        return single_rates(self._table, places, unit=unit.tolist(), indicator=indicator, month=month)


class RatesOfCourses(Mapping[tuple[str, str], Sequence[Rate]]):
    """(unit, indicator) → the rates of the months in which the unit exists, oldest first."""

    def __init__(
        self, table: RateTable, units: Sequence[int], indicators: Sequence[int], *, since: Whole, last: int
    ) -> None:
        plan = table.plan
        lives = [(place, *plan.lives[plan.units[place].code]) for place in units]
        months = [(place, range(max(int(since[place]), begins), min(last, ends) + 1)) for place, begins, ends in lives]
        self._table = table
        self._months = {plan.units[place].code: (place, span) for place, span in months if span}
        self._indicators = {plan.indicators[place].code: place for place in indicators}
        self._made: dict[tuple[str, str], _Course] = {}

    def __getitem__(self, key: tuple[str, str]) -> Sequence[Rate]:
        if key not in self._made:
            (unit, months), indicator = self._months[key[0]], self._indicators[key[1]]
            self._made[key] = _Course(self._table, unit, indicator, months)
        return self._made[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((unit, indicator) for unit in self._months for indicator in self._indicators)

    def __len__(self) -> int:
        return len(self._months) * len(self._indicators)
