"""What a unit reported before: everything that the plan's checks hold a submission against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.asked_ahead import Asking, answer
from metrics.checks_over_months import stock_denominators
from metrics.comparisons import Compared, Values
from metrics.database import ReadSession
from metrics.models import Figure
from metrics.periods import add_months, last_owed, month_number
from metrics.plan.model import FlowMovedCheck, FrozenBaselineCheck, Nature, Plan, VanishedDenominatorCheck
from metrics.queries.wanted_rows import is_one_of

_COLUMNS = (Figure.unit_code, Figure.period, Figure.element_code, Figure.value)
# As text: a flood of posts asks this, and what is put together anew for every one costs as much as the answer.
_NEAR_AND_FIRST = text("""
select unit_code, period, element_code, value, false as first from figures
where unit_code = any(:units) and period between :since and :until
    and (period = any(:whole) or element_code = any(:looked_back_on))
union all (
    select distinct on (unit_code, element_code) unit_code, period, element_code, value, true from figures
    where unit_code = any(:units) and period < :before and element_code = any(:frozen)
    order by unit_code, element_code, period
)
order by period
""")


@dataclass(frozen=True, slots=True)
class EarlierFigures:
    """Of one unit, before one period: as :class:`metrics.comparisons.Compared` says, `last` of earlier periods only.

    `present`: the period's own values.
    """

    before: Values = field(default_factory=dict)
    seldom: Mapping[int, Values] = field(default_factory=dict)
    first: Values = field(default_factory=dict)
    flows: Mapping[str, Mapping[int, Decimal]] = field(default_factory=dict)
    last: Values = field(default_factory=dict)
    present: Values = field(default_factory=dict)

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
    session: ReadSession, plan: Plan, *, units: Collection[str], period: date, present: bool = False
) -> dict[str, EarlierFigures]:
    """The present figures of every one of `units` before `period`, as far as checks look at them.

    `present`: with those of the period itself, which are empty otherwise.
    """
    if not units:
        return {}
    recent = _recent(session, plan, units, period, present=present)
    last = _last(session, plan, recent, period)
    return {
        unit: EarlierFigures(
            before=before.before,
            seldom=before.seldom,
            first=before.first,
            flows=before.flows,
            last=last[unit],
            present=before.present,
        )
        for unit, before in recent.items()
    }


def asked_of_earlier_figures(plan: Plan, *, unit: str, period: date) -> Asking:
    """What :func:`earlier_figures` asks of one unit, with those of the period itself."""
    return _LookBack.of(plan, period).asked([unit], present=True)


def figures_owed_before(
    session: ReadSession, plan: Plan, *, units: Collection[str], period: date
) -> dict[str, dict[str, Decimal]]:
    """By unit the present value of each element in the newest month before `period` in which it was owed."""
    return {unit: recent.before for unit, recent in _recent(session, plan, units, period).items()} if units else {}


@dataclass(frozen=True, slots=True)
class _Recent:
    """Of one unit, as :class:`EarlierFigures` says; `newest`: the newest value of each element that was looked at
    before the period.
    """

    before: dict[str, Decimal] = field(default_factory=dict)
    seldom: dict[int, dict[str, Decimal]] = field(default_factory=dict)
    flows: dict[str, dict[int, Decimal]] = field(default_factory=dict)
    newest: dict[str, Decimal] = field(default_factory=dict)
    first: dict[str, Decimal] = field(default_factory=dict)
    present: dict[str, Decimal] = field(default_factory=dict)


def _recent(
    session: ReadSession, plan: Plan, units: Collection[str], period: date, *, present: bool = False
) -> dict[str, _Recent]:
    """What lies so far back as a check looks for flows, and as the last period in which anything was owed, and the
    oldest values of what must not move; with `present` the period itself: all by one statement.
    """
    back = _LookBack.of(plan, period)
    found = {unit: _Recent(flows={code: {} for code in back.flows}) for unit in units}
    for unit, month, element, value, first in answer(session, back.asked(units, present=present)):
        recent = found[unit]
        if first:
            recent.first[element] = value
            continue
        if month == period:
            recent.present[element] = value
            continue
        if month == back.last_month or element in back.rarely:  # of these every month was read
            recent.newest[element] = value
        if month == back.owed.get(element, back.last_month):
            recent.before[element] = value
        for apart, last in back.seldom.items():
            if month == last:
                recent.seldom.setdefault(apart, {})[element] = value
        if element in recent.flows and month >= back.looked_back:
            recent.flows[element][month_number(period) - month_number(month)] = value
    return found


@dataclass(frozen=True, slots=True)
class _LookBack:
    """How far back the plan's checks look from `period`, and on what."""

    period: date
    last_month: date
    looked_back: date
    since: date
    flows: tuple[str, ...]
    owed: Mapping[str, date]
    seldom: Mapping[int, date]
    rarely: frozenset[str]
    frozen: frozenset[str]

    @classmethod
    def of(cls, plan: Plan, period: date) -> _LookBack:
        months = max((check.months for check in plan.checks if isinstance(check, FlowMovedCheck)), default=0)
        last_month = add_months(period, -1)
        owed = {element.code: last_owed(last_month, element.owed.months_apart) for element in plan.elements}
        return cls(
            period=period,
            last_month=last_month,
            looked_back=add_months(period, -months),
            since=min([add_months(period, -max(months, 1)), *owed.values()]),
            flows=tuple(element.code for element in plan.elements if element.nature is Nature.FLOW) if months else (),
            owed=owed,
            seldom={apart: last_owed(last_month, apart) for apart in plan.months_apart.values() if apart != 1},
            rarely=frozenset(code for code, month in owed.items() if month != last_month),
            frozen=frozenset(check.element for check in plan.checks if isinstance(check, FrozenBaselineCheck)),
        )

    def asked(self, units: Collection[str], *, present: bool) -> Asking:
        whole = {self.last_month, *self.seldom.values(), *([self.period] if present else [])}
        asked = {
            "units": list(units),
            "since": self.since,
            "until": self.period if present else self.last_month,
            "before": self.period,
            "whole": sorted(whole),
            "looked_back_on": [*self.flows, *sorted(self.rarely)],
            "frozen": sorted(self.frozen),
        }
        return Asking(_NEAR_AND_FIRST, asked)


def _last(
    session: ReadSession, plan: Plan, recent: Mapping[str, _Recent], period: date
) -> dict[str, dict[str, Decimal]]:
    """The newest known value of every stock that is part of a denominator; mostly last month's."""
    if not any(isinstance(check, VanishedDenominatorCheck) for check in plan.checks):
        return {unit: {} for unit in recent}
    wanted = {code for form in stock_denominators(plan) for code in form.elements}
    lacking = [unit for unit, known in recent.items() if not wanted <= known.newest.keys()]
    older = _by_unit(session, _newest(lacking, wanted, before=period)) if lacking and wanted else {}
    return {
        unit: older.get(unit, {}) if unit in lacking else {code: known.newest[code] for code in wanted}
        for unit, known in recent.items()
    }


def _newest(units: Collection[str], elements: Collection[str], *, before: date) -> Select[str, date, str, Decimal]:
    """The newest value of each of `elements` in a period before `before`, of each of `units`."""
    return (
        select(*_COLUMNS)
        .where(is_one_of(Figure.unit_code, units), Figure.period < before, Figure.element_code.in_(sorted(elements)))
        .ext(distinct_on(Figure.unit_code, Figure.element_code))
        .order_by(Figure.unit_code, Figure.element_code, Figure.period.desc())
    )


def _by_unit(session: ReadSession, asked: Select[*tuple[Any, ...]]) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    for unit, _, element, value in session.execute(asked):
        found.setdefault(unit, {})[element] = value
    return found
