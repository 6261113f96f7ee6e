"""Rates of every unit, period and indicator: the query beneath pages, `rates` exports and every verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.models import Submission
from metrics.periods import last_day, periods_between
from metrics.plan.model import Indicator
from metrics.queries.known_figures import known_figures, known_states
from metrics.queries.reported_sums import Span, exact, reported_sums
from metrics.queries.rolled_up_rates import rolled_up_rates
from metrics.queries.view import View
from metrics.rates import Reported, Returns, own_rate
from metrics.results import Basis, Rate, State


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to answer for; None means all. Periods are first days of months, both ends included.

    `sent`: periods for which anything was sent, whether or not it counts on the view's basis.
    """

    units: Collection[str] | None = None
    indicators: Collection[str] | None = None
    period_from: date | None = None
    period_to: date | None = None
    sent: bool = False


def rates_by_unit(session: ReadSession, view: View, *, wanted: Wanted = Wanted()) -> Iterator[Rate]:
    """Every rate in `wanted`, one per unit × period × indicator, ordered by period, then as displayed.

    Units without a return have a row that says so. Periods run from the first to the newest for which anything is
    known on the view's basis (`wanted.sent`: was sent at all), within the ends given. A unit that does not exist in
    a period has no row for it.
    """
    ends = known_periods(session, of_all_sent(view) if wanted.sent else view)
    if ends is None:
        return
    first, last = max(ends[0], wanted.period_from or ends[0]), min(ends[1], wanted.period_to or ends[1])
    plan = view.plan
    indicators = [i for i in plan.indicators if wanted.indicators is None or i.code in wanted.indicators]
    units = [u for u in plan.units if wanted.units is None or u.code in wanted.units]
    span = Span(first, last)
    own = [u.code for u in units if u.code not in plan.children]
    returns = reported_returns(session, view, units=own, indicators=indicators, span=span) if own else {}
    sums = rolled_up_rates(
        session, view, units=[u for u in units if u.code in plan.children], indicators=indicators, span=span
    )
    for period in periods_between(first, last):
        for unit in units:
            if not unit.exists_on(last_day(period)):
                continue
            for indicator in indicators:
                if unit.code in plan.children:
                    yield sums[unit.code, period, indicator.code]
                else:
                    yield own_rate(indicator, unit, period=period, returns=returns)


def of_all_sent(view: View) -> View:
    """`view` on the basis of everything that was sent."""
    return replace(view, basis=Basis.SUBMITTED)


def known_periods(session: ReadSession, view: View) -> tuple[date, date] | None:
    """The first and the newest period for which anything is known, None if nothing is."""
    if view.is_now and view.basis is Basis.VERIFIED:  # a return that was recorded has figures
        of_returns = Submission.__table__.c
        query = select(func.min(of_returns.period), func.max(of_returns.period)).where(of_returns.state == "verified")
    else:
        known = known_figures(view)
        query = select(func.min(known.c.period), func.max(known.c.period))
        if view.basis is Basis.VERIFIED:
            states = known_states(view)
            query = query.join(states, states.c.submission_id == known.c.submission_id)
            query = query.where(states.c.state == "verified")
    first, last = session.execute(query).one()
    return None if first is None else (first, last)


def reported_returns(
    session: ReadSession, view: View, *, units: Collection[str], indicators: Sequence[Indicator], span: Span
) -> Returns:
    """What was reported of `indicators`, by unit and indicator, then period."""
    sums = reported_sums(view, units=units, indicators=indicators, span=span)
    found: dict[tuple[str, str], dict[date, Reported]] = {}
    codes, states = [indicator.code for indicator in indicators], {state.value: state for state in State}
    for unit, period, place, numerator, denominator, state in session.execute(select(sums)):
        reported = Reported(numerator=exact(numerator), denominator=exact(denominator), state=states[state])
        found.setdefault((unit, codes[place]), {})[period] = reported
    return found
