"""Numerators and denominators as reported, summed by the database from the elements of one return."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Integer, String, TableValuedAlias, any_, cast, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import Subquery
from sqlalchemy.types import TypeEngine

from metrics.models import Submission
from metrics.plan.model import Indicator
from metrics.queries.known_figures import known_figures, known_states
from metrics.queries.view import View
from metrics.results import Basis, Exact


@dataclass(frozen=True, slots=True)
class Span:
    """Periods, first days of months, both ends included."""

    first: date
    last: date


def reported_sums(view: View, *, units: Collection[str], indicators: Sequence[Indicator], span: Span) -> Subquery:
    """What was reported of `indicators`, one row per unit × period × indicator.

    `units` narrows what is read; where they are as many as report, rows of units that the plan no longer has may come.
    Columns: unit_code, period, place (of the indicator in `indicators`), numerator, denominator (constants included),
    state. An indicator of which an element is unreported has no row, and on the basis `verified` neither has a return
    that is not. The sums are made by return, before anything is looked up for them: numbers group faster than texts.
    """
    sums = _sums_by_return(view, units=units, indicators=indicators, span=span)
    states = known_states(view, between=(span.first, span.last))
    query = (
        select(
            Submission.unit_code, Submission.period, sums.c.place, sums.c.numerator, sums.c.denominator, states.c.state
        )
        .join(sums, sums.c.submission_id == Submission.id)
        .join(states, states.c.submission_id == sums.c.submission_id)
        .where(Submission.period.between(span.first, span.last))
    )
    if view.basis is Basis.VERIFIED:
        query = query.where(states.c.state == "verified")
    return query.subquery("reported")


def _sums_by_return(view: View, *, units: Collection[str], indicators: Sequence[Indicator], span: Span) -> Subquery:
    known, parts = known_figures(view), _parts(indicators)
    elements = sorted({code for indicator in indicators for code in indicator.elements})
    query = (
        select(
            known.c.submission_id,
            parts.c.place,
            (func.sum(known.c.value * parts.c.in_numerator) + func.max(parts.c.more_above)).label("numerator"),
            (func.sum(known.c.value * parts.c.in_denominator) + func.max(parts.c.more_below)).label("denominator"),
        )
        .join(parts, parts.c.element_code == known.c.element_code)
        .where(
            known.c.period.between(span.first, span.last),
            known.c.element_code == any_(cast(elements, ARRAY(String))),
        )
        .group_by(known.c.submission_id, parts.c.place)
        .having(func.count() == func.max(parts.c.elements))
    )
    if len(units) < len(view.plan.reporting_units):  # else looking whether each row's unit is one of all is wasted
        query = query.where(known.c.unit_code == any_(cast(sorted(units), ARRAY(String))))
    return query.subquery("sums")


def exact(value: Decimal) -> Exact:
    """`value` without its decimal context; whole numbers, the usual case, as whole numbers."""
    whole = int(value)
    return whole if whole == value else Fraction(value)


def _parts(indicators: Sequence[Indicator]) -> TableValuedAlias:
    """The indicators' linear forms as a table: one row per indicator × element."""
    rows = []
    for place, indicator in enumerate(indicators):
        above = {term.element: term.times for term in indicator.numerator.terms}
        below = {term.element: term.times for term in indicator.denominator.terms}
        constants = indicator.numerator.constant, indicator.denominator.constant
        elements = indicator.elements
        rows += [(place, code, above.get(code, 0), below.get(code, 0), len(elements), *constants) for code in elements]
    return as_table(
        "parts",
        rows,
        place=Integer,
        element_code=String,
        in_numerator=Integer,
        in_denominator=Integer,
        elements=Integer,
        more_above=Integer,
        more_below=Integer,
    )


def as_table(name: str, rows: Sequence[Sequence[Any]], **columns: type[TypeEngine[Any]]) -> TableValuedAlias:
    """`rows` as a table of the given columns; unlike VALUES, statements with it are compiled once."""
    arrays = [cast([row[place] for row in rows], ARRAY(kind)) for place, kind in enumerate(columns.values())]
    named = [column(label, kind) for label, kind in columns.items()]
    return func.unnest(*arrays).table_valued(*named).render_derived(name=name)
