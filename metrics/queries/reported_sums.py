"""Numerators and denominators as reported, summed by the database from the elements of one return."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Integer, Numeric, String, Values, any_, cast, column, func, select, values
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import Subquery

from metrics.plan.model import Indicator
from metrics.queries.known_figures import known_figures, known_states
from metrics.queries.view import View
from metrics.results import Basis, Exact


@dataclass(frozen=True, slots=True)
class Span:
    """Periods, first days of months, both ends included."""

    first: date
    last: date


def reported_sums(view: View, *, units: Collection[str], indicators: Collection[Indicator], span: Span) -> Subquery:
    """What was reported of `indicators`, one row per unit × period × indicator.

    Columns: unit_code, period, indicator_code, numerator, denominator (constants included), state. An indicator of
    which an element is unreported has no row, and on the basis `verified` neither has a return that is not.
    """
    known, states, parts = known_figures(view), known_states(view, between=(span.first, span.last)), _parts(indicators)
    query = (
        select(
            known.c.unit_code,
            known.c.period,
            parts.c.indicator_code,
            (func.sum(known.c.value * parts.c.in_numerator) + parts.c.more_above).label("numerator"),
            (func.sum(known.c.value * parts.c.in_denominator) + parts.c.more_below).label("denominator"),
            states.c.state,
        )
        .join(parts, parts.c.element_code == known.c.element_code)
        .join(states, states.c.submission_id == known.c.submission_id)
        .where(
            known.c.period.between(span.first, span.last),
            known.c.unit_code == any_(cast(sorted(units), ARRAY(String))),
        )
        .group_by(
            known.c.unit_code,
            known.c.period,
            parts.c.indicator_code,
            states.c.state,
            parts.c.elements,
            parts.c.more_above,
            parts.c.more_below,
        )
        .having(func.count() == parts.c.elements)
    )
    if view.basis is Basis.VERIFIED:
        query = query.where(states.c.state == "verified")
    return query.subquery("sums")


def exact(value: Decimal) -> Exact:
    """`value` without its decimal context; whole numbers, the usual case, as whole numbers."""
    whole = int(value)
    return whole if whole == value else Fraction(value)


def _parts(indicators: Collection[Indicator]) -> Values:
    """The indicators' linear forms as a table: one row per indicator × element."""
    rows = []
    for indicator in indicators:
        above = {term.element: term.times for term in indicator.numerator.terms}
        below = {term.element: term.times for term in indicator.denominator.terms}
        constants = indicator.numerator.constant, indicator.denominator.constant
        elements = indicator.elements
        rows += [
            (indicator.code, code, above.get(code, 0), below.get(code, 0), len(elements), *constants)
            for code in elements
        ]
    return values(
        column("indicator_code", String),
        column("element_code", String),
        column("in_numerator", Integer),
        column("in_denominator", Integer),
        column("elements", Integer),
        column("more_above", Numeric),
        column("more_below", Numeric),
        name="parts",
    ).data(rows or [("", "", 0, 0, 0, 0, 0)])
