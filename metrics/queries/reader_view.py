"""The view a reader gets: what was asked for, and for anyone who is not signed in no more than what is released."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from metrics.database import ReadSession
from metrics.errors import BadRequest, Message, NotFound, Problem
from metrics.ledger.entry import seq_at
from metrics.plan.store import require_plan
from metrics.principal import Principal
from metrics.queries.releases import Published, newest_release, release
from metrics.queries.view import View, refuse_the_future, view_at
from metrics.results import Basis


def view_for(
    session: ReadSession,
    *,
    public: bool,
    as_of: datetime | int | None = None,
    basis: Basis | None = None,
    numbered: int | None = None,
) -> View:
    """The view at release `numbered`, else at `as_of`, else now. `public`: the reader is not signed in.

    A release decides both what is known and the basis; another basis beside it is refused. To a public reader nothing
    exists after the newest release, whose basis is the only one; without a moment it is the newest release.

    Raises what :func:`view_at` raises, NotFound `release_unknown`, `nothing_released`, `not_released`, BadRequest
    `basis_not_released`.
    """
    chosen = None if numbered is None else release(session, numbered)
    if public:
        return replace(_public(session, chosen, as_of=as_of, basis=basis), public=True)
    if chosen is not None:
        _require_basis(basis, chosen)
        return view_at(session, as_of=chosen.stands_on, basis=chosen.basis)
    return view_at(session, as_of=as_of, basis=basis or Basis.SUBMITTED)


def own_units_view(view: View, *, principal: Principal | None) -> View:
    """`view` as clerk and leader have it: reasons and assessments of their own units alone. The same for others."""
    if principal is None or not principal.is_bound_to_units:
        return view
    return replace(view, own=principal.units)


def _public(
    session: ReadSession, chosen: Published | None, *, as_of: datetime | int | None, basis: Basis | None
) -> View:
    require_plan(session)
    newest = newest_release(session)
    if newest is None:
        raise NotFound(
            code="nothing_released",
            message=Message("尚未发布任何数据。", "Nothing has been released yet."),
        )
    standing = chosen or newest
    _require_basis(basis, standing)
    seq = standing.stands_on
    if chosen is None and as_of is not None:
        seq = as_of if isinstance(as_of, int) else seq_at(session, as_of)
    if seq > newest.stands_on:
        raise NotFound(
            code="not_released",
            message=Message(
                f"该时点的数据尚未发布;最新发布为第 {newest.number} 号。",
                f"What was known then has not been released; the newest release is number {newest.number}.",
            ),
        )
    if isinstance(as_of, datetime):
        refuse_the_future(session, as_of)
    return view_at(session, as_of=seq, basis=standing.basis)


def _require_basis(basis: Basis | None, standing: Published) -> None:
    if basis is None or basis is standing.basis:
        return
    message = Message(
        f"第 {standing.number} 号发布的口径为 {standing.basis.value}。",
        f"Release {standing.number} is on the basis {standing.basis.value}.",
    )
    raise BadRequest(
        "basis_not_released", message, [Problem("basis_not_released", message, "?basis", given=basis.value)]
    )
