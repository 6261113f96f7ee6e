"""The dataset of rates, written from whole columns, a month at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from metrics.database import ReadSession
from metrics.periods import Span, add_months, format_period, last_day, month_number, periods_between
from metrics.plan.model import Indicator, Plan, Text
from metrics.publish import columns as c
from metrics.publish.dataset import EVERYWHERE, Cell, Dataset, Pull, Wording
from metrics.publish.first_rows import count_rates, head_of_rates
from metrics.publish.shape import SORT
from metrics.publish.vintages import with_vintages
from metrics.queries.rate_frame import rate_frame
from metrics.queries.rates_by_unit import known_periods, of_all_sent
from metrics.queries.view import View
from metrics.submission_states import State
from metrics.verdicts.rate_table import RateTable
from metrics.verdicts.ratios import Mask, Ratios, Whole
from metrics.verdicts.rounded_columns import Texts, amounts, shown_values
from metrics.verdicts.single_rates import expected_units

_MONTHS_AT_ONCE = 6
_STATES = [state.value for state in State]


@dataclass(frozen=True, eq=False)
class RatesPart:
    """The rates of one `period`: a row a unit and indicator, by their places in the plan, whether reported or not."""

    rates: RateTable
    period: date
    unit: Whole
    indicator: Whole

    @property
    def plan(self) -> Plan:
        return self.rates.plan

    @cached_property
    def places(self) -> Whole:
        """The rows of `rates`; −1 for what was not reported."""
        return self.rates.find(self.unit, self.indicator, month_number(self.period))

    @cached_property
    def reported(self) -> Mask:
        return np.asarray(self.places >= 0, dtype=bool)

    @cached_property
    def applicable(self) -> Mask:
        """Where there is a value."""
        found = self.reported.copy()
        found[found] = self.rates.applicable[self.places[found]]
        return found

    def by_unit(self, cells: Sequence[Cell]) -> list[Cell]:
        """Each row's cell of `cells`, one a unit of the plan."""
        return [cells[place] for place in self.unit.tolist()]

    def by_indicator(self, cell: Callable[[Indicator], Cell]) -> list[Cell]:
        """The cell of every row's indicator."""
        cells = [cell(indicator) for indicator in self.plan.indicators]
        return [cells[place] for place in self.indicator.tolist()]

    def amounts(self, name: str) -> Texts:
        """The numerators or the denominators, in full."""
        scales = [10 ** self.plan.indicator_decimals[one.code] for one in self.plan.indicators]
        scale = np.array(scales, dtype=np.int64)[self.indicator]
        return amounts(self._figures(name), scale, known=self.reported)

    def values(self) -> Texts:
        """The values as they are shown."""
        values = Ratios.spread(self.applicable, self.rates.values(self.places[self.applicable]))
        return shown_values(self.plan, self.indicator, values, known=self.applicable)

    def states(self) -> list[Cell]:
        column = self._figures("state").tolist()
        known = zip(column, self.reported.tolist(), strict=True)
        return [_STATES[state] if reported else State.NOT_REPORTED.value for state, reported in known]

    def counts(self, name: str) -> list[Cell]:
        """How many units are in it as the column `name` says: 0 where nothing was reported."""
        return self._figures(name).tolist()  # type: ignore[no-any-return]

    def expected(self) -> list[Cell]:
        """How many units were expected to report."""
        found = self._figures("expected")
        absent = np.unique(self.unit[~self.reported])
        required = np.zeros(len(self.plan.units), dtype=np.int64)
        required[absent] = [expected_units(self.plan, self.plan.units[place].code, self.period) for place in absent]
        return np.where(self.reported, found, required[self.unit]).tolist()  # type: ignore[no-any-return]

    def _figures(self, name: str) -> Whole:
        found = np.zeros(len(self.places), dtype=self.rates.column(name).dtype)
        found[self.reported] = self.rates.column(name)[self.places[self.reported]]
        return found


def _parts(session: ReadSession, view: View, pull: Pull) -> Iterator[RatesPart]:
    ends, plan = known_periods(session, of_all_sent(view)), view.plan
    if ends is None:
        return
    first, last = max(ends[0], pull.first_period or ends[0]), min(ends[1], pull.last_period or ends[1])
    indicators = [p for p, one in enumerate(plan.indicators) if not pull.indicators or one.code in pull.indicators]
    units = [place for place, unit in enumerate(plan.units) if not pull.units or unit.code in pull.units]
    while first <= last:
        span = Span(first, min(last, add_months(first, _MONTHS_AT_ONCE - 1)))
        wanted = [period for period in periods_between(span.first, span.last) if pull.wants(period)]
        if wanted:
            rates = RateTable(plan, _frame(session, view, units, indicators, span=Span(wanted[0], wanted[-1])))
            for period in wanted:
                there = [place for place in units if plan.units[place].exists_on(last_day(period))]
                unit = np.repeat(np.array(there, dtype=np.int64), len(indicators))
                indicator = np.tile(np.array(indicators, dtype=np.int64), len(there))
                seen = _revealed(view, period, unit, indicator)
                yield RatesPart(rates, period, unit[seen], indicator[seen])
        first = add_months(span.last, 1)


def _frame(
    session: ReadSession, view: View, units: Sequence[int], indicators: Sequence[int], *, span: Span
) -> pd.DataFrame:
    plan = view.plan
    codes = {plan.units[place].code for place in units}
    measured = {plan.indicators[place].code for place in indicators}
    return rate_frame(session, view, units=codes, indicators=measured, span=span)


def _revealed(view: View, period: date, unit: Whole, indicator: Whole) -> Mask:
    """The rows whose value the reader may see."""
    if view.revealed is None:
        return np.ones(len(unit), dtype=bool)
    units, indicators = view.plan.units, view.plan.indicators
    cells = zip(unit.tolist(), indicator.tolist(), strict=True)
    return np.array([(units[u].code, period, indicators[i].code) in view.revealed for u, i in cells], dtype=bool)


def _unit_names(part: RatesPart, words: Wording) -> list[Cell]:
    return part.by_unit([words.units[unit.code] for unit in part.plan.units])


_PLAIN = Dataset[RatesPart](
    name="rates",
    title=Text(zh="指标值", en="Rates"),
    grain=Text(
        zh="一行为一个填报单位(含全市)、报告期、指标;未报的也有一行",
        en="One row per unit (the city included) × period × indicator; unreported ones have a row too",
    ),
    columns=(
        c.UNIT_CODE.of(lambda part, _: part.by_unit([unit.code for unit in part.plan.units])),
        c.UNIT_NAME.of(_unit_names),
        c.PERIOD.of(lambda part, _: format_period(part.period)),
        c.INDICATOR_CODE.of(lambda part, _: part.by_indicator(lambda one: one.code)),
        c.INDICATOR_NAME.of(lambda part, words: part.by_indicator(lambda one: words.indicators[one.code][0])),
        c.NUMERATOR.of(lambda part, _: part.amounts("numerator")),
        c.DENOMINATOR.of(lambda part, _: part.amounts("denominator")),
        c.VALUE.of(lambda part, _: part.values()),
        c.UNIT_OF_MEASURE.of(lambda part, words: part.by_indicator(lambda one: words.indicators[one.code][1])),
        c.STATE.of(lambda part, _: part.states()),
        c.UNITS_REPORTED.of(lambda part, _: part.counts("reported")),
        c.UNITS_CARRIED.of(lambda part, _: part.counts("carried")),
        c.UNITS_EXPECTED.of(lambda part, _: part.expected()),
    ),
    order=("period", "unit in display order", "indicator in display order"),
    parameters=(EVERYWHERE - {SORT}) | {"unit", "period", "period_from", "period_to", "indicator", "basis"},
    records=_parts,
    in_parts=True,
    count=count_rates,
    head=head_of_rates,
)
RATES = with_vintages(_PLAIN, key=("unit_code", "period", "indicator_code"))
