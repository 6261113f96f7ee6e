"""Lights set by hand that stand in a view: the newest decision on each verdict, until the unit's next return."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.database import ReadSession
from metrics.models import LightOverride, Submission, SubmissionEvent
from metrics.queries.view import View
from metrics.results import Light

Verdict = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A light set by hand that stands. `reason` and `actor` are empty where the view does not tell them."""

    light: Light
    reason: str
    actor: str
    recorded_at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """One decision. `light` None: it took an earlier one back. `computed`: what the rules gave when it was decided."""

    seq: int
    unit_code: str
    target_code: str
    period: date
    light: str | None
    computed: str
    reason: str
    actor: str
    recorded_at: datetime


def overrides_in_force(
    session: ReadSession, view: View, *, period: date, units: Collection[str] | None = None
) -> dict[Verdict, Standing]:
    """The lights set by hand for `period`, as (unit, target) → override.

    One lapses with the next return sent for its unit, or for a unit below it, in whatever period.
    """
    key = (LightOverride.unit_code, LightOverride.target_code)
    query = (
        select(LightOverride)
        .where(LightOverride.period == period, LightOverride.seq <= view.seq)
        .ext(distinct_on(*key))
        .order_by(*key, LightOverride.seq.desc())
    )
    if units is not None:
        query = query.where(LightOverride.unit_code.in_(units))
    found = [row for row in session.scalars(query) if row.light is not None]
    if not found:
        return {}
    newest = _newest_returns(session, view)
    standing = {}
    for row in found:
        below = view.plan.reporting_units_under(row.unit_code) if row.unit_code in view.plan.unit_by_code else ()
        if all(newest.get(unit.code, 0) < row.seq for unit in below):
            standing[row.unit_code, row.target_code] = Standing(
                light=Light(str(row.light)),
                reason=row.reason if view.tells_why(row.unit_code) else "",
                actor=row.actor if view.tells_why(row.unit_code) else "",
                recorded_at=row.recorded_at,
                seq=row.seq,
            )
    return standing


def overrides(session: ReadSession, view: View) -> tuple[OverrideRow, ...]:
    """Every decision known in `view`, oldest first, those that lapsed or were taken back included."""
    rows = session.scalars(select(LightOverride).where(LightOverride.seq <= view.seq).order_by(LightOverride.seq))
    return tuple(
        OverrideRow(
            seq=row.seq,
            unit_code=row.unit_code,
            target_code=row.target_code,
            period=row.period,
            light=row.light,
            computed=row.computed,
            reason=row.reason,
            actor=row.actor,
            recorded_at=row.recorded_at,
        )
        for row in rows
    )


def _newest_returns(session: ReadSession, view: View) -> dict[str, int]:
    """The place in the ledger of each unit's newest return or revision."""
    rows = session.execute(
        select(Submission.unit_code, func.max(SubmissionEvent.seq).label("seq"))
        .join(SubmissionEvent, SubmissionEvent.submission_id == Submission.id)
        .where(SubmissionEvent.action == "submit", SubmissionEvent.seq <= view.seq)
        .group_by(Submission.unit_code)
    )
    return {row.unit_code: row.seq for row in rows}
