"""What a unit's monthly form shows before anybody fills it in: last month's figures, and what was sent already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import Submission
from metrics.periods import add_months, due_instant
from metrics.plan.model import Plan, Unit
from metrics.queries.return_changes import figures_of, first_values
from metrics.returns import submission_etag


@dataclass(frozen=True, slots=True)
class UnitForm:
    """One unit's form for one period.

    `now`: the values that stand, empty before the first return; `before`: those of the period before; `first`: the
    unit's first value of every element that a check holds frozen. `etag` and `revision` are those of the return that
    stands, None and 0 without one. `due`: the first instant (UTC) at which a return is late.
    """

    unit: Unit
    period: date
    now: Mapping[str, Decimal]
    before: Mapping[str, Decimal]
    first: Mapping[str, Decimal]
    etag: str | None
    revision: int
    due: datetime


def unit_form(session: ReadSession, plan: Plan, *, unit: str, period: date) -> UnitForm:
    """The form of a reporting unit of `plan`, as it stands now."""
    sent = session.execute(
        select(Submission.id, Submission.revision, Submission.seq).where(
            Submission.unit_code == unit, Submission.period == period
        )
    ).one_or_none()
    return UnitForm(
        unit=plan.unit_by_code[unit],
        period=period,
        now=figures_of(session, unit, period),
        before=figures_of(session, unit, add_months(period, -1)),
        first=first_values(session, plan, unit=unit, before=period),
        etag=None if sent is None else submission_etag(submission_id=sent.id, revision=sent.revision, seq=sent.seq),
        revision=0 if sent is None else sent.revision,
        due=due_instant(period, rule=plan.due_rule),
    )
