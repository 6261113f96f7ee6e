"""Statements that are sent together with COMMIT, in one go: what they lock is held for as long as they take, and no
thread of the service has its turn in between.

They run one after another, each seeing what was committed before it began, and what one of them refuses undoes the
whole transaction, as if it had been refused before. What they answer is known once the transaction is committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, TextClause, event
from sqlalchemy.orm import Session

from metrics.connections import driver_of, send

_KEPT = "sent with COMMIT"  # in a connection's own notes


@dataclass(slots=True)
class SentWithCommit:
    """One statement and, once it is committed, the first row that it answered; None if there is none."""

    statement: TextClause
    values: Mapping[str, Any]
    row: tuple[Any, ...] | None = None


def send_with_commit(session: Session, statement: TextClause, values: Mapping[str, Any]) -> SentWithCommit:
    """Have `statement` sent together with the session's COMMIT, after those that were given before."""
    connection = session.connection()
    sent = SentWithCommit(statement, values)
    connection.info.setdefault(_KEPT, []).append(sent)
    return sent


def sends_with_commit(session: Session) -> bool:
    """True if something is still to be sent."""
    return bool(session.connection().info.get(_KEPT))


def listen_for_commit(engine: Engine) -> None:
    """Send what is kept when a transaction of `engine` ends well, and forget it when one ends otherwise."""
    event.listen(engine, "commit", _commit)
    event.listen(engine, "release_savepoint", _release)
    for end in ("rollback", "rollback_savepoint"):
        event.listen(engine, end, _forget)


def _commit(connection: Connection) -> None:
    """Send it all, and COMMIT behind it; SQLAlchemy's own then finds nothing to do."""
    kept: list[SentWithCommit] = connection.info.pop(_KEPT, [])
    if kept:
        with driver_of(connection) as driver:
            cursors = []
            with driver.pipeline():  # planned before if they ever were: the ledger is held while they run
                cursors = [send(connection, driver, sent.statement, sent.values) for sent in kept]
                driver.commit()
            for sent, cursor in zip(kept, cursors, strict=True):
                sent.row = cursor.fetchone() if cursor.description else None
                cursor.close()


def _release(connection: Connection, _name: str, _context: None) -> None:
    """A savepoint holds its locks beyond its end, so there is nothing to be won; they are sent in their order."""
    for sent in connection.info.pop(_KEPT, []):
        with driver_of(connection) as driver, send(connection, driver, sent.statement, sent.values) as cursor:
            sent.row = cursor.fetchone() if cursor.description else None


def _forget(connection: Connection, *_: object) -> None:
    if not connection.invalidated:  # notes of a connection that is gone went with it, and cannot be asked for
        connection.info.pop(_KEPT, None)
