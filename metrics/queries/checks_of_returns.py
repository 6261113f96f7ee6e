"""What the plan's checks say of returns as they stand, and what the clerks said to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.checks import CheckWarning, Compared, run_checks
from metrics.database import ReadSession
from metrics.errors import Problem
from metrics.models import Figure
from metrics.periods import add_months
from metrics.plan.model import FrozenBaselineCheck, Plan
from metrics.queries.submissions import SubmissionEventRow

Values = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class StandingWarning:
    """A warning of a return as it stands. `by` and `at`: who acknowledged it and when, None if nobody did."""

    warning: CheckWarning
    by: str | None = None
    at: datetime | None = None

    @property
    def acknowledged(self) -> bool:
        return self.by is not None


@dataclass(frozen=True, slots=True)
class ReturnChecks:
    """`failed`: checks that would refuse the return today, after the plan or last month's figures changed."""

    failed: tuple[Problem, ...]
    warnings: tuple[StandingWarning, ...]

    @property
    def unacknowledged(self) -> int:
        return sum(1 for warning in self.warnings if not warning.acknowledged)


def checks_of_returns(
    session: ReadSession, plan: Plan, *, period: date, events: Mapping[str, Sequence[SubmissionEventRow]]
) -> dict[str, ReturnChecks]:
    """The checks over the whole returns for `period` of the units in `events` (unit → the return's events).

    Every figure of a return is looked at, whichever revision set it, beside last month's as they stand. A warning
    counts as acknowledged only if a clerk gave a reason for it with these very numbers.
    """
    if not events:
        return {}
    now = _figures(session, events, period)
    before = _figures(session, events, add_months(period, -1))
    first = _first_values(session, plan, events, before=period)
    found = {}
    for unit, happened in events.items():
        values = now.get(unit, {})
        compared = Compared(
            now=values, posted=frozenset(values), before=before.get(unit, {}), first=first.get(unit, {})
        )
        failed, warnings = run_checks(plan, compared, acknowledged={})
        found[unit] = ReturnChecks(tuple(failed), tuple(_answered(warning, happened) for warning in warnings))
    return found


def _answered(warning: CheckWarning, events: Sequence[SubmissionEventRow]) -> StandingWarning:
    """`warning` with the newest reason that was given for it."""
    for event in reversed(events):
        for told in event.detail.get("warnings", ()):
            if _same(told, warning) and told["acknowledged"]:
                reasoned = replace(warning, acknowledged=str(told["acknowledged"]))
                return StandingWarning(reasoned, event.actor, event.recorded_at)
    return StandingWarning(warning)


def _same(told: Mapping[str, Any], warning: CheckWarning) -> bool:
    return (told["code"], told["element"], told["indicator"], told["given"]) == (
        warning.code,
        warning.element,
        warning.indicator,
        warning.given,
    )


def _figures(session: ReadSession, units: Mapping[str, object], period: date) -> dict[str, dict[str, Decimal]]:
    rows = session.execute(
        select(Figure.unit_code, Figure.element_code, Figure.value).where(
            Figure.period == period, Figure.unit_code.in_(list(units))
        )
    )
    return _by_unit((row.unit_code, row.element_code, row.value) for row in rows)


def _first_values(
    session: ReadSession, plan: Plan, units: Mapping[str, object], *, before: date
) -> dict[str, dict[str, Decimal]]:
    """The units' earliest values of the elements that a check holds frozen, of periods before `before`."""
    frozen = [check.element for check in plan.checks if isinstance(check, FrozenBaselineCheck)]
    if not frozen:
        return {}
    rows = session.execute(
        select(Figure.unit_code, Figure.element_code, Figure.value)
        .where(Figure.unit_code.in_(list(units)), Figure.period < before, Figure.element_code.in_(frozen))
        .ext(distinct_on(Figure.unit_code, Figure.element_code))
        .order_by(Figure.unit_code, Figure.element_code, Figure.period)
    )
    return _by_unit((row.unit_code, row.element_code, row.value) for row in rows)


def _by_unit(rows: Any) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    for unit, element, value in rows:
        found.setdefault(unit, {})[element] = value
    return found
