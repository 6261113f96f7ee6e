"""Where series break: a unit took another one up, what a unit adds up changed, or a count is defined otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import Observation, PlanRecord
from metrics.periods import add_months, period_of
from metrics.plan.model import Plan, Unit
from metrics.queries.known_figures import known_figures
from metrics.queries.view import View

_DEFINING = ("name", "unit_of_measure", "nature")  # of an element's record: what makes it another count


@dataclass(frozen=True, slots=True)
class Breaks:
    """`units`: unit and the first month of what it is since; `counts`: unit, element and the first month so counted.

    The value of a count is what was reported for that month as it was defined before, None where nothing was.
    """

    units: frozenset[tuple[str, date]] = frozenset()
    counts: Mapping[tuple[str, str, date], Decimal | None] = field(default_factory=dict)


def breaks(session: ReadSession, view: View) -> Breaks:
    """Every break in the series that `view` shows."""
    return Breaks(frozenset(_of_units(view.plan)), dict(_of_counts(session, view)))


def _of_units(plan: Plan) -> Iterator[tuple[str, date]]:
    for unit in plan.reporting_units:
        if unit.merged_into is not None:
            yield unit.merged_into, _first_without(unit)
        changes = [] if unit.valid_from is None else [period_of(unit.valid_from)]
        changes += [] if unit.valid_to is None else [_first_without(unit)]
        above = unit.parent
        while above is not None:
            yield from ((above, month) for month in changes)
            above = plan.unit_by_code[above].parent


def _first_without(unit: Unit) -> date:
    return add_months(unit.periods[1], 1)


def _of_counts(session: ReadSession, view: View) -> Iterator[tuple[tuple[str, str, date], Decimal | None]]:
    for code, since in _redefined(session, view):
        known = known_figures(view).c
        query = select(known.unit_code, known.period, known.seq).where(known.element_code == code)
        before: tuple[str, int] | None = None
        for unit, period, seq in session.execute(query.order_by(known.unit_code, known.period)):
            if before is not None and before[0] == unit and before[1] < since <= seq:
                yield (unit, code, period), _counted_before(session, unit, code, period, since=since)
            before = unit, seq


def _redefined(session: ReadSession, view: View) -> Iterator[tuple[str, int]]:
    """Elements that are defined otherwise than before, each with the entry since which they are."""
    record = PlanRecord
    query = select(record.code, record.seq, record.content).where(record.kind == "element", record.seq <= view.seq)
    held: dict[str, Any] = {}
    for code, seq, content in session.execute(query.order_by(record.seq, record.version)):
        means = None if content is None else [content.get(name) for name in _DEFINING]
        if code in held and means is not None and held[code] != means:
            yield code, seq
        held[code] = means or held.get(code)


def _counted_before(session: ReadSession, unit: str, code: str, period: date, *, since: int) -> Decimal | None:
    cell = Observation
    return session.scalar(
        select(cell.value)
        .where(cell.unit_code == unit, cell.element_code == code, cell.period == period, cell.seq < since)
        .order_by(cell.revision.desc())
        .limit(1)
    )
