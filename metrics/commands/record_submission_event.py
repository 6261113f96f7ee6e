"""Recording what happened to a submission: entry, event, figures, present state and rates, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, text, update

from metrics.commands.derive_rates import derive_rates
from metrics.commands.submission_version import Version
from metrics.database import WriteSession
from metrics.ledger.entry import Place, append, canonical, next_place
from metrics.models import Submission, SubmissionEvent
from metrics.periods import format_period
from metrics.plan.store import plan_at
from metrics.submission_states import Action, State

_INSERT_OBSERVATIONS = text(
    "insert into observations"
    " (unit_code, period, element_code, revision, value, seq, submission_id, recorded_at)"
    " select :unit, :period, posted.code, :revision, posted.value, :seq, :submission_id, :recorded_at"
    " from unnest(cast(:codes as text[]), cast(:values as numeric[])) as posted(code, value)"
)
_UPSERT_FIGURES = text(
    "insert into figures"
    " (unit_code, period, element_code, value, revision, seq, submission_id, recorded_at)"
    " select :unit, :period, posted.code, posted.value, :revision, :seq, :submission_id, :recorded_at"
    " from unnest(cast(:codes as text[]), cast(:values as numeric[])) as posted(code, value)"
    " on conflict (unit_code, period, element_code) do update set"
    " value = excluded.value, revision = excluded.revision, seq = excluded.seq,"
    " submission_id = excluded.submission_id, recorded_at = excluded.recorded_at"
)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. `kind`: of the ledger entry; `content`: what the ledger entry says beyond the rest of this.

    `changed`: the observations to record, empty for events that change no figure.
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
    simulated_at: datetime | None = None,
) -> RecordedEvent:
    """Record `event` of the locked submission `version`.

    `place` is the ledger's, where the command has taken it already. `simulated_at` dates an event of the demonstration
    history, which the ledger then calls synthetic.
    """
    place = place or next_place(session, simulated=simulated_at)
    content = event_content(
        event,
        submission=version.id,
        unit=version.unit_code,
        period=version.period,
        detail=sha256(canonical(event.detail)).hexdigest(),
    )
    if simulated_at is not None:
        content["synthetic"] = True
    leaf_hash = append(session, kind=event.kind, place=place, content=content)
    recorded = RecordedEvent(seq=place.seq, recorded_at=place.recorded_at, leaf_hash=leaf_hash)
    session.execute(
        insert(SubmissionEvent).values(
            seq=recorded.seq,
            submission_id=version.id,
            action=event.action,
            revision=event.revision,
            actor=event.actor,
            reason=event.reason,
            note=event.note,
            detail=dict(event.detail),
            recorded_at=recorded.recorded_at,
        )
    )
    _record_figures(session, version, event, recorded)
    _bring_up_to_date(session, version, event, recorded)
    return recorded


def _bring_up_to_date(session: WriteSession, version: Version, event: Event, recorded: RecordedEvent) -> None:
    """What follows from the event: how the submission stands, and its rates."""
    standing: dict[str, Any] = {"revision": event.revision, "state": event.state, "seq": recorded.seq}
    if version.revision == 0:
        standing |= {"first_recorded_at": recorded.recorded_at, "first_received_at": recorded.recorded_at}
    session.execute(update(Submission).where(Submission.id == version.id).values(standing))
    if event.action is not Action.SIGN_OFF:  # which changes nothing that is counted
        derive_rates(session, plan_at(session), first=recorded.seq, last=recorded.seq)


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


def _record_figures(session: WriteSession, version: Version, event: Event, recorded: RecordedEvent) -> None:
    if not event.changed:
        return
    row = {
        "unit": version.unit_code,
        "period": version.period,
        "revision": event.revision,
        "seq": recorded.seq,
        "submission_id": version.id,
        "recorded_at": recorded.recorded_at,
        "codes": list(event.changed),
        "values": list(event.changed.values()),
    }
    session.execute(_INSERT_OBSERVATIONS, row)
    session.execute(_UPSERT_FIGURES, row)
