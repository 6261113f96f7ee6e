"""Rates in whole columns: every unit, month and indicator asked for, own and rolled up, as one frame of integers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from metrics.database import ReadSession
from metrics.periods import Span, period_numbered
from metrics.plan.model import Indicator, Plan
from metrics.queries.far_past import kept_sums
from metrics.queries.own_rates import own_rates, own_rates_at
from metrics.queries.view import View
from metrics.roll_up import Below, OwnRates, RolledUp, months_carried, roll_up
from metrics.standing import earliest_needed, months_apart, with_standing
from metrics.stored_rates import ABSENT
from metrics.verdicts.rate_table import RATE_COLUMNS

_MONTHS_AT_ONCE = 24
_KEYS = ("unit", "indicator", "month")


def rate_frame(
    session: ReadSession,
    view: View,
    *,
    units: Collection[str] | None = None,
    indicators: Collection[str] | None = None,
    span: Span,
) -> pd.DataFrame:
    """One row a unit × indicator × month of `span` that was reported, or carried below; None means all.

    Columns: `unit` int32, `indicator` int16: places in `plan.units` and `plan.indicators`; `month` int32: month number;
    `numerator`, `denominator` int64: in the indicator's own steps, both times the same power of ten
    (`plan.indicator_decimals`), the denominator 0 where it is not applicable; `state` int8: place among
    the states, of a rolled-up unit that of the least checked submission in it; `reported`, `carried`, `expected` int32:
    how many reporting units are in it, of a reporting unit 1, 0 and 1. Ordered by unit, indicator and month. What has
    no row was not reported; a unit has none for months in which it does not exist.

    Source: `unit_rates`, as known in `view` and on its basis. All of it is in memory at once, 29 bytes a row, and three
    times that while it is made: whoever needs many months of a country asks for some at a time.
    """
    plan = view.plan
    chosen = [place for place, unit in enumerate(plan.units) if units is None or unit.code in units]
    wanted = [place for place, one in enumerate(plan.indicators) if indicators is None or one.code in indicators]
    cube = _Cube(plan, chosen, wanted, span)
    if not chosen or not wanted or not span.months:
        return cube.frame()
    above = [plan.units[place].code for place in chosen if plan.units[place].code in plan.children]
    own = {plan.units[place].code for place in chosen} - set(above)
    measured = [plan.indicators[place] for place in wanted]
    carried, apart = months_carried(plan, measured), months_apart(plan, measured)
    standing, earlier = earliest_needed(apart), months_reached(plan, measured)
    kept = kept_sums(session, view, units=above, indicators=wanted, carried=earlier, span=span)
    for month in kept.values():
        cube.put_rolled_up(month, above)
    rest = [month for month in span.months if above and month not in kept]
    for read, summed in _parts(span.months, rest, earlier=earlier, standing=standing, own=bool(own)):
        below = Below.of(plan, above if summed else (), besides=own)
        codes, months = [unit.code for unit in below.units], Span(period_numbered(read[0]), period_numbered(read[-1]))
        sent = own_rates(session, view, units=codes, indicators=wanted, span=months)
        found = with_standing(sent, below, apart=apart, months=months.months)
        cube.put_own(found, below)
        for month in roll_up(found, below, months=summed, carried=carried) if summed else ():
            cube.put_rolled_up(month, above)
    return cube.frame()


def months_reached(plan: Plan, indicators: Sequence[Indicator]) -> int:
    """For how many months after the one for which something was sent it may show in rates: carried, or standing."""
    carried, apart = months_carried(plan, indicators), months_apart(plan, indicators)
    return int(carried.max(initial=0)) + earliest_needed(apart)


def sent_frame(
    session: ReadSession, view: View, *, units: Sequence[int], indicators: Sequence[int], months: Sequence[int]
) -> pd.DataFrame:
    """What the reporting `units` sent of `indicators` for each of `months`, as rows of :func:`rate_frame`, in no order.

    Units and indicators are places in the plan, months are numbers. What stands from an earlier month has no row.
    """
    plan = view.plan
    pairs = np.array([(unit, month) for month in months for unit in units], dtype=np.int64).reshape(-1, 2)
    sent = own_rates_at(
        session,
        view,
        units=[plan.units[unit].code for unit in pairs[:, 0].tolist()],
        periods=[period_numbered(month) for month in pairs[:, 1].tolist()],
        indicators=indicators,
    )
    unit = pairs[sent.unit, 0]
    first, last = (np.array([plan.lives[one.code][end] for one in plan.units], dtype=np.int64)[unit] for end in (0, 1))
    lives = (first <= sent.month) & (sent.month <= last)
    row, column = np.nonzero((sent.denominators != ABSENT) & lives[:, None])
    one = np.ones(len(row), dtype=np.int64)
    columns = {
        "unit": unit[row],
        "indicator": np.array(indicators, dtype=np.int64)[column],
        "month": sent.month[row],
        "numerator": sent.numerators[row, column],
        "denominator": sent.denominators[row, column],
        "state": sent.state[row],
        "reported": one,
        "carried": 0 * one,
        "expected": one,
    }
    return pd.DataFrame({name: columns[name].astype(kind) for name, kind in RATE_COLUMNS.items()}, copy=False)


def _parts(months: range, rest: Sequence[int], *, earlier: int, standing: int, own: bool) -> list[tuple[range, range]]:
    """Which months to read at once, and which of them to sum: `rest` with as many before as are carried or stand.

    With units of their `own` all is read once; for sums alone, what lies apart is read apart, a year or two at a time.
    """
    if own:
        first = min([months.start - standing, *(month - earlier for month in rest[:1])])
        return [(range(first, months.stop), range(rest[0], rest[-1] + 1) if rest else range(0))]
    runs: list[range] = []
    for month in rest:
        if runs and runs[-1].stop == month and len(runs[-1]) < _MONTHS_AT_ONCE:
            runs[-1] = range(runs[-1].start, month + 1)
        else:
            runs.append(range(month, month + 1))
    return [(range(run.start - earlier, run.stop), run) for run in runs]


class _Cube:
    """Every unit × indicator × month asked for, filled place by place, and then the frame of what is there."""

    def __init__(self, plan: Plan, units: Sequence[int], indicators: Sequence[int], span: Span) -> None:
        self._units, self._indicators, self._months = np.array(units), np.array(indicators), np.array(span.months)
        self._place_of = {plan.units[unit].code: place for place, unit in enumerate(units)}
        shape = (len(units), len(indicators), len(self._months))
        self._filled = {name: np.zeros(shape, dtype=kind) for name, kind in RATE_COLUMNS.items() if name not in _KEYS}
        self._filled["denominator"][:] = ABSENT

    def put_own(self, own: OwnRates, below: Below) -> None:
        """What reporting units sent, where they are asked for."""
        asked = np.array([self._place_of.get(unit.code, -1) for unit in below.units], dtype=np.int64)
        first = self._months[0]
        counts = (asked[own.unit] >= 0) & (own.month >= first)
        counts &= (below.first[own.unit] <= own.month) & (own.month <= below.last[own.unit])
        at = (asked[own.unit[counts]], slice(None), own.month[counts] - first)
        self._filled["numerator"][at] = own.numerators[counts]
        self._filled["denominator"][at] = own.denominators[counts]
        self._filled["state"][at] = own.states_of(counts)
        for name in ("reported", "expected"):
            self._filled[name][at] = 1

    def put_rolled_up(self, month: RolledUp, units: Sequence[str]) -> None:
        """One month of rolled-up units."""
        places, at = [self._place_of[code] for code in units], month.month - int(self._months[0])
        for name, column in (
            ("numerator", month.numerators),
            ("denominator", month.denominators),
            ("state", month.state),
            ("reported", month.reported),
            ("carried", month.carried),
            ("expected", month.expected),
        ):
            self._filled[name][places, :, at] = column

    def frame(self) -> pd.DataFrame:
        there = self._filled["denominator"] != ABSENT
        unit, indicator, month = np.nonzero(there)
        keys = {"unit": self._units[unit], "indicator": self._indicators[indicator], "month": self._months[month]}
        columns = {name: keys[name] if name in keys else self._filled[name][there] for name in RATE_COLUMNS}
        of_kind = {name: column.astype(RATE_COLUMNS[name], copy=False) for name, column in columns.items()}
        return pd.DataFrame(of_kind, copy=False)
