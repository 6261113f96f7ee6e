"""Rolling up in whole columns: Σ numerators ÷ Σ denominators of the units below, month by month (domain rule 3). Pure.

A reporting unit without a submission for the month is carried from its newest one of the months before, as many as the
plan says (0 for flows), and counted as carried; months in which it did not exist do not count. One that is not required
to report is expected only if it did. What is not applicable (denominator 0) is left out of both sums, whatever stands
above the line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metrics.plan.model import Indicator, Plan, Unit
from metrics.rates import is_carried
from metrics.stored_rates import ABSENT, Whole
from metrics.submission_states import State

Mask = npt.NDArray[np.bool_]
STATE_PLACES = {state: place for place, state in enumerate(State)}  # the least checked first


@dataclass(frozen=True, slots=True, eq=False)
class OwnRates:
    """Submissions in whole columns, one row a submission, in no order.

    `unit`: place among the units that were asked for; `month`: month number; `state`: place among the states, one a
    submission or, where figures of several stand in a month, one an indicator.
    `numerators`, `denominators`: one column an indicator, in its own steps; ABSENT where it was not reported.
    """

    unit: Whole
    month: Whole
    state: Whole
    numerators: Whole
    denominators: Whole

    def states_of(self, rows: Whole | Mask) -> Whole:
        """The states of these rows: a column an indicator, or one for all of them."""
        found: Whole = self.state[rows]
        return found if found.ndim > 1 else found[:, None]

    def by_month(self) -> dict[int, Whole]:
        """The rows of each month, by its number."""
        return {month: np.flatnonzero(self.month == month) for month in np.unique(self.month).tolist()}


@dataclass(frozen=True, slots=True, eq=False)
class Below:
    """The reporting units below rolled-up ones: each rolled-up unit's are `units[starts[i]:ends[i]]`.

    `first`, `last`: by reporting unit, the months in which it exists; `required`: whether it has to report.
    """

    units: tuple[Unit, ...]
    starts: Whole
    ends: Whole
    first: Whole
    last: Whole
    required: Mask

    @classmethod
    def of(cls, plan: Plan, codes: Sequence[str], *, besides: Collection[str] = ()) -> Below:
        """The units below `codes`, and the reporting units `besides` them, in the order of the tree."""
        under = {code: plan.reporting_units_under(code) for code in codes}
        wanted = {unit.code for units in under.values() for unit in units} | set(besides)
        units = tuple(unit for unit in plan.reporting_units_under(plan.root.code) if unit.code in wanted)
        place_of = {unit.code: place for place, unit in enumerate(units)}  # what lies under one unit lies together
        starts = [place_of[under[code][0].code] for code in codes]
        return cls(
            units=units,
            starts=np.array(starts, dtype=np.int64),
            ends=np.array([start + len(under[code]) for start, code in zip(starts, codes, strict=True)], np.int64),
            first=np.array([plan.lives[unit.code][0] for unit in units], dtype=np.int64),
            last=np.array([plan.lives[unit.code][1] for unit in units], dtype=np.int64),
            required=np.array([unit.figures_required for unit in units], dtype=np.bool_),
        )

    def exists(self, month: int) -> Mask:
        """Which of the reporting units exist at the end of the month."""
        found: Mask = (self.first <= month) & (month <= self.last)
        return found

    def sums(self, column: Whole | Mask) -> Whole:
        """Of every rolled-up unit the sum of `column` (one row a reporting unit) over the units below it."""
        reached = np.zeros((len(column) + 1, *column.shape[1:]), dtype=np.int64)
        np.cumsum(column, axis=0, out=reached[1:])
        found: Whole = reached[self.ends] - reached[self.starts]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class RolledUp:
    """One month of all rolled-up units: one row a unit, one column an indicator.

    `state`: place of the least checked submission's state; where nothing is reported or carried the amounts are ABSENT
    and the state is that of what was not reported.
    """

    month: int
    numerators: Whole
    denominators: Whole
    state: Whole
    reported: Whole
    carried: Whole
    expected: Whole


def months_carried(plan: Plan, indicators: Sequence[Indicator]) -> Whole:
    """For how many months each indicator is carried: 0 for what rests on flows."""
    longest = plan.document.carry_months
    return np.array([longest * is_carried(plan, indicator) for indicator in indicators], dtype=np.int64)


def roll_up(own: OwnRates, below: Below, *, months: range, carried: Whole) -> Iterator[RolledUp]:
    """The rates of the units above `below` in each of `months`.

    `own` holds what the units of `below` reported in these months and as many before as the longest of `carried`.
    """
    rows, shape = own.by_month(), (len(below.units), len(carried))
    standing = np.full(shape, np.iinfo(np.int32).max, dtype=np.int64)
    numerators, denominators = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    states = np.zeros(shape, dtype=np.int64)
    for month in range(months.start - int(carried.max(initial=0)), months.stop):
        standing += 1
        if month in rows:
            sent = rows[month]
            sent = sent[below.exists(month)[own.unit[sent]]]
            place, indicator = np.nonzero(own.denominators[sent] != ABSENT)
            at = (own.unit[sent][place], indicator)
            numerators[at] = own.numerators[sent][place, indicator]
            denominators[at] = own.denominators[sent][place, indicator]
            states[at] = np.broadcast_to(own.states_of(sent), (len(sent), shape[1]))[place, indicator]
            standing[at] = 0
        if month in months:
            counted = (standing <= carried) & below.exists(month)[:, None]
            yield _summed(below, month, numerators, denominators, states, counted=counted, now=standing == 0)


def _summed(
    below: Below, month: int, numerators: Whole, denominators: Whole, states: Whole, *, counted: Mask, now: Mask
) -> RolledUp:
    applicable = counted & (denominators != 0)
    reported, standing = below.sums(counted & now), below.sums(counted)
    least = [below.sums(counted & (states == STATE_PLACES[state])) for state in (State.SENT_BACK, State.SUBMITTED)]
    some = standing > 0
    state = np.select([~some, least[0] > 0, least[1] > 0], [0, 1, 2], STATE_PLACES[State.VERIFIED])
    required = below.sums(below.required & below.exists(month))
    return RolledUp(
        month=month,
        numerators=np.where(some, below.sums(np.where(applicable, numerators, 0)), ABSENT),
        denominators=np.where(some, below.sums(np.where(applicable, denominators, 0)), ABSENT),
        state=state,
        reported=reported,
        carried=standing - reported,
        expected=required[:, None] + below.sums(counted & ~below.required[:, None]),
    )
