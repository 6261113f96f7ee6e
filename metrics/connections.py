"""Connections as the driver has them: how they are begun and left, what is said of what they refuse, and statements
that are sent one behind another without waiting for each answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg.pq import PipelineStatus
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Engine, TextClause, event
from sqlalchemy.engine import Dialect, ExceptionContext
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from metrics.database_faults import note_failure, without_values

Found = TypeVar("Found")
_LEFT = "left at"  # in a connection's own notes
_TRUSTED = 1.0  # seconds for which a connection that was used is taken to be there


def listen_for_connections(engine: Engine) -> None:
    """Have all of this done to the connections of `engine`."""
    event.listen(engine, "handle_error", _say_no_values)
    event.listen(engine, "handle_error", _note)
    event.listen(engine, "connect", _prepare_nothing_behind_a_pooler)
    event.listen(engine, "checkin", _ask_nothing_of_the_next)
    event.listen(engine, "checkin", _note_when_it_was_left)
    event.listen(engine, "checkout", _see_that_it_is_there)


def _ask_nothing_of_the_next(connection: psycopg.Connection[Any] | None, _: object) -> None:
    """Who read leaves "read write" behind for who comes next: a standby refuses to begin so, as if by a defect of ours,
    and a database that its operator made read-only would take things in."""
    if connection is not None and not connection.closed:
        connection.read_only = None


def _note_when_it_was_left(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_LEFT] = time.monotonic()


def _see_that_it_is_there(connection: psycopg.Connection[Any], record: ConnectionPoolEntry, _: object) -> None:
    """A connection that was left alone for a while may have ended since, and all beside it; others take their place.

    One that was used a moment ago is not asked: that is a way to the database and back in every transaction, and it may
    end just after as well. If it had ended, what is done first over it is done again (:func:`again_if_ended`).
    """
    left = record.info.pop(_LEFT, None)
    if left is None or time.monotonic() - left < _TRUSTED:
        return
    try:
        connection.autocommit = True
        connection.execute("")
        connection.autocommit = False
    except psycopg.Error as gone:
        raise InvalidatePoolError from gone


def _prepare_nothing_behind_a_pooler(connection: psycopg.Connection[Any], _: object) -> None:
    """A pooler (PgBouncer in transaction mode) gives each transaction another process of the database, which does not
    know what was prepared in the one before. It shows itself by naming another process than the one that answers."""
    with connection.cursor() as cursor:
        answering = cursor.execute("select pg_backend_pid()").fetchone()
    connection.rollback()
    if answering != (connection.info.backend_pid,):
        connection.prepare_threshold = None


def _say_no_values(context: ExceptionContext) -> None:
    """What the database refuses is told, and logged, without the values: they are figures, names and secrets."""
    error = context.original_exception
    if isinstance(error, psycopg.Error):
        error.args = (without_values(error),)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (f"({type(error).__name__}) {error.args[0]}",)


def _note(context: ExceptionContext) -> None:
    """Whoever asked, a page, a route or a look of the service's own: a disk that refused is told by `/readyz`."""
    note_failure(context.original_exception)


def again_if_ended(act: Callable[[], Found]) -> Found:
    """What `act` answers, done again over another connection if the one it was given had ended.

    For what leaves nothing behind if it is cut short: what only reads, or begins a transaction.
    """
    try:
        return act()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    return act()


def leave(session: Session) -> None:
    """Close `session`, which only read: what it has is right, whether or not its connection ended meanwhile."""
    try:
        session.close()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise


@contextmanager
def driver_of(connection: Connection) -> Iterator[psycopg.Connection[Any]]:
    """The driver's own connection, whose errors are raised as SQLAlchemy's, without values, and remembered."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101  the one driver there is
    try:
        yield driver
    except psycopg.Error as error:
        error.args = (without_values(error),)
        note_failure(error)
        if not driver.closed and driver.info.pipeline_status is not PipelineStatus.OFF:
            # The way broke off in the middle, and the pipeline cannot be left any more.
            driver.close()
        if driver.closed:  # SQLAlchemy is shown it, and gives up all that were in its pool by then
            with suppress(DBAPIError):
                connection.exec_driver_sql("")
        raise DBAPIError.instance(
            "of the driver's own", None, error, psycopg.Error, connection_invalidated=driver.closed
        ) from error


def send(
    connection: Connection, driver: psycopg.Connection[Any], statement: TextClause, values: Mapping[str, Any]
) -> psycopg.Cursor[Any]:
    """Send `statement`; whoever listens for statements, as SQLAlchemy has it, is told of it before and after.

    The database keeps it as it is planned, where it may: what is sent so is sent over and over. Values go as they are,
    rows come with their columns as attributes.
    """
    cursor, said = driver.cursor(row_factory=namedtuple_row), _written(statement, connection.dialect)
    for before in connection.dispatch.before_cursor_execute:
        said, values = before(connection, cursor, said, values, None, False)
    cursor.execute(said.encode(), values, prepare=True)
    for after in connection.dispatch.after_cursor_execute:
        after(connection, cursor, said, values, None, False)
    return cursor


@lru_cache(maxsize=64)
def _written(statement: TextClause, dialect: Dialect) -> str:
    return str(statement.compile(dialect=dialect))
