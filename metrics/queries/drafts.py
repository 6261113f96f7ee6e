"""The draft of a submission. A unit's own clerks see it; to everybody else there is none."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.drafts import KeptDraft, Typed
from metrics.models import Draft
from metrics.principal import Principal, Role


def keeps_drafts(principal: Principal, *, unit: str) -> bool:
    """True for those whose entries for `unit` are kept: its clerks. The bureau's own entries are not."""
    return principal.role is Role.CLERK and principal.may_post_for(unit)


def draft_of(session: ReadSession, *, principal: Principal, unit: str, period: date) -> KeptDraft | None:
    """The draft as it was last saved, None if there is none that `principal` may see."""
    if not keeps_drafts(principal, unit=unit):
        return None
    found = session.execute(select(Draft).where(Draft.unit_code == unit, Draft.period == period)).scalar_one_or_none()
    return None if found is None else _kept(found)


def drafts_of(session: ReadSession, *, principal: Principal) -> tuple[KeptDraft, ...]:
    """The drafts of the principal's own units, by unit and month; one in which nothing stands is left out."""
    if principal.role is not Role.CLERK:
        return ()
    rows = session.scalars(
        select(Draft).where(Draft.unit_code.in_(principal.units)).order_by(Draft.unit_code, Draft.period)
    )
    return tuple(draft for draft in map(_kept, rows) if draft.typed.values or draft.typed.reason or draft.typed.note)


def _kept(found: Draft) -> KeptDraft:
    return KeptDraft(
        unit=found.unit_code,
        period=found.period,
        version=found.version,
        username=found.username,
        editor=found.editor,
        typed=Typed.of(found.typed),
        updated_at=found.updated_at,
    )
