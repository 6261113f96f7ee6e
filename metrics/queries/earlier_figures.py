"""What a unit reported before: everything that the plan's checks hold a submission against."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.checks_over_months import stock_denominators
from metrics.comparisons import Compared, Values
from metrics.database import ReadSession
from metrics.models import Figure
from metrics.periods import add_months, last_owed, month_number
from metrics.plan.model import FlowMovedCheck, FrozenBaselineCheck, Nature, Plan, VanishedDenominatorCheck


@dataclass(frozen=True, slots=True)
class EarlierFigures:
    """Of one unit, before one period: as :class:`metrics.comparisons.Compared` says, `last` of earlier periods only."""

    before: Values = field(default_factory=dict)
    seldom: Mapping[int, Values] = field(default_factory=dict)
    first: Values = field(default_factory=dict)
    flows: Mapping[str, Mapping[int, Decimal]] = field(default_factory=dict)
    last: Values = field(default_factory=dict)

    def compared(self, now: Values, *, posted: Collection[str], known: Values | None = None) -> Compared:
        """What checks look at. `known`: the period's own values before the submission."""
        return Compared(
            now=now,
            posted=frozenset(posted),
            before=self.before,
            seldom=self.seldom,
            first=self.first,
            flows=self.flows,
            last={**self.last, **(known or {})},
        )


def earlier_figures(
    session: ReadSession, plan: Plan, *, units: Collection[str], period: date
) -> dict[str, EarlierFigures]:
    """The present figures of every one of `units` for the periods before `period`, as far as checks look at them."""
    if not units:
        return {}
    recent = _recent(session, plan, units, period)
    frozen = {check.element for check in plan.checks if isinstance(check, FrozenBaselineCheck)}
    first = _outermost(session, units, frozen, before=period, newest=False)
    last = _last(session, plan, recent, period)
    return {
        unit: EarlierFigures(
            before=before.before,
            seldom=before.seldom,
            first=first.get(unit, {}),
            flows=before.flows,
            last=last[unit],
        )
        for unit, before in recent.items()
    }


def figures_owed_before(
    session: ReadSession, plan: Plan, *, units: Collection[str], period: date
) -> dict[str, dict[str, Decimal]]:
    """By unit the present value of each element in the newest month before `period` in which it was owed."""
    return {unit: recent.before for unit, recent in _recent(session, plan, units, period).items()} if units else {}


@dataclass(frozen=True, slots=True)
class _Recent:
    """Of one unit, as :class:`EarlierFigures` says; `newest`: the newest value of each element that was looked at."""

    before: dict[str, Decimal] = field(default_factory=dict)
    seldom: dict[int, dict[str, Decimal]] = field(default_factory=dict)
    flows: dict[str, dict[int, Decimal]] = field(default_factory=dict)
    newest: dict[str, Decimal] = field(default_factory=dict)


def _recent(session: ReadSession, plan: Plan, units: Collection[str], period: date) -> dict[str, _Recent]:
    """What lies so far back as a check looks for flows, and as the last period in which anything was owed."""
    months = max((check.months for check in plan.checks if isinstance(check, FlowMovedCheck)), default=0)
    flows = [element.code for element in plan.elements if element.nature is Nature.FLOW] if months else []
    last_month = add_months(period, -1)
    owed = {element.code: last_owed(last_month, element.owed.months_apart) for element in plan.elements}
    seldom = {apart: last_owed(last_month, apart) for apart in plan.months_apart.values() if apart != 1}
    since = min([add_months(period, -max(months, 1)), *owed.values()])
    rarely = {code for code, month in owed.items() if month != last_month}
    rows = session.execute(
        select(Figure.unit_code, Figure.period, Figure.element_code, Figure.value)
        .where(
            Figure.unit_code.in_(list(units)),
            Figure.period.between(since, last_month),
            or_(Figure.period.in_({last_month, *seldom.values()}), Figure.element_code.in_([*flows, *rarely])),
        )
        .order_by(Figure.period)
    )
    looked_back = add_months(period, -months)
    found = {unit: _Recent(flows={code: {} for code in flows}) for unit in units}
    for unit, month, element, value in rows:
        recent = found[unit]
        if month == last_month or element in rarely:  # of these every month was read
            recent.newest[element] = value
        if month == owed.get(element, last_month):
            recent.before[element] = value
        for apart, last in seldom.items():
            if month == last:
                recent.seldom.setdefault(apart, {})[element] = value
        if element in recent.flows and month >= looked_back:
            recent.flows[element][month_number(period) - month_number(month)] = value
    return found


def _last(
    session: ReadSession, plan: Plan, recent: Mapping[str, _Recent], period: date
) -> dict[str, dict[str, Decimal]]:
    """The newest known value of every stock that is part of a denominator; mostly last month's."""
    if not any(isinstance(check, VanishedDenominatorCheck) for check in plan.checks):
        return {unit: {} for unit in recent}
    wanted = {code for form in stock_denominators(plan) for code in form.elements}
    lacking = [unit for unit, known in recent.items() if not wanted <= known.newest.keys()]
    older = _outermost(session, lacking, wanted, before=period, newest=True) if lacking else {}
    return {
        unit: older.get(unit, {}) if unit in lacking else {code: known.newest[code] for code in wanted}
        for unit, known in recent.items()
    }


def _outermost(
    session: ReadSession, units: Collection[str], elements: Collection[str], *, before: date, newest: bool
) -> dict[str, dict[str, Decimal]]:
    """By unit, the newest or the oldest value of each of `elements` in a period before `before`."""
    if not elements:
        return {}
    rows = session.execute(
        select(Figure.unit_code, Figure.element_code, Figure.value)
        .where(Figure.unit_code.in_(list(units)), Figure.period < before, Figure.element_code.in_(sorted(elements)))
        .ext(distinct_on(Figure.unit_code, Figure.element_code))
        .order_by(Figure.unit_code, Figure.element_code, Figure.period.desc() if newest else Figure.period)
    )
    return _by_unit((row.unit_code, row.element_code, row.value) for row in rows)


def figures_by_unit(session: ReadSession, units: Collection[str], period: date) -> dict[str, dict[str, Decimal]]:
    """The present values for `period` by unit; a unit without any is left out."""
    rows = session.execute(
        select(Figure.unit_code, Figure.element_code, Figure.value).where(
            Figure.period == period, Figure.unit_code.in_(list(units))
        )
    )
    return _by_unit((row.unit_code, row.element_code, row.value) for row in rows)


def _by_unit(rows: Iterable[Any]) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    for unit, element, value in rows:
        found.setdefault(unit, {})[element] = value
    return found
