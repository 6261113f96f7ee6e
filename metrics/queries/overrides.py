"""Lights set by hand that stand in a view: the newest decision on each verdict, until the unit's next submission."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import String, any_, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from metrics.database import ReadSession
from metrics.models import LightOverride, Submission
from metrics.models.turns import SUBMISSION_TURNS
from metrics.queries.view import View
from metrics.results import Light
from metrics.submission_states import Action

Verdict = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PresentOverride:
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
) -> dict[Verdict, PresentOverride]:
    """The lights set by hand for `period`, as (unit, target) → override.

    One lapses with the next submission sent for its unit, or for a unit below it, in whatever period.
    """
    key = (LightOverride.unit_code, LightOverride.target_code)
    query = (
        select(LightOverride)
        .where(LightOverride.period == period, LightOverride.seq <= view.seq)
        .ext(distinct_on(*key))
        .order_by(*key, LightOverride.seq.desc())
    )
    if units is not None:
        # One array, since a parameter for each of thousands of units takes longer than the answer.
        query = query.where(LightOverride.unit_code == any_(cast(sorted(units), ARRAY(String))))
    found = [row for row in session.scalars(query) if row.light is not None]
    if not found:
        return {}
    newest = _newest_submissions(session, view, after=min(row.seq for row in found))
    standing = {}
    for row in found:
        below = view.plan.reporting_units_under(row.unit_code) if row.unit_code in view.plan.unit_by_code else ()
        # A light lapses with new data of the unit or of one below it, whatever the month (decision 63).
        if all(newest.get(unit.code, 0) < row.seq for unit in below):
            standing[row.unit_code, row.target_code] = PresentOverride(
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


def _newest_submissions(session: ReadSession, view: View, *, after: int) -> dict[str, int]:
    """The place in the ledger of each unit's newest submission or revision after `after`; a unit without is not in it.

    What was sent before lets no light lapse: of a country's ten years only what came since the first is looked at.
    """
    turns = SUBMISSION_TURNS.c
    rows = session.execute(
        select(Submission.unit_code, func.max(turns.seq).label("seq"))
        .join(SUBMISSION_TURNS, turns.submission_id == Submission.id)
        .where(turns.action == Action.SUBMIT, turns.seq.between(after + 1, view.seq))
        .group_by(Submission.unit_code)
    )
    return {row.unit_code: row.seq for row in rows}
