"""Keeping what a clerk types, so that a closed window loses nothing; and letting go of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from metrics.database import WriteSession
from metrics.drafts import KeptDraft, Typed
from metrics.errors import Forbidden, Message, Stale
from metrics.models import Draft
from metrics.principal import Principal, Role
from metrics.queries.accounts import display_names


def keep_draft(
    session: WriteSession,
    *,
    principal: Principal,
    unit: str,
    period: date,
    typed: Typed,
    editor: str,
    seen: int,
    now: datetime,
) -> KeptDraft:
    """Save `typed` as the unit's draft for the period. Saving the same again changes nothing.

    `editor` names the opened form and `seen` the version of the draft it knows, 0 for none. A draft that another
    form has saved since is not overwritten: Stale `draft_changed`. Whoever looked at it names its version.

    Raises Forbidden for a unit that is not the principal's, and for anybody but a clerk.
    """
    _require_clerk(principal, unit)
    stored = typed.as_dict()
    session.execute(
        insert(Draft)
        .values(
            unit_code=unit,
            period=period,
            version=0,
            username=principal.username,
            editor=editor,
            typed=stored,
            updated_at=now,
        )
        .on_conflict_do_nothing()
    )
    known = session.execute(
        select(Draft.version, Draft.username, Draft.editor, Draft.typed, Draft.updated_at)
        .where(*_of(unit, period))
        .with_for_update()
    ).one()
    if known.version and known.editor != editor and known.version != seen:
        names = display_names(session, [known.username])
        raise Stale(code="draft_changed", message=_changed_by(names[known.username]))
    if known.version and known.typed == stored:
        return KeptDraft(unit, period, known.version, known.username, known.editor, typed, known.updated_at)
    version = known.version + 1
    session.execute(
        update(Draft)
        .where(*_of(unit, period))
        .values(version=version, username=principal.username, editor=editor, typed=stored, updated_at=now)
    )
    return KeptDraft(unit, period, version, principal.username, editor, typed, now)


def discard_draft(session: WriteSession, *, principal: Principal, unit: str, period: date) -> bool:
    """Delete the unit's draft for the period; False if there was none. Raises Forbidden as :func:`keep_draft`."""
    _require_clerk(principal, unit)
    return drop_draft(session, unit=unit, period=period)


def drop_draft(session: WriteSession, *, unit: str, period: date) -> bool:
    """Delete the draft because its submission has been sent; False if there was none."""
    return session.execute(delete(Draft).where(*_of(unit, period)).returning(Draft.version)).first() is not None


def _of(unit: str, period: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Draft.unit_code == unit, Draft.period == period


def _require_clerk(principal: Principal, unit: str) -> None:
    principal.require_unit(unit)
    if principal.role is not Role.CLERK:
        raise Forbidden(
            code="draft_forbidden",
            message=Message("草稿只归本单位填报员所有。", "Drafts belong to the unit's own clerks."),
        )


def _changed_by(name: str) -> Message:
    return Message(
        f"草稿已被 {name} 在另一页面修改,未覆盖。",
        f"The draft was changed by {name} in another window and was not overwritten.",
    )
