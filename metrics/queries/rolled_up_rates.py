"""Rates of units that only add up others, rolled up by the database: Σ numerators ÷ Σ denominators (domain rule 3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnClause,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    TableValuedAlias,
    case,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
)

from metrics.database import ReadSession
from metrics.periods import add_months, last_day, periods_between
from metrics.plan.model import Indicator, Unit
from metrics.queries.reported_sums import Span, as_table, exact, reported_sums
from metrics.queries.view import View
from metrics.rates import LEAST_CHECKED_FIRST, is_carried, value_of
from metrics.results import Rate, State

RolledUp = dict[tuple[str, date, str], Rate]


def rolled_up_rates(
    session: ReadSession, view: View, *, units: Collection[Unit], indicators: Sequence[Indicator], span: Span
) -> RolledUp:
    """The rate of every rolled-up unit in `units`, as (unit, period, indicator) → rate; never a mean of rates.

    A reporting unit below without a return for the period is carried from its newest return of the months before, as
    many as the plan says (0 for flows), and counted as carried. One that is not required to report is expected only
    if it did. What is not applicable (denominator 0) is left out of both sums, whatever stands above the line.
    """
    members = {unit.code: view.plan.reporting_units_under(unit.code) for unit in units}
    found: RolledUp = {}
    for code, below in members.items():
        for period in periods_between(span.first, span.last):
            expected = sum(1 for unit in below if unit.figures_required and unit.exists_on(last_day(period)))
            for indicator in indicators:
                found[code, period, indicator.code] = _without_return(code, period, indicator, expected)
    if members and indicators:
        for row in session.execute(_sums(view, members, indicators, span)):
            _put(found, row, indicators[row.place])
    return found


def _without_return(code: str, period: date, indicator: Indicator, expected: int) -> Rate:
    return Rate(code, period, indicator.code, None, None, None, State.NOT_REPORTED, 0, 0, expected)


def _put(found: RolledUp, row: Any, indicator: Indicator) -> None:
    place = (row.code, row.period, indicator.code)
    numerator, denominator = exact(row.numerator), exact(row.denominator)
    found[place] = Rate(
        unit_code=row.code,
        period=row.period,
        indicator_code=indicator.code,
        numerator=numerator,
        denominator=denominator,
        value=value_of(indicator, numerator, denominator),
        state=LEAST_CHECKED_FIRST[row.least_checked],
        units_reported=row.reported,
        units_carried=row.carried,
        units_expected=found[place].units_expected + row.unrequired,
    )


def _sums(
    view: View, members: dict[str, tuple[Unit, ...]], indicators: Sequence[Indicator], span: Span
) -> Select[*tuple[Any, ...]]:
    """One row per rolled-up unit × period × indicator for which anything was reported or carried."""
    codes = {unit.code for below in members.values() for unit in below}
    standing, below = _standing(view, codes, indicators, span), _below(members)
    applicable = standing.c.denominator != 0
    checked = case({state.value: place for place, state in enumerate(LEAST_CHECKED_FIRST)}, value=standing.c.state)
    return (
        select(
            below.c.code,
            standing.c.period,
            standing.c.place,
            func.coalesce(func.sum(standing.c.numerator).filter(applicable), 0).label("numerator"),
            func.coalesce(func.sum(standing.c.denominator).filter(applicable), 0).label("denominator"),
            func.count().filter(standing.c.months == 0).label("reported"),
            func.count().filter(standing.c.months > 0).label("carried"),
            func.count().filter(~below.c.required).label("unrequired"),
            func.min(checked).label("least_checked"),
        )
        .join(below, below.c.unit_code == standing.c.unit_code)
        .where(
            standing.c.period.between(span.first, span.last),
            standing.c.period.between(below.c.first, below.c.last),
        )
        .group_by(below.c.code, standing.c.period, standing.c.place)
    )


def _standing(view: View, codes: Collection[str], indicators: Sequence[Indicator], span: Span) -> Subquery:
    """Every return for its own period (`months` 0) and for those after it for which it stands in (`months` more)."""
    longest = view.plan.document.carry_months
    read = Span(add_months(span.first, -longest), span.last)
    sums = reported_sums(view, units=codes, indicators=indicators, span=read)
    following = select(
        sums,
        func.lead(sums.c.period)
        .over(partition_by=[sums.c.unit_code, sums.c.place], order_by=sums.c.period)
        .label("next"),
    ).subquery("following")
    carried = [place for place, indicator in enumerate(indicators) if is_carried(view.plan, indicator)]
    month: ColumnClause[Any] = literal_column("interval '1 month'")
    most = case(
        (following.c.next == following.c.period + month, 0),  # the usual case
        (following.c.place.in_(carried), longest),
        else_=0,
    )
    ahead = (
        func.generate_series(0, most).table_valued(column("months", Integer), name="ahead").render_derived().lateral()
    )
    period = cast(following.c.period + ahead.c.months * month, Date)
    return (
        select(
            following.c.unit_code,
            following.c.place,
            following.c.numerator,
            following.c.denominator,
            following.c.state,
            ahead.c.months,
            period.label("period"),
        )
        .join(ahead, or_(ahead.c.months == 0, following.c.next.is_(None), period < following.c.next))
        .subquery("standing")
    )


def _below(members: dict[str, tuple[Unit, ...]]) -> TableValuedAlias:
    """The reporting units below each rolled-up one, with the first and the last period in which they count."""
    rows = [
        (code, unit.code, *unit.periods, unit.figures_required) for code, below in members.items() for unit in below
    ]
    return as_table("below", rows, code=String, unit_code=String, first=Date, last=Date, required=Boolean)
