"""Noting in the audit what changed nothing, in a transaction of its own, before it is answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metrics.audit_acts import AuditAction, AuditOutcome, Recorded
from metrics.auditing.flood import WINDOW, Flood
from metrics.commands.record_audit import AuditCount, AuditRow, record
from metrics.database import Sessions, aside_session, present_sessions
from metrics.errors import BiaochiError, Forbidden, NotFound, TooMany, Unauthenticated, Unavailable
from metrics.present_act import Acting, doing, present_acting

_log = structlog.get_logger(__name__)
_REFUSALS = (Forbidden, NotFound, TooMany, Unauthenticated)
# Not waited for until it is on the disk: a crash of the machine may lose what was noted in its last second.
_UNAWAITED = text("select set_config('synchronous_commit', 'off', true), set_config('statement_timeout', '3s', true)")


@dataclass(slots=True)
class _Noted:
    """What one process knows of the last minute."""

    flood: Flood = field(default_factory=Flood)
    lock: threading.Lock = field(default_factory=threading.Lock)
    timer: threading.Timer | None = None


_of_sessions: WeakKeyDictionary[Sessions, _Noted] = WeakKeyDictionary()


def is_to_be_noted(acting: Acting, outcome: AuditOutcome) -> bool:
    """False if how it ended stands already with what it changed, or need not be noted."""
    when = acting.action.recorded
    if when is Recorded.WHEN_REFUSED:
        return outcome is AuditOutcome.REFUSED
    return when is not Recorded.WITH_CHANGE or outcome is not AuditOutcome.DONE


def conclude(acting: Acting, outcome: AuditOutcome, *, code: str = "") -> None:
    """Note how what was under way ended, if that is to be noted."""
    if is_to_be_noted(acting, outcome):
        note(AuditRow.of(acting, outcome=outcome, code=code))


def note_done() -> None:
    """Note that what is under way here was done."""
    acting = present_acting()
    if acting is not None:
        conclude(acting, AuditOutcome.DONE)


def note_error(error: BiaochiError) -> None:
    """Note that what is under way here was refused, or failed, with `error`."""
    acting = present_acting()
    if acting is not None:
        conclude(acting, outcome_of(error), code=error.code)


@contextmanager
def service_noted() -> Iterator[None]:
    """Note that the service started, and after the block that it stopped."""
    with doing(AuditAction.START_SERVICE):
        note_done()
    try:
        yield
    finally:
        with doing(AuditAction.STOP_SERVICE):
            note_done()


def outcome_of(error: BiaochiError) -> AuditOutcome:
    """What belongs to others is answered as what does not exist, so that is a refusal as well."""
    return AuditOutcome.REFUSED if isinstance(error, _REFUSALS) else AuditOutcome.FAILED


def note(row: AuditRow) -> None:
    """Write `row`, or count it where many like it came within a minute.

    Where the database cannot take it, the row is in the log instead: nothing that is answered waits for it.
    """
    now = datetime.now(UTC)
    try:
        sessions = present_sessions()
    except Unavailable:
        _log_instead([AuditCount(row, now, now)], "database_closed")
        return
    noted = _of_sessions.setdefault(sessions, _Noted())
    with noted.lock:
        rows = noted.flood.over(now=now)
        if not noted.flood.takes(row, now=now):
            rows.append(AuditCount(row, now, now))
        elif noted.timer is None:
            _write_later(sessions, noted)
    _write(rows)


def write_counts() -> None:
    """Write what is counted, its minute over or not: the process ends."""
    try:
        noted = _of_sessions.get(present_sessions())
    except Unavailable:
        return
    if noted is not None:
        with noted.lock:
            rows = noted.flood.over(now=None)
        _write(rows)


def _write_later(sessions: Sessions, noted: _Noted) -> None:
    noted.timer = threading.Timer(WINDOW.total_seconds(), _when_over, (sessions, noted))
    noted.timer.name, noted.timer.daemon = "audit-counts", True
    noted.timer.start()


def _when_over(sessions: Sessions, noted: _Noted) -> None:
    with noted.lock:
        rows, noted.timer = noted.flood.over(now=datetime.now(UTC)), None
        if noted.flood.counts:
            _write_later(sessions, noted)
    try:
        in_use = present_sessions() is sessions
    except Unavailable:
        in_use = False
    if in_use:
        _write(rows)
    else:
        _log_instead(rows, "database_closed")


def _write(rows: Sequence[AuditCount]) -> None:
    if not rows:
        return
    try:
        with aside_session() as session:
            session.execute(_UNAWAITED)
            record(session, rows)
    except (DBAPIError, PoolTimeout, Unavailable) as failure:
        _log_instead(rows, type(failure).__name__)


def _log_instead(rows: Sequence[AuditCount], why: str) -> None:
    for counted in rows:
        row = counted.row
        _log.error(
            "audit_not_written",
            why=why,
            at=counted.at.isoformat(),
            count=counted.count,
            channel=row.channel.value,
            actor=row.actor.name,
            role=row.actor.role,
            address=row.address,
            action=row.action.value,
            subject=row.subject,
            outcome=row.outcome.value,
            code=row.code,
            request_id=row.request_id,
        )
