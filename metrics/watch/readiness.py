"""Whether a submission can be taken now, and if not, why: what can be told before one fails."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from metrics.authority import SYSTEM
from metrics.database import ReadSession, read_session
from metrics.database_faults import DISK_FULL, READ_ONLY, remembered_refusals
from metrics.disk_room import lacks_room
from metrics.errors import Unavailable
from metrics.ledger.continuation import look
from metrics.server.durability import durability_problems
from metrics.server.migration import schema_refusal
from metrics.settings import settings

_OF_ANOTHER_SCHEMA = ("42P01", "42703", "42883", "23502")
_TAKES_NOTHING = text("select pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean")


def not_ready(session: ReadSession) -> tuple[Unavailable, ...]:
    """Everything that stands in the way of taking a submission, each once; empty if nothing does."""
    return tuple({refusal.code: refusal for refusal in _found(session)}.values())


def another_schema(error: DBAPIError) -> Unavailable | None:
    """That `error` came of a schema which is not this program's: it was changed beside a running service. None if not.

    Asks the database, and that only where it missed a table, a column or a function, or a value it now needs.
    """
    state = error.orig.sqlstate if isinstance(error.orig, psycopg.Error) else None
    if state not in _OF_ANOTHER_SCHEMA:
        return None
    with read_session(SYSTEM) as session:
        return schema_refusal(session.connection())


def _found(session: ReadSession) -> Iterator[Unavailable]:
    connection = session.connection()
    for problem in durability_problems(connection, embedded=False):
        yield Unavailable("not_durable", problem)
    if session.scalar(_TAKES_NOTHING):
        yield Unavailable("database_read_only", READ_ONLY)
    if lacks_room(settings().home):
        yield Unavailable("disk_full", DISK_FULL)
    yield from remembered_refusals()
    refusal = schema_refusal(connection) or look()
    if refusal is not None:
        yield refusal
