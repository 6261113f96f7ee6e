"""Rows of the units and months that a reader asked for: one condition for every query that has both columns."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, SQLColumnExpression

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


class UnitsAndMonths(Protocol):
    """What is asked for; empty and None mean all. Both bounds are included."""

    @property
    def units(self) -> Collection[str]: ...
    @property
    def periods(self) -> Collection[date]: ...
    @property
    def period_from(self) -> date | None: ...
    @property
    def period_to(self) -> date | None: ...


def wanted_rows(
    query: Query, wanted: UnitsAndMonths, *, unit: SQLColumnExpression[str], period: SQLColumnExpression[date]
) -> Query:
    """`query` with only the rows whose `unit` and `period` are `wanted`."""
    if wanted.units:
        query = query.where(unit.in_(wanted.units))
    if wanted.periods:
        query = query.where(period.in_(wanted.periods))
    if wanted.period_from is not None:
        query = query.where(period >= wanted.period_from)
    if wanted.period_to is not None:
        query = query.where(period <= wanted.period_to)
    return query
