"""Recording what happened to a submission: entry, event, figures, present state and rates, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from psycopg.errors import InvalidTextRepresentation
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Integer, Text, bindparam, text
from sqlalchemy.exc import DBAPIError

from metrics.commands.derive_rates import derive_rates
from metrics.commands.submission_version import Version
from metrics.database import WriteSession
from metrics.ledger.entry import (
    AS_WRITTEN,
    Blanks,
    Place,
    canonical,
    hold_ledger_with_commit,
    leaf_at,
    leaf_with_blanks,
    next_place,
)
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.stored_rates import Amounts, amounts_of
from metrics.submission_states import Action, State
from metrics.with_commit import SentWithCommit, send_with_commit

OVERTAKEN = "overtaken"
"""What the database says of an event that was to be recorded where something else is known by now."""
# All that an event writes, by one statement: while it runs nobody else can append to the ledger. The place was taken
# before, or is the next one; then the plan and the month must be what was `expected`, at a moment before `until`, and
# the database itself writes number and moment in the leaf. The rates are written where the event says every figure
# (`rated`), and end those before them.
_RECORD = text(f"""
with place as materialized (
    select coalesce(:seq, next.seq + cast(case
            when (select max(seq) from plan_records) = :expected and next.moment < :until
                and not exists (select from period_events where period = :period) then '0' else '{OVERTAKEN}'
        end as bigint)) as seq,
        coalesce(:recorded_at, next.moment) as recorded_at
    from (
        select coalesce(max(seq), 0) + 1 as seq, greatest(clock_timestamp(), max(recorded_at)) as moment
        from (select seq, recorded_at from ledger_entries order by seq desc limit 1) as newest
    ) as next
),
said as materialized (
    select seq, recorded_at, replace(replace(
        :leaf, :seq_blank, cast(seq as text)), :moment_blank, {AS_WRITTEN.format("recorded_at")}) as leaf
    from place
),
entry as (
    insert into ledger_entries (seq, kind, recorded_at, leaf, leaf_hash)
    select seq, :kind, recorded_at, leaf, sha256(cast('\\x00' as bytea) || convert_to(leaf, 'utf8')) from said
    returning seq, recorded_at, leaf_hash
),
happened as (
    insert into submission_events (seq, submission_id, action, revision, actor, reason, note, detail, recorded_at)
    select seq, :submission_id, :action, :revision, :actor, :reason, :note, cast(:detail as jsonb), recorded_at
    from place
),
posted as (
    select * from place, unnest(cast(:codes as text[]), cast(:values as numeric[])) as posted(code, value)
),
observed as (
    insert into observations (unit_code, period, element_code, revision, value, seq, submission_id, recorded_at)
    select :unit, :period, code, :revision, value, seq, :submission_id, recorded_at from posted
),
present as (
    insert into figures (unit_code, period, element_code, value, revision, seq, submission_id, recorded_at)
    select :unit, :period, code, value, :revision, seq, :submission_id, recorded_at from posted
    on conflict (unit_code, period, element_code) do update set
        value = excluded.value, revision = excluded.revision, seq = excluded.seq,
        submission_id = excluded.submission_id, recorded_at = excluded.recorded_at
),
held as (
    select place.seq, number from place cross join lateral (
        select number from stored_formulas as known where :rated and known.seq <= place.seq
        order by known.seq desc limit 1
    ) as newest
),
ended as (
    update unit_rates set until_seq = held.seq from held
    where unit_code = :unit and period = :period and until_seq is null and formulas = held.number
),
rated as (
    insert into unit_rates
        (unit_code, period, seq, submission_id, state, numerators, denominators, formulas)
    select :unit, :period, seq, :submission_id, :state,
        cast(:numerators as bigint[]), cast(:denominators as bigint[]), number
    from held
),
stands as (
    update submissions set revision = :revision, state = :state, seq = place.seq,
        first_recorded_at = case when :first then place.recorded_at else first_recorded_at end,
        first_received_at = case when :first then place.recorded_at else first_received_at end
    from place where id = :submission_id
)
select seq, recorded_at, leaf_hash from entry
""").bindparams(  # noqa: S608  ours
    *(bindparam(name, type_=DateTime(timezone=True)) for name in ("recorded_at", "until")),
    *(bindparam(name, type_=BigInteger) for name in ("seq", "expected")),
    *(bindparam(name, type_=Text) for name in ("unit", "state", "leaf", "seq_blank", "moment_blank")),
    *(bindparam(name, type_=Text) for name in ("kind", "action", "actor", "reason", "note", "detail")),
    *(bindparam(name, type_=Integer) for name in ("submission_id", "revision")),
    *(bindparam(name, type_=Boolean) for name in ("first", "rated")),
    bindparam("period", type_=Date),
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
    content = _content(event, version, detail)
    if simulated_at is not None:
        content["synthetic"] = True
    leaf = leaf_at(session, kind=event.kind, place=place, content=content)
    counted = event.action is not Action.SIGN_OFF  # which changes nothing that is counted
    if counted:
        plan = plan or plan_at(session)
    rates = None if plan is None or event.after is None else amounts_of(plan, event.after)
    at = {"seq": place.seq, "recorded_at": place.recorded_at, "leaf": leaf.text}
    session.execute(_RECORD, _written(version, event, detail, rates) | at)
    if counted and plan is not None and rates is None:
        derive_rates(session, plan, first=place.seq, last=place.seq)
    return RecordedEvent(seq=place.seq, recorded_at=place.recorded_at, leaf_hash=leaf.hash)


def record_event_with_commit(
    session: WriteSession, version: Version, *, event: Event, plan: Plan, until: datetime, blanks: Blanks
) -> SentWithCommit:
    """Record `event`, which says every figure, together with the session's COMMIT; it answers as RecordedEvent has it.

    What was worked out holds for `plan`, a month that was never locked, and a moment before `until`. If that is over
    when the ledger is held, nothing of the transaction is kept: see :func:`was_overtaken`.
    """
    hold_ledger_with_commit(session)
    detail = canonical(event.detail)
    leaf = leaf_with_blanks(kind=event.kind, blanks=blanks, content=_content(event, version, detail))
    rates = None if event.after is None else amounts_of(plan, event.after)
    expected = {"expected": plan.seq, "until": until, "leaf": leaf}
    named = {"seq_blank": blanks.seq, "moment_blank": blanks.recorded_at}
    return send_with_commit(session, _RECORD, _written(version, event, detail, rates) | expected | named)


def was_overtaken(error: DBAPIError) -> bool:
    """True if the transaction was undone because what it expected to find was over; then it is worked out anew."""
    said = error.orig.diag.message_primary if isinstance(error.orig, InvalidTextRepresentation) else None
    return OVERTAKEN in (said or "")


def _content(event: Event, version: Version, detail: bytes) -> dict[str, Any]:
    hashed = sha256(detail).hexdigest()
    return event_content(event, submission=version.id, unit=version.unit_code, period=version.period, detail=hashed)


def _written(version: Version, event: Event, detail: bytes, rates: Amounts | None) -> dict[str, Any]:
    """What :data:`_RECORD` is given, but for what is known of the place."""
    numerators, denominators = rates or (None, None)
    return {
        "seq": None,
        "recorded_at": None,
        "expected": None,
        "until": None,
        "seq_blank": "",
        "moment_blank": "",
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
        "detail": detail.decode(),
        "codes": list(event.changed),
        "values": list(event.changed.values()),
        "rated": rates is not None,
        "numerators": numerators,
        "denominators": denominators,
    }


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
