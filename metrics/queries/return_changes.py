"""What a return would change, and what the plan's checks say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from metrics.checks import CheckWarning, run_checks
from metrics.database import ReadSession
from metrics.errors import Problem
from metrics.forms import incomplete_blocks
from metrics.models import Figure
from metrics.plan.model import Plan
from metrics.queries.earlier_figures import EarlierFigures, earlier_figures
from metrics.returns import ReadReturn


@dataclass(frozen=True, slots=True)
class ReturnChanges:
    """`known`: the period's values before the return, `changed`: what it changes of them, in the form's order.

    `before`: the values of the period before. `problems`: blocks left half empty and failed checks.
    """

    known: Mapping[str, Decimal]
    before: Mapping[str, Decimal]
    changed: Mapping[str, Decimal]
    problems: tuple[Problem, ...]
    warnings: tuple[CheckWarning, ...]

    @property
    def after(self) -> dict[str, Decimal]:
        """The period's values once the return is recorded."""
        return {**self.known, **self.changed}


def return_changes(session: ReadSession, plan: Plan, sent: ReadReturn, *, excepting: bool) -> ReturnChanges:
    """Hold `sent` against the unit's figures.

    An element that `sent` leaves out keeps its value; a cell that cannot be read has none. `excepting`: whoever sends
    it may except errors as :func:`metrics.checks.run_checks` says.
    """
    unit, period, values = sent.request.unit, sent.period, sent.parsed.values
    known: dict[str, Decimal] = {}
    earlier = EarlierFigures()
    if period is not None and sent.placed:
        known = figures_of(session, unit, period)
        earlier = earlier_figures(session, plan, units=[unit], period=period)[unit]
    readable = {code: value for code, value in known.items() if code not in sent.parsed.posted}
    compared = earlier.compared({**readable, **values}, posted=values.keys(), known=known)
    failed, warnings = run_checks(plan, compared, acknowledged=sent.request.acknowledged, excepting=excepting)
    return ReturnChanges(
        known=known,
        before=earlier.before,
        changed={code: value for code, value in values.items() if known.get(code) != value},
        problems=(*incomplete_blocks(plan, posted=sent.parsed.posted, known=known), *failed),
        warnings=tuple(warnings),
    )


def figures_of(session: ReadSession, unit: str, period: date) -> dict[str, Decimal]:
    """The present values of a unit's return for `period`; empty without one."""
    rows = session.execute(
        select(Figure.element_code, Figure.value).where(Figure.unit_code == unit, Figure.period == period)
    )
    return {row.element_code: row.value for row in rows}
