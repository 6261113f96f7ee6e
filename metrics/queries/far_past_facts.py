"""The facts of the far past as they follow from stored rates: what is kept, and what the kept is held against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from metrics.database import ReadSession
from metrics.periods import Span, add_months, period_numbered
from metrics.plan.model import Plan
from metrics.queries.first_months import conditions_of, first_months
from metrics.queries.own_rates import own_rates
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.view import View, view_at
from metrics.results import Basis
from metrics.roll_up import Below, RolledUp, months_carried, roll_up
from metrics.standing import earliest_needed, months_apart, with_standing
from metrics.stored_rates import layout_of

NEAR = 3  # months that are not kept: the newest change from hour to hour
_MONTHS_AT_ONCE = 24


@dataclass(frozen=True, slots=True)
class FarPastFacts:
    """What is to be kept of one basis at the place `seq`; rows as of the tables, without from where until where."""

    basis: Basis
    seq: int
    far_past: dict[str, Any]
    turns: list[dict[str, Any]]
    rolled_up: list[dict[str, Any]]


def facts_to_keep(session: ReadSession, basis: Basis, *, seq: int | None = None) -> FarPastFacts | None:
    """What is to be kept as it was known at `seq` (None: now); None where there were only the newest months."""
    # Read as what is past, also at the newest place: what others record meanwhile is then left out.
    view = replace(view_at(session, as_of=seq, basis=basis), is_now=False)
    ends = known_periods(session, view)
    if ends is None or ends[0] > add_months(ends[1], -NEAR):
        return None
    return far_past_facts(session, view, Span(ends[0], add_months(ends[1], -NEAR)))


def far_past_facts(session: ReadSession, view: View, span: Span) -> FarPastFacts:
    """The facts of the months of `span` as they are known in `view` and count on its basis, read from rates."""
    plan, basis, conditions = view.plan, view.basis, conditions_of(view.plan)
    units = plan.reporting_units
    months = first_months(session, view, units=units, conditions=conditions, span=span)
    far_past = {"basis": str(basis), "seq": view.seq, "first": span.first, "through": span.last}
    return FarPastFacts(
        basis,
        view.seq,
        far_past | {"conditions": [condition.key for condition in conditions]},
        [
            {"unit_code": unit.code, "basis": str(basis), "months": row}
            for unit, row in zip(units, months.tolist(), strict=True)
        ],
        [row for month in _rolled_up(session, view, span) for row in _rows(plan, month, basis=basis)],
    )


def _rolled_up(session: ReadSession, view: View, span: Span) -> Iterator[RolledUp]:
    """Every month of all units that add up others, all indicators in the order in which they are stored."""
    plan = view.plan
    above = [unit.code for unit in plan.units if unit.code in plan.children]
    layout, below = layout_of(plan), Below.of(plan, above)
    carried = months_carried(plan, [stored.indicator for stored in layout])
    apart = months_apart(plan, [stored.indicator for stored in layout])
    earlier, codes = int(carried.max(initial=0)) + earliest_needed(apart), [unit.code for unit in below.units]
    months = span.months
    for start in range(months.start, months.stop, _MONTHS_AT_ONCE):
        part = range(start, min(start + _MONTHS_AT_ONCE, months.stop))
        read = Span(period_numbered(part.start - earlier), period_numbered(part.stop - 1))
        places = [stored.in_plan for stored in layout]
        sent = own_rates(session, view, units=codes, indicators=places, span=read)
        own = with_standing(sent, below, apart=apart, months=read.months)
        yield from roll_up(own, below, months=part, carried=carried)


def _rows(plan: Plan, month: RolledUp, *, basis: Basis) -> Iterator[dict[str, Any]]:
    above = [unit.code for unit in plan.units if unit.code in plan.children]
    for place, code in enumerate(above):
        yield {
            "unit_code": code,
            "basis": str(basis),
            "period": period_numbered(month.month),
            "numerators": month.numerators[place].tolist(),
            "denominators": month.denominators[place].tolist(),
            "states": month.state[place].tolist(),
            "reported": month.reported[place].tolist(),
            "carried": month.carried[place].tolist(),
            "expected": month.expected[place].tolist(),
        }
