"""Why a rolled-up rate moved from one month to another: what each unit directly below added to the change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from metrics.contributions import Counts, Movement, UnitCounts, movement
from metrics.database import ReadSession
from metrics.periods import Span, add_months, last_day, month_number
from metrics.plan.model import Indicator, Plan, Unit
from metrics.queries.rate_frame import rate_frame
from metrics.queries.view import View
from metrics.rates import is_carried
from metrics.results import Rate
from metrics.verdicts.rate_table import RateTable
from metrics.verdicts.single_rates import single_rates


@dataclass(frozen=True, slots=True)
class MovedRate:
    """The rate of `unit`, which adds up others, in two months. `moved` None: it had no value in one of them.

    `below`: the units directly below that existed in either month, in display order, as they are in both sums;
    `moved.parts` are of them, in the same order. A unit that adds up others itself is one part, by its own sum.
    """

    unit: Unit
    indicator: Indicator
    before: Rate
    after: Rate
    below: tuple[UnitCounts, ...]
    moved: Movement | None


def moved_rates(
    session: ReadSession,
    view: View,
    *,
    unit: str,
    indicators: Collection[str] | None = None,
    period_from: date,
    period_to: date,
) -> Iterator[MovedRate]:
    """How the rates of `unit` moved, one an indicator (None: all) in display order, from `period_from` to `period_to`.

    Nothing for a unit that adds up no others.
    """
    plan = view.plan
    chosen = [one for one in plan.indicators if indicators is None or one.code in indicators]
    below = [
        one
        for one in plan.children.get(unit, ())
        if one.exists_on(last_day(period_from)) or one.exists_on(last_day(period_to))
    ]
    if not below or not chosen:
        return
    carried = plan.document.carry_months if any(is_carried(plan, one) for one in chosen) else 0
    tables = [
        _read(session, view, [unit, *(u.code for u in below)], chosen, p, carried) for p in (period_from, period_to)
    ]
    for indicator in chosen:
        before, after = (
            _Month(table, unit, below, indicator, p) for table, p in zip(tables, (period_from, period_to), strict=True)
        )
        counts = tuple(
            UnitCounts(one.code, was, now) for one, was, now in zip(below, before.counts(), after.counts(), strict=True)
        )
        moved = movement(counts, scale=indicator.scale)
        yield MovedRate(plan.unit_by_code[unit], indicator, before.rate(), after.rate(), counts, moved)


def _read(
    session: ReadSession, view: View, units: Sequence[str], indicators: Sequence[Indicator], period: date, carried: int
) -> RateTable:
    """The rates of a month, and of as many before it as are carried."""
    span = Span(add_months(period, -carried), period)
    codes = {one.code for one in indicators}
    return RateTable(view.plan, rate_frame(session, view, units=set(units), indicators=codes, span=span))


def decided_by(plan: Plan, target: str, month: date) -> str | None:
    """The indicator by which the target is judged at the end of `month`; None before its first revision, or without."""
    held = plan.target_in_force(target, last_day(month))
    return None if held is None else held.indicator


class _Month:
    """One indicator in one month, of a rolled-up unit and of what is directly below it."""

    def __init__(self, table: RateTable, unit: str, below: Sequence[Unit], indicator: Indicator, period: date) -> None:
        plan = table.plan
        place_of = {one.code: place for place, one in enumerate(plan.units)}
        self._table, self._below, self._period = table, below, period
        self._unit, self._units = place_of[unit], np.array([place_of[one.code] for one in below], dtype=np.int64)
        self._indicator = plan.indicators.index(indicator)
        self._carried = plan.document.carry_months if is_carried(plan, indicator) else 0
        self._steps = 10 ** plan.indicator_decimals[indicator.code]

    def rate(self) -> Rate:
        """The rolled-up unit's."""
        at = (np.array([self._unit]), np.array([self._indicator]), np.array([month_number(self._period)]))
        [found] = single_rates(self._table, self._table.find(*at), unit=[self._unit], indicator=at[1], month=at[2])
        return found

    def counts(self) -> list[Counts | None]:
        """What each unit below has in the sum: the newest of the months that count (domain rule 3)."""
        found, ages = np.full(len(self._units), -1), np.zeros(len(self._units), dtype=np.int64)
        indicator = np.full(len(self._units), self._indicator)
        adds_up = np.array([one.code in self._table.plan.children for one in self._below], dtype=bool)
        there = np.array([one.exists_on(last_day(self._period)) for one in self._below], dtype=bool)
        for age in range(self._carried + 1):
            places = self._table.find(self._units, indicator, month_number(self._period) - age)
            new = there & (found < 0) & (places >= 0) & ~(adds_up & (age > 0))
            found[new], ages[new] = places[new], age
        return [self._counted(place, age) for place, age in zip(found.tolist(), ages.tolist(), strict=True)]

    def _counted(self, place: int, age: int) -> Counts | None:
        if place < 0:
            return None
        above, below = (int(self._table.column(name)[place]) for name in ("numerator", "denominator"))
        return Counts(Fraction(above, self._steps), Fraction(below, self._steps), carried=age > 0)
