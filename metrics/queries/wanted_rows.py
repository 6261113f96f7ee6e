"""Rows that a reader asked for, of units and months or of units and phases: one condition for all such queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Text, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY

from metrics.queries.view import View

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


def is_one_of(column: SQLColumnExpression[str], codes: Collection[str]) -> ColumnElement[bool]:
    """True of a row whose `column` is one of `codes`, which are one parameter, however many a country has of them."""
    return column == any_(literal(sorted(codes), ARRAY(Text)))


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
        query = query.where(is_one_of(unit, wanted.units))
    if wanted.periods:
        query = query.where(period.in_(wanted.periods))
    if wanted.period_from is not None:
        query = query.where(period >= wanted.period_from)
    if wanted.period_to is not None:
        query = query.where(period <= wanted.period_to)
    return query


def wanted_in_rounds(
    query: Query,
    view: View,
    *,
    phases: Collection[str],
    units: Collection[str],
    phase: SQLColumnExpression[str],
    unit: SQLColumnExpression[str],
) -> Query:
    """`query` with only the rows of the phases and units asked for (empty: all) that the view tells of: to a unit's own
    people those of their units.
    """
    if phases:
        query = query.where(phase.in_(phases))
    return wanted_of_units(query, view, units=units, unit=unit)


def wanted_of_units(query: Query, view: View, *, units: Collection[str], unit: SQLColumnExpression[str]) -> Query:
    """`query` with only the rows of the units asked for (empty: all) that the view tells of, as above."""
    if units:
        query = query.where(is_one_of(unit, units))
    return query if view.own is None else query.where(is_one_of(unit, view.own))
