"""Assessments beside what was reported."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from metrics.assessments import assessed_value, assessment_etag, sample_interval
from metrics.database import ReadSession
from metrics.estimates import Interval
from metrics.models import Assessment
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.view import View
from metrics.results import Rate


@dataclass(frozen=True, slots=True)
class Assessed:
    """One revision of one assessment and the reported value of the same unit, period and indicator.

    `value`, `interval` and `gap` (assessed less reported) are in the indicator's unit of measure. `reported` is None
    where nothing was reported or may be seen (`hidden`); it is what the view knows, whatever was known when assessed.
    """

    recorded: Assessment
    value: Fraction
    interval: Interval | None
    reported: Rate | None
    hidden: bool

    @property
    def gap(self) -> Fraction | None:
        if self.reported is None or self.reported.value is None:
            return None
        return self.value - self.reported.value

    @property
    def etag(self) -> str:
        return assessment_etag(self.recorded.id, self.recorded.revision)


def assessments(
    session: ReadSession,
    view: View,
    *,
    ids: Collection[int] = (),
    units: Collection[str] = (),
    indicators: Collection[str] = (),
    methods: Collection[str] = (),
    period_from: date | None = None,
    period_to: date | None = None,
    history: bool = False,
    after_seq: int | None = None,
) -> list[Assessed]:
    """What was assessed by the view, in the order of recording; with `history` every revision, else the newest.

    Empty filters mean all. Of a view with `own` units they are those of these units.
    """
    query = select(Assessment).where(Assessment.seq <= view.seq)
    if view.own is not None:
        query = query.where(Assessment.unit_code.in_(view.own))
    for column, chosen in (
        (Assessment.id, ids),
        (Assessment.unit_code, units),
        (Assessment.indicator_code, indicators),
        (Assessment.method, methods),
    ):
        if chosen:
            query = query.where(column.in_(chosen))
    if period_from is not None:
        query = query.where(Assessment.period >= period_from)
    if period_to is not None:
        query = query.where(Assessment.period <= period_to)
    if not history:
        query = query.ext(distinct_on(Assessment.id)).order_by(Assessment.id, Assessment.revision.desc())
    found = aliased(Assessment, query.subquery())
    newest = select(found).order_by(found.seq)
    if after_seq is not None:
        newest = newest.where(found.seq > after_seq)
    rows = list(session.scalars(newest))
    reported = _reported(session, view, rows)
    return [_assessed(view, row, reported) for row in rows]


_Cell = tuple[str, date, str]


def _reported(session: ReadSession, view: View, rows: Collection[Assessment]) -> dict[_Cell, Rate]:
    if not rows:
        return {}
    wanted = Wanted(
        units={row.unit_code for row in rows},
        indicators={row.indicator_code for row in rows},
        period_from=min(row.period for row in rows),
        period_to=max(row.period for row in rows),
    )
    return {
        (rate.unit_code, rate.period, rate.indicator_code): rate for rate in rates_by_unit(session, view, wanted=wanted)
    }


def _assessed(view: View, row: Assessment, reported: dict[_Cell, Rate]) -> Assessed:
    indicator = view.plan.indicator_by_code[row.indicator_code]
    figures = {"numerator": row.numerator, "denominator": row.denominator}
    cell = (row.unit_code, row.period, row.indicator_code)
    hidden = view.revealed is not None and cell not in view.revealed
    return Assessed(
        recorded=row,
        value=assessed_value(indicator, **figures, value=row.value),
        interval=sample_interval(
            indicator,
            **figures,
            sample_size=row.sample_size,
            clusters=row.clusters,
            clusters_in_all=row.clusters_in_all,
        ),
        reported=None if hidden else reported.get(cell),
        hidden=hidden,
    )
