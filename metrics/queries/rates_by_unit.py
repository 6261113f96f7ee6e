"""Rates of every unit, period and indicator: the query beneath pages, `rates` exports and every verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Integer, String, Values, column, func, select, values

from metrics.database import ReadSession
from metrics.periods import add_months, last_day, periods_between
from metrics.plan.model import Indicator
from metrics.queries.known_figures import known_figures, known_states
from metrics.queries.view import View
from metrics.rates import Reported, Returns, is_carried, own_rate, rolled_up_rate
from metrics.results import Basis, Exact, Rate, State


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to answer for; None means all. Periods are first days of months, both ends included."""

    units: Collection[str] | None = None
    indicators: Collection[str] | None = None
    period_from: date | None = None
    period_to: date | None = None


def rates_by_unit(session: ReadSession, view: View, *, wanted: Wanted = Wanted()) -> Iterator[Rate]:
    """Every rate in `wanted`, one per unit × period × indicator, ordered by period, then as displayed.

    Units without a return have a row that says so. Periods run from the first to the newest for which anything is
    known, within the ends given. A unit that does not exist in a period has no row for it.
    """
    ends = known_periods(session, view)
    if ends is None:
        return
    first, last = max(ends[0], wanted.period_from or ends[0]), min(ends[1], wanted.period_to or ends[1])
    plan = view.plan
    indicators = [i for i in plan.indicators if wanted.indicators is None or i.code in wanted.indicators]
    units = [u for u in plan.units if wanted.units is None or u.code in wanted.units]
    members = {unit.code: plan.reporting_units_under(unit.code) for unit in units}
    needed = {member.code for found in members.values() for member in found}
    carry = {i.code: plan.document.carry_months if is_carried(plan, i) else 0 for i in indicators}
    returns = reported_returns(
        session,
        view,
        units=needed,
        indicators=indicators,
        period_from=add_months(first, -plan.document.carry_months),
        period_to=last,
    )
    for period in periods_between(first, last):
        for unit in units:
            if not unit.exists_on(last_day(period)):
                continue
            for indicator in indicators:
                if unit.code not in plan.children:
                    yield own_rate(indicator, unit, period=period, returns=returns)
                else:
                    yield rolled_up_rate(
                        indicator,
                        unit.code,
                        members=members[unit.code],
                        period=period,
                        returns=returns,
                        carry_months=carry[indicator.code],
                    )


def known_periods(session: ReadSession, view: View) -> tuple[date, date] | None:
    """The first and the newest period for which anything is known, None if nothing is."""
    known = known_figures(view)
    query = select(func.min(known.c.period), func.max(known.c.period))
    if view.basis is Basis.VERIFIED:
        states = known_states(view)
        query = query.join(states, states.c.submission_id == known.c.submission_id).where(states.c.state == "verified")
    first, last = session.execute(query).one()
    return None if first is None else (first, last)


def reported_returns(
    session: ReadSession,
    view: View,
    *,
    units: Collection[str],
    indicators: Collection[Indicator],
    period_from: date,
    period_to: date,
) -> Returns:
    """Numerators and denominators as reported, summed by the database from the elements of one return.

    An indicator of which an element is unreported is unreported.
    """
    known, states, parts = known_figures(view), known_states(view), _parts(indicators)
    query = (
        select(
            known.c.unit_code,
            known.c.period,
            parts.c.indicator_code,
            func.sum(known.c.value * parts.c.in_numerator),
            func.sum(known.c.value * parts.c.in_denominator),
            states.c.state,
        )
        .join(parts, parts.c.element_code == known.c.element_code)
        .join(states, states.c.submission_id == known.c.submission_id)
        .where(known.c.period.between(period_from, period_to), known.c.unit_code.in_(units))
        .group_by(known.c.unit_code, known.c.period, parts.c.indicator_code, states.c.state, parts.c.elements)
        .having(func.count() == parts.c.elements)
    )
    if view.basis is Basis.VERIFIED:
        query = query.where(states.c.state == "verified")
    constants = {i.code: (i.numerator.constant, i.denominator.constant) for i in indicators}
    found: dict[tuple[str, str], dict[date, Reported]] = {}
    for unit, period, indicator, numerator, denominator, state in session.execute(query):
        more_above, more_below = constants[indicator]
        found.setdefault((unit, indicator), {})[period] = Reported(
            numerator=_exact(numerator) + more_above,
            denominator=_exact(denominator) + more_below,
            state=State(state),
        )
    return found


def _exact(value: Decimal) -> Exact:
    """`value` without its decimal context; whole numbers, the usual case, as whole numbers."""
    above, below = value.as_integer_ratio()
    return above if below == 1 else Fraction(above, below)


def _parts(indicators: Collection[Indicator]) -> Values:
    """The indicators' linear forms as a table: one row per indicator × element."""
    rows = []
    for indicator in indicators:
        above = {term.element: term.times for term in indicator.numerator.terms}
        below = {term.element: term.times for term in indicator.denominator.terms}
        elements = indicator.elements
        rows += [(indicator.code, code, above.get(code, 0), below.get(code, 0), len(elements)) for code in elements]
    return values(
        column("indicator_code", String),
        column("element_code", String),
        column("in_numerator", Integer),
        column("in_denominator", Integer),
        column("elements", Integer),
        name="parts",
    ).data(rows or [("", "", 0, 0, 0)])
