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
    first: Values = field(default_factory=dict)
    flows: Mapping[str, Mapping[int, Decimal]] = field(default_factory=dict)
    last: Values = field(default_factory=dict)

    def compared(self, now: Values, *, posted: Collection[str], known: Values | None = None) -> Compared:
        """What checks look at. `known`: the period's own values before the submission."""
        return Compared(
            now=now,
            posted=frozenset(posted),
            before=self.before,
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
    before, flows = _recent(session, plan, units, period)
    frozen = {check.element for check in plan.checks if isinstance(check, FrozenBaselineCheck)}
    first = _outermost(session, units, frozen, before=period, newest=False)
    last = _last(session, plan, before, period)
    return {unit: EarlierFigures(before[unit], first.get(unit, {}), flows[unit], last[unit]) for unit in before}


def _recent(
    session: ReadSession, plan: Plan, units: Collection[str], period: date
) -> tuple[dict[str, dict[str, Decimal]], dict[str, dict[str, dict[int, Decimal]]]]:
    """The values of the period before, of what is owed less often those of the last in which it was; and of flows those
    of as many months as a check looks back.
    """
    months = max((check.months for check in plan.checks if isinstance(check, FlowMovedCheck)), default=0)
    codes = [element.code for element in plan.elements if element.nature is Nature.FLOW] if months else []
    last_month = add_months(period, -1)
    owed = {element.code: last_owed(last_month, element.owed.months_apart) for element in plan.elements}
    rarely = [code for code, month in owed.items() if month != last_month]
    since = min([add_months(period, -max(months, 1)), *owed.values()])
    rows = session.execute(
        select(Figure.unit_code, Figure.period, Figure.element_code, Figure.value).where(
            Figure.unit_code.in_(list(units)),
            Figure.period.between(since, last_month),
            or_(Figure.period == last_month, Figure.element_code.in_([*codes, *rarely])),
        )
    )
    before: dict[str, dict[str, Decimal]] = {unit: {} for unit in units}
    flows: dict[str, dict[str, dict[int, Decimal]]] = {unit: {code: {} for code in codes} for unit in units}
    for unit, month, element, value in rows:
        if month == owed.get(element, last_month):
            before[unit][element] = value
        if element in flows[unit] and month >= add_months(period, -months):
            flows[unit][element][month_number(period) - month_number(month)] = value
    return before, flows


def _last(
    session: ReadSession, plan: Plan, before: Mapping[str, Values], period: date
) -> dict[str, dict[str, Decimal]]:
    """The newest known value of every stock that is part of a denominator; mostly last month's."""
    if not any(isinstance(check, VanishedDenominatorCheck) for check in plan.checks):
        return {unit: {} for unit in before}
    wanted = {code for form in stock_denominators(plan) for code in form.elements}
    lacking = [unit for unit, values in before.items() if not wanted <= values.keys()]
    older = _outermost(session, lacking, wanted, before=period, newest=True) if lacking else {}
    return {
        unit: older.get(unit, {}) if unit in lacking else {code: values[code] for code in wanted}
        for unit, values in before.items()
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
