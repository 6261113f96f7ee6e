"""Rates of every unit, period and indicator: the query beneath pages, `rates` exports and every verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sqlalchemy import func, select

from metrics.database import ReadSession, once_a_snapshot
from metrics.periods import Span, add_months, last_day, month_number, periods_between
from metrics.queries.known_figures import known_submissions
from metrics.queries.rate_frame import rate_frame
from metrics.queries.view import View
from metrics.results import Basis, Rate
from metrics.submission_states import State
from metrics.verdicts.rate_table import RateTable
from metrics.verdicts.single_rates import single_rates

_MONTHS_AT_ONCE = 12


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

    Units without a submission have a row that says so. Periods run from the first to the newest for which anything is
    known on the view's basis (`wanted.sent`: was sent at all), within the ends given. A unit that does not exist in
    a period has no row for it.
    """
    ends = known_periods(session, of_all_sent(view) if wanted.sent else view)
    if ends is None:
        return
    first, last = max(ends[0], wanted.period_from or ends[0]), min(ends[1], wanted.period_to or ends[1])
    while first <= last:
        span = Span(first, min(last, add_months(first, _MONTHS_AT_ONCE - 1)))
        yield from _rates(session, view, wanted, span)
        first = add_months(span.last, 1)


def of_all_sent(view: View) -> View:
    """`view` on the basis of everything that was sent."""
    return replace(view, basis=Basis.SUBMITTED)


def known_periods(session: ReadSession, view: View) -> tuple[date, date] | None:
    """The first and the newest period for which anything is known, None if nothing is."""
    asked = (known_periods.__name__, view.seq, view.basis)
    return once_a_snapshot(session, asked, lambda: _known_periods(session, view))


def _known_periods(session: ReadSession, view: View) -> tuple[date, date] | None:
    known = known_submissions(view).c  # a submission that was recorded has figures
    query = select(func.min(known.period), func.max(known.period))
    if view.basis is Basis.VERIFIED:
        query = query.where(known.state == State.VERIFIED)
    first, last = session.execute(query).one()
    return None if first is None else (first, last)


def _rates(session: ReadSession, view: View, wanted: Wanted, span: Span) -> Iterator[Rate]:
    plan = view.plan
    units = [place for place, u in enumerate(plan.units) if wanted.units is None or u.code in wanted.units]
    indicators = [p for p, i in enumerate(plan.indicators) if wanted.indicators is None or i.code in wanted.indicators]
    frame = rate_frame(session, view, units=wanted.units, indicators=wanted.indicators, span=span)
    table = RateTable(plan, frame)
    for period in periods_between(span.first, span.last):
        there = [place for place in units if plan.units[place].exists_on(last_day(period))]
        unit, indicator = np.repeat(there, len(indicators)), np.tile(indicators, len(there))
        month = np.full(len(unit), month_number(period))
        places = table.find(unit, indicator, month)
        yield from single_rates(table, places, unit=unit.tolist(), indicator=indicator, month=month)
