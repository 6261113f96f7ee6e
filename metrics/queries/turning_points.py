"""The months on which a verdict can turn, however long ago they were: first reported, first value, first time met."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Numeric,
    Select,
    String,
    TableValuedAlias,
    and_,
    case,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import array

from metrics.database import ReadSession
from metrics.plan.model import Indicator, Plan, Unit
from metrics.projection import Course
from metrics.queries.reported_sums import Span, as_table, exact, reported_sums
from metrics.queries.view import View
from metrics.rates import value_of

_AT_ONCE = 250  # units in one statement: what the database sorts and groups at a time stays small
_REPORTED, _APPLICABLE = "reported", "applicable"


@dataclass(slots=True)
class TurningPoints:
    """Of one reporting unit and indicator. `reported`: the first period with a return that has it.

    `points`: the first applicable value, and for every comparator and threshold of any revision of a target the first
    value that satisfied it; period → value. Whatever came later than these does not change which came first, so they
    hold for every month judged.
    """

    reported: date
    points: dict[date, Fraction] = field(default_factory=dict)

    def course(self, recent: Course) -> Course:
        """`recent`, the newest applicable values without a gap, with the turning points before them."""
        if not recent:
            return recent
        begins = recent[0][0]
        return [*sorted((period, value) for period, value in self.points.items() if period < begins), *recent]


Turning = dict[tuple[str, str], TurningPoints]


def turning_points(session: ReadSession, view: View, *, units: Collection[Unit], span: Span) -> Turning:
    """The turning points of the reporting `units` within `span`, as (unit, indicator) → points, for all that is judged.

    A unit that never reported an indicator has none. Months in which a unit does not exist do not count.
    """
    found: Turning = {}
    indicators = judged_indicators(view.plan)
    codes = sorted(unit.code for unit in units)
    existing = {unit.code: unit for unit in units}
    for start in range(0, len(codes) if indicators else 0, _AT_ONCE):
        chunk = [existing[code] for code in codes[start : start + _AT_ONCE]]
        for row in session.execute(_firsts(view, chunk, indicators, span)):
            _put(found, row, indicators[row.place])
    return found


def judged_indicators(plan: Plan) -> tuple[Indicator, ...]:
    """The indicators by which any revision of a target is judged."""
    judged = {target.indicator for target in plan.targets if target.measured}
    return tuple(indicator for indicator in plan.indicators if indicator.code in judged)


def thresholds(plan: Plan) -> list[tuple[str, str, Decimal]]:
    """Every (indicator, comparator, threshold) of any revision of a target."""
    return sorted(
        {
            (str(t.indicator), str(t.comparator), t.threshold)
            for t in plan.targets
            if t.measured and t.threshold is not None
        }
    )


def _put(found: Turning, row: Any, indicator: Indicator) -> None:
    months, numerator, denominator = row.first
    period = date(int(months) // 12, int(months) % 12 + 1, 1)
    key = (row.unit_code, indicator.code)
    if row.comparator == _REPORTED:
        known = found.setdefault(key, TurningPoints(period))
        known.reported = period
        return
    value = value_of(indicator, exact(numerator), exact(denominator))
    if value is not None:
        found.setdefault(key, TurningPoints(period)).points[period] = value


def _firsts(
    view: View, units: Collection[Unit], indicators: Sequence[Indicator], span: Span
) -> Select[*tuple[Any, ...]]:
    """One row per unit × indicator × condition that ever held: the first [month, numerator, denominator] for which."""
    sums = reported_sums(view, units=[unit.code for unit in units], indicators=indicators, span=span)
    conditions = _conditions(view.plan, indicators)
    # scale · n ⋈ threshold · d, exactly, and the other way round below a negative denominator
    beyond = (conditions.c.scale * sums.c.numerator - conditions.c.threshold * sums.c.denominator) * func.sign(
        sums.c.denominator
    )
    holds = case(
        (conditions.c.comparator == _REPORTED, True),
        (sums.c.denominator == 0, False),
        (conditions.c.comparator == _APPLICABLE, True),
        (conditions.c.comparator == ">=", beyond >= 0),
        (conditions.c.comparator == "<=", beyond <= 0),
        else_=beyond == 0,
    )
    month = func.extract("year", sums.c.period) * 12 + func.extract("month", sums.c.period) - 1
    first = func.min(array([month, sums.c.numerator, sums.c.denominator], type_=Numeric)).label("first")
    alive = _lifetimes(units)
    return (
        select(sums.c.unit_code, sums.c.place, conditions.c.comparator, conditions.c.threshold, first)
        .join(conditions, conditions.c.place == sums.c.place)
        .join(alive, and_(alive.c.unit_code == sums.c.unit_code, sums.c.period.between(alive.c.first, alive.c.last)))
        .where(holds)
        .group_by(sums.c.unit_code, sums.c.place, conditions.c.comparator, conditions.c.threshold)
    )


def _conditions(plan: Plan, indicators: Sequence[Indicator]) -> TableValuedAlias:
    """What can become true of an indicator: reported, applicable, and each threshold ever set for it."""
    places = {indicator.code: place for place, indicator in enumerate(indicators)}
    rows = [(code, kind, Decimal(0)) for code in places for kind in (_REPORTED, _APPLICABLE)]
    rows += [row for row in thresholds(plan) if row[0] in places]
    return as_table(
        "conditions",
        [(places[code], kind, at, indicators[places[code]].scale) for code, kind, at in rows],
        place=Integer,
        comparator=String,
        threshold=Numeric,
        scale=Integer,
    )


def _lifetimes(units: Collection[Unit]) -> TableValuedAlias:
    return as_table("alive", [(u.code, *u.periods) for u in units], unit_code=String, first=Date, last=Date)
