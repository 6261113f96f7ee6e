"""Recording what happened to a submission: entry, event, figures, present state and rates, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Integer, Text, bindparam, text

from metrics.commands.derive_rates import derive_rates
from metrics.commands.submission_version import Version
from metrics.database import WriteSession
from metrics.ledger.entry import Place, canonical, leaf_at, next_place
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.stored_rates import Amounts, amounts_of
from metrics.submission_states import Action, State

# All that an event writes, by one statement: while it runs nobody else can append to the ledger. The rates are written
# where the event says every figure (`rated`), and end those before them.
_RECORD = text("""
with entry as (
    insert into ledger_entries (seq, kind, recorded_at, leaf, leaf_hash)
    values (:seq, :kind, :recorded_at, :leaf, :leaf_hash)
),
happened as (
    insert into submission_events (seq, submission_id, action, revision, actor, reason, note, detail, recorded_at)
    values (:seq, :submission_id, :action, :revision, :actor, :reason, :note, cast(:detail as jsonb), :recorded_at)
),
posted as (
    select * from unnest(cast(:codes as text[]), cast(:values as numeric[])) as posted(code, value)
),
observed as (
    insert into observations (unit_code, period, element_code, revision, value, seq, submission_id, recorded_at)
    select :unit, :period, code, :revision, value, :seq, :submission_id, :recorded_at from posted
),
present as (
    insert into figures (unit_code, period, element_code, value, revision, seq, submission_id, recorded_at)
    select :unit, :period, code, value, :revision, :seq, :submission_id, :recorded_at from posted
    on conflict (unit_code, period, element_code) do update set
        value = excluded.value, revision = excluded.revision, seq = excluded.seq,
        submission_id = excluded.submission_id, recorded_at = excluded.recorded_at
),
held as (
    select number from stored_formulas where :rated and seq <= :seq order by seq desc limit 1
),
ended as (
    update unit_rates set until_seq = :seq
    where unit_code = :unit and period = :period and until_seq is null and formulas = (select number from held)
),
rated as (
    insert into unit_rates
        (unit_code, period, seq, submission_id, state, numerators, denominators, formulas)
    select :unit, :period, :seq, :submission_id, :state,
        cast(:numerators as bigint[]), cast(:denominators as bigint[]), number
    from held
)
update submissions set revision = :revision, state = :state, seq = :seq,
    first_recorded_at = case when :first then :recorded_at else first_recorded_at end,
    first_received_at = case when :first then :recorded_at else first_received_at end
where id = :submission_id
""").bindparams(
    bindparam("recorded_at", type_=DateTime(timezone=True)),
    bindparam("period", type_=Date),
    bindparam("unit", type_=Text),
    bindparam("seq", type_=BigInteger),
    bindparam("submission_id", type_=Integer),
    bindparam("revision", type_=Integer),
    bindparam("state", type_=Text),
    bindparam("first", type_=Boolean),
    bindparam("rated", type_=Boolean),
)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. `kind`: of the ledger entry; `content`: what the ledger entry says beyond the rest of this.

    `changed`: the observations to record, empty for events that change no figure. `after`: every figure of the
    submission as the event leaves it, where whoever records it knows them; None where rates are to be made of what is
    stored.
    """

    kind: str
    action: Action
    state: State
    revision: int
    actor: str
    reason: str
    note: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    content: Mapping[str, Any] = field(default_factory=dict)
    changed: Mapping[str, Decimal] = field(default_factory=dict)
    after: Mapping[str, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    seq: int
    recorded_at: datetime
    leaf_hash: bytes


def record_event(
    session: WriteSession,
    version: Version,
    *,
    event: Event,
    place: Place | None = None,
    plan: Plan | None = None,
    simulated_at: datetime | None = None,
) -> RecordedEvent:
    """Record `event` of the locked submission `version`.

    `place` is the ledger's, where the command has taken it already, and `plan` the one known there, where the command
    knows it. `simulated_at` dates an event of the demonstration history, which the ledger then calls synthetic.
    """
    place = place or next_place(session, simulated=simulated_at)
    detail = canonical(event.detail)
    content = event_content(
        event,
        submission=version.id,
        unit=version.unit_code,
        period=version.period,
        detail=sha256(detail).hexdigest(),
    )
    if simulated_at is not None:
        content["synthetic"] = True
    leaf = leaf_at(session, kind=event.kind, place=place, content=content)
    counted = event.action is not Action.SIGN_OFF  # which changes nothing that is counted
    if counted:
        plan = plan or plan_at(session)
    rates = None if plan is None or event.after is None else amounts_of(plan, event.after)
    written = _written(version, event, place) | {"detail": detail.decode(), "leaf": leaf.text, "leaf_hash": leaf.hash}
    session.execute(_RECORD, written | _rates_written(rates))
    if counted and plan is not None and rates is None:
        derive_rates(session, plan, first=place.seq, last=place.seq)
    return RecordedEvent(seq=place.seq, recorded_at=place.recorded_at, leaf_hash=leaf.hash)


def _written(version: Version, event: Event, place: Place) -> dict[str, Any]:
    return {
        "seq": place.seq,
        "recorded_at": place.recorded_at,
        "kind": event.kind,
        "submission_id": version.id,
        "unit": version.unit_code,
        "period": version.period,
        "first": version.revision == 0,
        "action": event.action.value,
        "state": event.state.value,
        "revision": event.revision,
        "actor": event.actor,
        "reason": event.reason,
        "note": event.note,
        "codes": list(event.changed),
        "values": list(event.changed.values()),
    }


def _rates_written(rates: Amounts | None) -> dict[str, Any]:
    numerators, denominators = rates or (None, None)
    return {"rated": rates is not None, "numerators": numerators, "denominators": denominators}


def event_content(event: Event, *, submission: int, unit: str, period: date, detail: str) -> dict[str, Any]:
    """What the ledger entry of `event` says of it, beside its own place. `detail`: the hash of the event's."""
    return {
        "submission": submission,
        "unit": unit,
        "period": format_period(period),
        "revision": event.revision,
        "action": event.action,
        "state": event.state,
        "actor": event.actor,
        "reason": event.reason,
        "note": event.note,
        "detail": detail,
        **event.content,
    }
