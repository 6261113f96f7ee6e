"""The months on which a verdict can turn, however long ago they were: first reported, first value, first time met.

They are found by one pass over stored rates. Whatever came later than these does not change which came first, so they
hold for every month judged. For a country they are kept as well (:mod:`metrics.queries.far_past`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from metrics.database import ReadSession
from metrics.periods import Span
from metrics.plan.model import Indicator, Plan, Target, Unit
from metrics.progress import threshold_of
from metrics.queries.own_rates import ASKED_UNITS, MONTH, codes_as_text, known_rates, whole_columns
from metrics.queries.view import View
from metrics.stored_rates import LARGEST_WHOLE, Whole, largest_amount, layout_of

NEVER = 2**31 - 1  # later than any month
REPORTED, APPLICABLE = "reported", "value"
_MARGIN = 1000  # by which products of amounts as the plan allows them stay below what whole numbers hold
_READ = """
select array_agg(place), array_agg(months) from (
    select u.place, array[{firsts}] as months
    from (
        select r.unit_code, r.period, {month} as month, r.numerators as n, r.denominators as d
        from unit_rates r where r.period between %(first)s and %(last)s and {known}
    ) r
    join {units} on u.code = r.unit_code
    left join (
        select code, min(begins) as begins, max(ends) as ends
        from unnest(%(bounded)s::text[], %(begins)s::date[], %(ends)s::date[]) as lives(code, begins, ends)
        group by code
    ) life on life.code = r.unit_code
    where life.code is null or r.period between life.begins and life.ends
    group by u.place
) found
"""


@dataclass(frozen=True, slots=True)
class TurningCondition:
    """What can become true of an indicator: reported, applicable (`value`), or a threshold of any target's revision.

    `threshold`: of numerator ÷ denominator, so that it asks the same of stored rates whatever the indicator's scale is.
    """

    indicator: str
    comparator: str
    threshold: Fraction = Fraction(0)

    @property
    def key(self) -> str:
        """The condition in words that stay the same from plan to plan: ``online_rate >= 7/10``."""
        kind = f"{self.indicator} {self.comparator}"
        return kind if self.comparator in (REPORTED, APPLICABLE) else f"{kind} {self.threshold}"


def met_condition(plan: Plan, target: Target) -> TurningCondition:
    """That the measured `target` is met."""
    indicator = plan.indicator_by_code[str(target.indicator)]
    return TurningCondition(indicator.code, str(target.comparator), threshold_of(target) / indicator.scale)


def conditions_of(plan: Plan) -> tuple[TurningCondition, ...]:
    """Everything that verdicts by any revision of a target can turn on."""
    met = {met_condition(plan, target) for target in plan.targets if target.measured}
    codes = {condition.indicator for condition in met}
    known = {TurningCondition(code, kind) for code in codes for kind in (REPORTED, APPLICABLE)}
    return tuple(sorted(met | known, key=lambda one: one.key))


def first_months(
    session: ReadSession, view: View, *, units: Sequence[Unit], conditions: Sequence[TurningCondition], span: Span
) -> Whole:
    """The first month of `span` in which each condition held: one row a unit, one column a condition; NEVER for none.

    Of reporting units, from what is known in `view` and counts on its basis. Months in which a unit does not exist do
    not count.
    """
    found = np.full((len(units), len(conditions)), NEVER, dtype=np.int64)
    if not units or not conditions or not span.months:
        return found
    firsts = ", ".join(
        f"coalesce(min(month) filter (where {holds}), {NEVER})" for holds in _conditions(view.plan, conditions)
    )
    statement = _READ.format(firsts=firsts, month=MONTH, known=known_rates(view), units=ASKED_UNITS)
    bounded = [unit for unit in units if unit.valid_from is not None or unit.valid_to is not None]
    asked = {
        "units": codes_as_text([unit.code for unit in units]),
        "bounded": [unit.code for unit in bounded],
        "begins": [unit.periods[0] for unit in bounded],
        "ends": [unit.periods[1] for unit in bounded],
        "first": span.first,
        "last": span.last,
        "seq": view.seq,
    }
    places, months = whole_columns(session, statement, asked)
    if len(places):
        found[places - 1] = months
    return found


def _conditions(plan: Plan, conditions: Sequence[TurningCondition]) -> list[str]:
    """Each condition in SQL: n ⋈ threshold · d, exactly; the other way round below a negative denominator."""
    place_of = {stored.indicator.code: stored.place + 1 for stored in layout_of(plan)}
    return [_condition(plan, plan.indicator_by_code[one.indicator], one, place_of[one.indicator]) for one in conditions]


def _condition(plan: Plan, indicator: Indicator, one: TurningCondition, place: int) -> str:
    numerator, denominator = f"n[{place}]", f"d[{place}]"
    if one.comparator == REPORTED:
        return f"{denominator} is not null"
    if one.comparator == APPLICABLE:
        return f"{denominator} <> 0"
    times, threshold = one.threshold.denominator, one.threshold.numerator
    if largest_amount(plan, indicator) * max(times, abs(threshold)) * _MARGIN > LARGEST_WHOLE:
        numerator, denominator = f"cast({numerator} as numeric)", f"cast({denominator} as numeric)"
    value, line = f"{times} * {numerator}", f"{threshold} * {denominator}"
    if one.comparator == "==":
        return f"d[{place}] <> 0 and {value} = {line}"
    other = {">=": "<=", "<=": ">="}[one.comparator]
    above, below = f"{value} {one.comparator} {line}", f"{value} {other} {line}"
    return f"case when d[{place}] > 0 then {above} when d[{place}] < 0 then {below} end"
