"""Engines and sessions. A transaction starts in :func:`write_session` or :func:`read_session` and nowhere else.

The type of a session says what it may be used for: queries take a `ReadSession`, commands a `WriteSession`;
a `WriteSession` can also read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

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
        connect_args={"connect_timeout": 3, "application_name": "biaochi", "options": "-c timezone=UTC"},
    )


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The engine of this process, for the address in the settings. The embedded server sets that address when it starts."""
    address = settings().database_url
    if address is None:
        raise RuntimeError("no database address: start the embedded server first (metrics.embedded.open_database)")
    return make_engine(address.get_secret_value(), pool_size=settings().pool_size)


@contextmanager
def read_session() -> Iterator[ReadSession]:
    """A read-only transaction that sees one state of the database throughout."""
    with ReadSession(engine(), expire_on_commit=False) as session:
        session.execute(text("set transaction isolation level repeatable read, read only"))
        yield session


@contextmanager
def write_session() -> Iterator[WriteSession]:
    """A transaction that is committed when the block ends well and rolled back otherwise."""
    with WriteSession(engine(), expire_on_commit=False) as session, session.begin():
        yield session
