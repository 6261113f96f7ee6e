"""Deciding which date binds at the gates of phases where a commitment has two, with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, Message, Problem
from metrics.evidence import is_visible
from metrics.ledger.entry import append, next_place
from metrics.models import GateRule
from metrics.principal import Principal, Scope
from metrics.queries.phase_gates import gate_rule
from metrics.queries.view import view_at
from metrics.supervision.gates import BindingDate
from metrics.value_types import Moment


@dataclass(frozen=True, slots=True)
class GateDateBound:
    """The decision as recorded."""

    binding: BindingDate
    reason: str
    actor: str
    seq: int
    recorded_at: Moment
    leaf_hash: str


def bind_gate_date(session: WriteSession, *, principal: Principal, binding: BindingDate, reason: str) -> GateDateBound:
    """Let `binding` decide from now on; earlier views keep what decided then.

    Raises Invalid without a reason and Conflict for what binds already.
    """
    principal.require(Scope.REVISE_TARGET)
    if not is_visible(reason):
        message = Message("须说明理由。", "A reason is needed.")
        raise Invalid("reason_missing", message, [Problem("reason_missing", message, "/reason", given=reason)])
    place = next_place(session)
    if gate_rule(session, view_at(session)).binding is binding:
        message = Message("现行口径已是如此。", "This is the rule in force already.")
        raise Conflict("gate_rule_unchanged", message)
    row = GateRule(
        seq=place.seq, binding=binding.value, reason=reason, actor=principal.username, recorded_at=place.recorded_at
    )
    content = {"binding": row.binding, "reason": row.reason, "actor": row.actor}
    leaf_hash = append(session, kind="gate_rule", place=place, content=content)
    session.add(row)
    session.flush()
    return GateDateBound(binding, reason, principal.username, place.seq, place.recorded_at, leaf_hash.hex())
