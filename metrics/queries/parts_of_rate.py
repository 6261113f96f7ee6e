"""What one verdict's figure is made of: the counts of a unit's submission, or the units' figures in a rolled-up one.

Between owed months a figure stands as it was sent for an earlier one, and a carried figure is of an earlier one too: of
which, is said with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.periods import Span, add_months, last_day, last_owed, period_numbered
from metrics.plan.model import Indicator
from metrics.queries.known_figures import known_figures
from metrics.queries.own_rates import own_rates
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.view import View
from metrics.rates import is_carried
from metrics.results import Rate
from metrics.stored_rates import ABSENT


@dataclass(frozen=True, slots=True)
class UnitPart:
    """One reporting unit in a rolled-up figure. `rate`: the one that counts, that of its own period if it was carried.

    `sent_for`: the month of the submission that said it, None for a unit that is not in the figure, whose rate is not
    reported. One whose denominator is 0 adds nothing.
    """

    unit_code: str
    rate: Rate
    carried: bool
    sent_for: date | None


def sent_for(session: ReadSession, view: View, *, unit: str, period: date, indicator: Indicator) -> date | None:
    """The month of the submission that the reporting unit's rate of `period` is from, None without a rate.

    That of `period`; between owed months the newest since the last owed one that says the whole of `indicator`.
    """
    since = last_owed(period, view.plan.months_apart[indicator.code])
    found = _months_sent(session, view, units=[unit], indicator=indicator, span=Span(since, period))
    return found[unit][-1] if unit in found else None


def counts_of(
    session: ReadSession, view: View, *, unit: str, sent_for: date, indicator: Indicator
) -> Mapping[str, Decimal]:
    """The counts from which `indicator` is computed in the unit's submission for the month `sent_for`, by element."""
    known = known_figures(view)
    rows = session.execute(
        select(known.c.element_code, known.c.value).where(
            known.c.unit_code == unit,
            known.c.period == sent_for,
            known.c.element_code.in_(indicator.elements),
        )
    )
    return {row.element_code: row.value for row in rows}


def _months_sent(
    session: ReadSession, view: View, *, units: Sequence[str], indicator: Indicator, span: Span
) -> dict[str, list[date]]:
    """By reporting unit the months of `span` for which it sent the whole of `indicator`, oldest first."""
    plan = view.plan
    sent = own_rates(session, view, units=units, indicators=[plan.indicators.index(indicator)], span=span)
    there = sent.denominators[:, 0] != ABSENT
    found: dict[str, list[date]] = {}
    for unit, month in sorted(zip(sent.unit[there].tolist(), sent.month[there].tolist(), strict=True)):
        begins, ends = plan.lives[units[unit]]
        if begins <= month <= ends:
            found.setdefault(units[unit], []).append(period_numbered(month))
    return found


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
    begins = last_owed(add_months(period, -months), view.plan.months_apart[indicator.code])
    sent = _months_sent(session, view, units=[*courses], indicator=indicator, span=Span(begins, period))
    return tuple(_part(courses[one.code], sent.get(one.code, [])) for one in below if one.code in courses)


def _part(course: list[Rate], sent: Sequence[date]) -> UnitPart:
    """The newest reported rate of the months that count, else the one that says that there is none."""
    now = course[-1]
    newest = next((rate for rate in reversed(course) if rate.reported), now)
    return UnitPart(
        unit_code=now.unit_code,
        rate=newest,
        carried=newest.period != now.period,
        sent_for=max((month for month in sent if month <= newest.period), default=None) if newest.reported else None,
    )
