"""Writing to the audit: one row for what is being done, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import Table, bindparam, insert, text

from metrics.audit_acts import AuditAction, AuditChannel, AuditOutcome, Recorded
from metrics.database import WriteSession
from metrics.ledger.entry import places_taken
from metrics.models import AuditEntry
from metrics.present_act import LONGEST_SUBJECT, Acting, Actor, as_subject, present_acting
from metrics.with_commit import send_with_commit, sends_with_commit

_AUDIT = cast(Table, AuditEntry.__table__)  # of the table: as of the class it takes the way of loads
_ADDED = insert(_AUDIT)
_NAMES = [column.name for column in _AUDIT.columns if column.name not in ("id", "subject")]
# Of what is recorded together with COMMIT: its place is the newest one, which this transaction took.
_ADDED_WITH_COMMIT = text(f"""
insert into audit ({", ".join(map('"{}"'.format, _NAMES))}, subject)
select {", ".join(map(":{}".format, _NAMES))},
    btrim(left(:subject, {LONGEST_SUBJECT} - 1 - length(place)) || ' ' || place)
from (select 'seq=' || seq as place from ledger_entries order by seq desc limit 1) as newest
""").bindparams(  # noqa: S608  ours
    *(bindparam(name, type_=_AUDIT.c[name].type) for name in (*_NAMES, "subject"))
)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """What a row says, its time and count aside."""

    channel: AuditChannel
    address: str
    actor: Actor
    action: AuditAction
    subject: str
    outcome: AuditOutcome
    code: str
    request_id: str

    @classmethod
    def of(cls, acting: Acting, *, outcome: AuditOutcome, code: str = "") -> AuditRow:
        subject, known = as_subject(acting.subject), (acting.channel, acting.address, acting.actor, acting.action)
        return cls(*known, subject, outcome, code or acting.code, acting.request_id)


@dataclass(frozen=True, slots=True)
class AuditCount:
    """A row with how often and when it happened: once at `at`, or `count` times from `at` until `until`."""

    row: AuditRow
    at: datetime
    until: datetime
    count: int = 1


def record(session: WriteSession, rows: Sequence[AuditCount]) -> None:
    """Add `rows` to the audit."""
    session.execute(_ADDED, [_columns(counted) for counted in rows])


def record_change(session: WriteSession) -> None:
    """Add that what is under way was done, if it is a change: it is committed together with the change or not at all.

    Its subject names the places in the ledger that the transaction took.
    """
    acting = present_acting()
    if acting is None or acting.action.recorded is not Recorded.WITH_CHANGE:
        return
    now = datetime.now(UTC)
    if sends_with_commit(session):
        row = AuditCount(AuditRow.of(acting, outcome=AuditOutcome.DONE), now, now)
        send_with_commit(session, _ADDED_WITH_COMMIT, _columns(row))
        return
    subject = acting.subject
    places = places_taken(session)
    if places:
        numbers = f"seq={places[0]}" if len(places) == 1 else f"seq={places[0]}…{places[-1]}"
        acting.subject = f"{subject[: LONGEST_SUBJECT - len(numbers) - 1]} {numbers}".strip()
    record(session, [AuditCount(AuditRow.of(acting, outcome=AuditOutcome.DONE), now, now)])
    acting.subject = subject


def _columns(counted: AuditCount) -> dict[str, object]:
    row = counted.row
    return {
        "at": counted.at,
        "until": counted.until,
        "count": counted.count,
        "channel": row.channel.value,
        "user_id": row.actor.user_id,
        "actor": row.actor.name,
        "role": row.actor.role,
        "token": row.actor.token,
        "address": row.address,
        "action": row.action.value,
        "subject": row.subject,
        "outcome": row.outcome.value,
        "code": row.code,
        "request_id": row.request_id,
    }
