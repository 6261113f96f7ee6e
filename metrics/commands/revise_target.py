"""New targets, and revisions of targets: effective-dated, with a reason; earlier revisions stay as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metrics.commands.asked_target import asked_target
from metrics.database import ReadSession, WriteSession
from metrics.errors import Conflict, Message
from metrics.ledger.entry import append, newest_seq, next_place
from metrics.models import PlanRecord
from metrics.plan.model import Target
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.target_consequences import MonthMoves, months_judged, moves_in, other_months
from metrics.queries.view import view_at

_TURNS = 3  # how often what was tried is looked at before the ledger is taken for it


@dataclass(frozen=True, slots=True)
class RecordedTarget:
    """A revision of a target and its place in the ledger."""

    target: Target
    seq: int
    recorded_at: datetime
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class TriedTarget:
    """A target as it would be recorded, and what that changes by month judged, the one judged by default first.

    `digest`: of the target and of what it changes there, whatever other months were asked for.
    """

    target: Target
    months: tuple[MonthMoves, ...]
    digest: str

    @property
    def changes(self) -> bool:
        """True if any verdict, rank, gate or score is another one."""
        return any(month.changes for month in self.months)


def create_target(
    session: WriteSession,
    *,
    principal: Principal,
    body: Mapping[str, Any],
    tried: str | None = None,
    simulated_at: datetime | None = None,
) -> RecordedTarget:
    """Record a target that was not there before. `body` has the fields of :class:`Target`, without `revision`.

    `effective_from`, `reason` and a citation are required; `order` comes after the last target unless given. `tried`:
    the digest of what trying it answered, if it is to be recorded only where that still holds.
    Raises Invalid with every problem found, Conflict `target_exists` and `tried_changed`.
    """
    return _record(session, None, body, principal=principal, tried=tried, simulated_at=simulated_at)


def revise_target(
    session: WriteSession,
    code: str,
    *,
    principal: Principal,
    body: Mapping[str, Any],
    tried: str | None = None,
    simulated_at: datetime | None = None,
) -> RecordedTarget:
    """Record a revision of the target `code`: `body` has the fields that change, `effective_from` and `reason`.

    With `for_units` these units get a target of their own (domain rule 6), which changes from the one they have; with
    `ends_own` besides, they go back to the general one. Every other unit keeps the target it had. A changed comparator
    or threshold and a target of a unit's own need their citations. `tried` as for :func:`create_target`.
    Raises NotFound, Invalid with every problem found, Conflict `tried_changed`.
    """
    return _record(session, code, body, principal=principal, tried=tried, simulated_at=simulated_at)


def try_target(
    session: ReadSession,
    *,
    principal: Principal,
    code: str | None,
    body: Mapping[str, Any],
    every_month: bool = False,
) -> TriedTarget:
    """What recording it now would change: a revision of `code`, or with None a new target. Nothing is stored.

    It is asked of the month judged by default, and of every other one with `every_month`; see
    :mod:`metrics.queries.target_consequences`. Raises what recording it raises.
    """
    principal.require(Scope.REVISE_TARGET)
    return _tried(session, asked_target(session, plan_at(session), code, body), every_month=every_month)


def _tried(session: ReadSession, target: Target, *, every_month: bool = False) -> TriedTarget:
    view, since = view_at(session), target.effective_from
    plan = view.plan.with_revision(target)
    moves = [moves_in(session, view, plan, month, code=target.code) for month in months_judged(session, view, since)]
    digest = hashlib.sha256(repr((target, moves)).encode()).hexdigest()
    if every_month:
        others = other_months(session, view, since)
        moves += [moves_in(session, view, plan, month, code=target.code) for month in others]
    return TriedTarget(target, tuple(moves), digest)


def _still_as_tried(session: WriteSession, code: str | None, body: Mapping[str, Any], *, tried: str) -> int:
    """The last entry of the ledger with which it changes what was tried. Nobody waits for the ledger meanwhile.

    A country is tried for seconds, in which others post: it is looked at anew, though not for ever.
    """
    for _turn in range(_TURNS):
        until = newest_seq(session)
        _require_as_tried(session, asked_target(session, plan_at(session), code, body), tried=tried)
        if newest_seq(session) == until:
            break
    return until


def _require_as_tried(session: WriteSession, target: Target, *, tried: str) -> None:
    if tried != _tried(session, target).digest:
        message = Message(
            "试算之后情况有变,未予记录,请按现在的结果再定。",
            "What it changes is no longer what was tried; nothing was recorded. Look at what it changes now.",
        )
        raise Conflict("tried_changed", message)


def _record(
    session: WriteSession,
    code: str | None,
    body: Mapping[str, Any],
    *,
    principal: Principal,
    tried: str | None,
    simulated_at: datetime | None,
) -> RecordedTarget:
    principal.require(Scope.REVISE_TARGET)
    until = None if tried is None else _still_as_tried(session, code, body, tried=tried)
    place = next_place(session, simulated=simulated_at)
    target = asked_target(session, plan_at(session), code, body)
    if tried is not None and until != place.seq - 1:
        _require_as_tried(session, target, tried=tried)
    content = target.model_dump(mode="json")
    said: dict[str, Any] = {"actor": principal.username, "version": target.revision, "target": content}
    if simulated_at is not None:
        said["synthetic"] = True
    leaf_hash = append(session, kind="target", place=place, content=said)
    session.add(
        PlanRecord(
            kind="target",
            code=target.code,
            version=target.revision,
            seq=place.seq,
            origin="revision",
            content=content,
            removed=False,
        )
    )
    session.flush()
    return RecordedTarget(target, seq=place.seq, recorded_at=place.recorded_at, leaf_hash=leaf_hash.hex())
