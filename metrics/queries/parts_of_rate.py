"""What one verdict's figure is made of: the counts of a unit's submission, or the units' figures in a rolled-up one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.periods import add_months, last_day, last_owed
from metrics.plan.model import Indicator
from metrics.queries.known_figures import known_figures
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.view import View
from metrics.rates import is_carried
from metrics.results import Rate


@dataclass(frozen=True, slots=True)
class UnitPart:
    """One reporting unit in a rolled-up figure. `rate`: the one that counts, that of its own period if it was carried.

    A unit that is not in the figure has a rate that is not reported; one whose denominator is 0 adds nothing.
    """

    unit_code: str
    rate: Rate
    carried: bool


def counts_of(
    session: ReadSession, view: View, *, unit: str, period: date, indicator: Indicator
) -> Mapping[str, Decimal]:
    """The counts from which `indicator` of the period is computed, by element; empty without any.

    Those of its submission; in a month between owed ones those that stand in it.
    """
    known = known_figures(view)
    since = last_owed(period, view.plan.months_apart[indicator.code])
    rows = session.execute(
        select(known.c.element_code, known.c.value)
        .where(
            known.c.unit_code == unit,
            known.c.period.between(since, period),
            known.c.element_code.in_(indicator.elements),
        )
        .order_by(known.c.period)
    )
    return {row.element_code: row.value for row in rows}


def parts_of_rate(
    session: ReadSession, view: View, *, unit: str, period: date, indicator: Indicator
) -> tuple[UnitPart, ...]:
    """Every reporting unit below `unit` in `period`, in display order, with the figure that it has in the sum."""
    below = [member for member in view.plan.reporting_units_under(unit) if member.exists_on(last_day(period))]
    months = view.plan.document.carry_months if is_carried(view.plan, indicator) else 0
    wanted = Wanted(
        units={member.code for member in below},
        indicators=[indicator.code],
        period_from=add_months(period, -months),
        period_to=period,
    )
    courses: dict[str, list[Rate]] = {}
    for rate in rates_by_unit(session, view, wanted=wanted):
        courses.setdefault(rate.unit_code, []).append(rate)
    return tuple(_part(courses[member.code]) for member in below if member.code in courses)


def _part(course: list[Rate]) -> UnitPart:
    """The newest reported rate of the months that count, else the one that says that there is none."""
    now = course[-1]
    newest = next((rate for rate in reversed(course) if rate.reported), now)
    return UnitPart(unit_code=now.unit_code, rate=newest, carried=newest.period != now.period)
