"""The newest value of every count of one unit, and in how many versions it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.database import ReadSession
from metrics.queries.observations import Chosen, chosen_values
from metrics.queries.view import View


@dataclass(frozen=True, slots=True)
class NewestCount:
    """`period`: the newest for which the count is known; `versions`: how many values of it are known, at least 1."""

    element: str
    period: date
    value: Decimal
    state: str
    versions: int


def newest_counts(session: ReadSession, view: View, *, unit: str, until: date) -> dict[str, NewestCount]:
    """By element, of the periods up to `until`; what was never sent, or the reader may not see, is not there."""
    chosen = Chosen(units=[unit], period_to=until)
    known = chosen_values(view, chosen).subquery("known")
    newest = (
        select(known.c.element_code, known.c.period, known.c.value, known.c.state)
        .ext(distinct_on(known.c.element_code))
        .order_by(known.c.element_code, known.c.period.desc())
        .subquery("newest")
    )
    every = chosen_values(view, Chosen(units=[unit], period_to=until, history=True)).subquery("every")
    query = (
        select(newest, func.count(every.c.seq))
        .join(every, (every.c.element_code == newest.c.element_code) & (every.c.period == newest.c.period))
        .group_by(*newest.c)
    )
    return {row[0]: NewestCount(*row) for row in session.execute(query)}
