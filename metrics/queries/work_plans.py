"""Units' work plans and the money for them, as known in a view."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import Funding, WorkPlan
from metrics.supervision.work_plans import FundingSource, Measure


@dataclass(frozen=True, slots=True)
class WorkPlanRow:
    """One revision of a unit's work plan for a year."""

    seq: int
    unit: str
    year: int
    revision: int
    summary: str
    measures: tuple[Measure, ...]
    attachments: tuple[int, ...]
    reason: str
    actor: str
    recorded_at: datetime

    @property
    def etag(self) -> str:
        return f'"work-plan-{self.unit}-{self.year}-{self.revision}"'


@dataclass(frozen=True, slots=True)
class FundingRow:
    """One revision of what a unit says of one source of money in a year, in 万元."""

    seq: int
    unit: str
    year: int
    source: FundingSource
    revision: int
    arranged: Decimal
    paid: Decimal
    note: str
    reason: str
    actor: str
    recorded_at: datetime

    @property
    def etag(self) -> str:
        return f'"funding-{self.unit}-{self.year}-{self.source.value}-{self.revision}"'


def work_plans(
    session: ReadSession,
    *,
    seq: int | None = None,
    units: Collection[str] = (),
    year: int | None = None,
    history: bool = False,
) -> list[WorkPlanRow]:
    """Up to `seq` (None: now), in the order of recording; with `history` every revision, else the newest.

    What the one who acts may not see is left out.
    """
    asked = select(WorkPlan).order_by(WorkPlan.seq)
    if seq is not None:
        asked = asked.where(WorkPlan.seq <= seq)
    if units:
        asked = asked.where(WorkPlan.unit_code.in_(units))
    if year is not None:
        asked = asked.where(WorkPlan.year == year)
    found = [_plan(row) for row in session.scalars(asked)]
    newest = {(row.unit, row.year): row.seq for row in found}
    return [row for row in found if history or newest[row.unit, row.year] == row.seq]


def fundings(
    session: ReadSession,
    *,
    seq: int | None = None,
    units: Collection[str] = (),
    year: int | None = None,
    history: bool = False,
) -> list[FundingRow]:
    """As :func:`work_plans`, of each source of money."""
    asked = select(Funding).order_by(Funding.seq)
    if seq is not None:
        asked = asked.where(Funding.seq <= seq)
    if units:
        asked = asked.where(Funding.unit_code.in_(units))
    if year is not None:
        asked = asked.where(Funding.year == year)
    found = [_funding(row) for row in session.scalars(asked)]
    newest = {(row.unit, row.year, row.source): row.seq for row in found}
    return [row for row in found if history or newest[row.unit, row.year, row.source] == row.seq]


def _plan(row: WorkPlan) -> WorkPlanRow:
    measures = tuple(
        Measure(one["task"], one["text"], date.fromisoformat(one["due_on"]), one["who"]) for one in row.measures
    )
    return WorkPlanRow(
        seq=row.seq,
        unit=row.unit_code,
        year=row.year,
        revision=row.revision,
        summary=row.summary,
        measures=measures,
        attachments=tuple(row.attachments),
        reason=row.reason,
        actor=row.actor,
        recorded_at=row.recorded_at,
    )


def _funding(row: Funding) -> FundingRow:
    return FundingRow(
        seq=row.seq,
        unit=row.unit_code,
        year=row.year,
        source=FundingSource(row.source),
        revision=row.revision,
        arranged=row.arranged,
        paid=row.paid,
        note=row.note,
        reason=row.reason,
        actor=row.actor,
        recorded_at=row.recorded_at,
    )
