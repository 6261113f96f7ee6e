"""Engines and sessions. A transaction starts in :func:`write_session` or :func:`read_session` and nowhere else.

The type of a session says what it may be used for: queries take a `ReadSession`, commands a `WriteSession`;
a `WriteSession` can also read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from metrics.errors import Message, Unavailable
from metrics.settings import settings


class ReadSession(Session):
    """A session for queries. One snapshot of the database from its first statement to its end."""


class WriteSession(ReadSession):
    """A session for commands. Only :func:`write_session` commits it."""


def database_url(url: str) -> URL:
    """`url` with the psycopg 3 driver, whatever way PostgreSQL was spelt."""
    return make_url(url).set(drivername="postgresql+psycopg")


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine that notices dead connections and waits at most 3 s for a connection or for a place in the pool."""
    return create_engine(
        database_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=3,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 3,
            "application_name": "biaochi",
            "options": "-c timezone=UTC -c work_mem=16MB",
        },
    )


class Sessions:
    """Where sessions come from: an engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        """A read-only transaction that sees one state of the database throughout."""
        with ReadSession(self.engine, expire_on_commit=False) as session:
            session.execute(text("set transaction isolation level repeatable read, read only"))
            yield session

    @contextmanager
    def write(self) -> Iterator[WriteSession]:
        """A transaction that is committed when the block ends well and rolled back otherwise.

        It waits at most 4 s for a lock: whoever finds the service that busy is told to come back, not left waiting.
        """
        with WriteSession(self.engine, expire_on_commit=False) as session, session.begin():
            session.execute(text("set local lock_timeout = '4s'"))
            yield session


_in_use: Sessions | None = None


@contextmanager
def use_sessions(sessions: Sessions) -> Iterator[None]:
    """Make `sessions` those of this process, in all its threads, for as long as the block lasts."""
    global _in_use
    before, _in_use = _in_use, sessions
    try:
        yield
    finally:
        _in_use = before


@contextmanager
def use_engine(engine: Engine) -> Iterator[Engine]:
    """Make `engine` that of this process for as long as the block lasts; its connections are closed afterwards."""
    try:
        with use_sessions(Sessions(engine)):
            yield engine
    finally:
        engine.dispose()


def _sessions() -> Sessions:
    """The sessions in use; without a choice, those of the address in the settings, kept from then on.

    Raises Unavailable if there is no address: the embedded server's is known to whoever started it only.
    """
    global _in_use
    if _in_use is None:
        address = settings().database_url
        if address is None:
            raise Unavailable(
                code="database_closed",
                message=Message(
                    "未打开数据库:请通过 biaochi serve 启动,或设置 BIAOCHI_DATABASE_URL。",
                    "No database is open: start with biaochi serve, or set BIAOCHI_DATABASE_URL.",
                ),
            )
        _in_use = Sessions(make_engine(address.get_secret_value(), pool_size=settings().pool_size))
    return _in_use


def engine() -> Engine:
    """The engine of this process. Raises Unavailable if no database is open."""
    return _sessions().engine


def gives_sign_of_life() -> bool:
    """True if the database answers a new connection within 2 s, or says within them why it does not.

    What is refused or broken is found out, and answered, by whoever asks; this is about a database that is silent.
    """
    url = engine().url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.errors.ConnectionTimeout:
        return False
    except psycopg.OperationalError:
        return True
    return True


@contextmanager
def read_session() -> Iterator[ReadSession]:
    """A read-only transaction that sees one state of the database throughout."""
    with _sessions().read() as session:
        yield session


@contextmanager
def write_session() -> Iterator[WriteSession]:
    """A transaction that is committed when the block ends well and rolled back otherwise."""
    with _sessions().write() as session:
        yield session
