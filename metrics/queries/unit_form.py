"""What a unit's monthly form shows before anybody fills it in: last month's figures, and what was sent already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import Submission
from metrics.periods import due_instant
from metrics.plan.model import Plan, Unit
from metrics.queries.earlier_figures import earlier_figures
from metrics.queries.return_changes import figures_of
from metrics.returns import submission_etag


@dataclass(frozen=True, slots=True)
class UnitForm:
    """One unit's form for one period.

    `now`: the values that stand, empty before the first submission; `before`, `first`, `flows` and `last`: what the
    checks hold them against, as :class:`metrics.compared.Compared` says. `etag` and `revision` are those of the
    submission that stands, None and 0 without one. `due`: the first instant (UTC) at which a return is late.
    """

    unit: Unit
    period: date
    now: Mapping[str, Decimal]
    before: Mapping[str, Decimal]
    first: Mapping[str, Decimal]
    etag: str | None
    revision: int
    due: datetime
    flows: Mapping[str, Mapping[int, Decimal]] = field(default_factory=dict)
    last: Mapping[str, Decimal] = field(default_factory=dict)


def unit_form(session: ReadSession, plan: Plan, *, unit: str, period: date) -> UnitForm:
    """The form of a reporting unit of `plan`, as it stands now."""
    sent = session.execute(
        select(Submission.id, Submission.revision, Submission.seq).where(
            Submission.unit_code == unit, Submission.period == period
        )
    ).one_or_none()
    now = figures_of(session, unit, period)
    earlier = earlier_figures(session, plan, units=[unit], period=period)[unit]
    return UnitForm(
        unit=plan.unit_by_code[unit],
        period=period,
        now=now,
        before=earlier.before,
        first=earlier.first,
        flows=earlier.flows,
        last={**earlier.last, **now},
        etag=None if sent is None else submission_etag(submission_id=sent.id, revision=sent.revision, seq=sent.seq),
        revision=0 if sent is None else sent.revision,
        due=due_instant(period, rule=plan.due_rule),
    )
