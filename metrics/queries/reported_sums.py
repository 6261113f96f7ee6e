"""Numerators and denominators as reported, summed by the database from the elements of one return."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Integer, String, Values, any_, cast, column, func, select, values
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import Subquery

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
    return (
        select(
            known.c.submission_id,
            parts.c.place,
            (func.sum(known.c.value * parts.c.in_numerator) + func.max(parts.c.more_above)).label("numerator"),
            (func.sum(known.c.value * parts.c.in_denominator) + func.max(parts.c.more_below)).label("denominator"),
        )
        .join(parts, parts.c.element_code == known.c.element_code)
        .where(
            known.c.period.between(span.first, span.last),
            known.c.unit_code == any_(cast(sorted(units), ARRAY(String))),
        )
        .group_by(known.c.submission_id, parts.c.place)
        .having(func.count() == func.max(parts.c.elements))
        .subquery("sums")
    )


def exact(value: Decimal) -> Exact:
    """`value` without its decimal context; whole numbers, the usual case, as whole numbers."""
    whole = int(value)
    return whole if whole == value else Fraction(value)


def _parts(indicators: Sequence[Indicator]) -> Values:
    """The indicators' linear forms as a table: one row per indicator × element."""
    rows = []
    for place, indicator in enumerate(indicators):
        above = {term.element: term.times for term in indicator.numerator.terms}
        below = {term.element: term.times for term in indicator.denominator.terms}
        constants = indicator.numerator.constant, indicator.denominator.constant
        elements = indicator.elements
        rows += [(place, code, above.get(code, 0), below.get(code, 0), len(elements), *constants) for code in elements]
    return values(
        column("place", Integer),
        column("element_code", String),
        column("in_numerator", Integer),
        column("in_denominator", Integer),
        column("elements", Integer),
        column("more_above", Integer),
        column("more_below", Integer),
        name="parts",
    ).data(rows or [(0, "", 0, 0, 0, 0, 0)])
