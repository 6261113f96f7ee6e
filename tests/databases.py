"""Databases for tests: made on one server, each migrated, with the service's own role and the plan of `seed/plan`."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url

from metrics.asked_ahead import Asking, ask_ahead
from metrics.authority import NOBODY, SAY, SYSTEM, Authority
from metrics.cli.connection import OpenedDatabase
from metrics.cli.migrate import bring_up_to_date
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.database import (
    SNAPSHOT,
    Found,
    ReadSession,
    Sessions,
    WriteSession,
    acts_after_commit,
    database_url,
    make_engine,
    use_engine,
)
from metrics.server.migration import take_from_everybody
from tests.memories import hand_on
from tests.poolers import pgbouncer

_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of a random name is made in it
_ROOM = 4 * 1024**3  # bytes; a server of the tests writes some 1.5 GB, its log included, and two of them may run


@contextmanager
def database_home() -> Iterator[Path]:
    """A directory for an embedded server. Not one of pytest's: it closes its own to other users at every start, and
    run as root the server is another user.

    It lies in memory where there is room: the service insists on `fsync`, and on a disk most of the time of a test that
    makes a database of its own is waiting for that.
    """
    in_memory = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM
    with tempfile.TemporaryDirectory(prefix="biaochi-tests-", dir=_MEMORY if in_memory else None) as directory:
        yield Path(directory).resolve()


@dataclass(frozen=True)
class Database:
    """One database. `url` is the service's address, `owner_url` that of the owner, who is a superuser."""

    name: str
    url: str
    owner_url: str
    engine: Engine

    def environment(self) -> dict[str, str]:
        """The variables that make a process of its own use this database."""
        return {"BIAOCHI_DATABASE_URL": self.url, "BIAOCHI_MIGRATION_URL": self.owner_url}

    @contextmanager
    def as_owner(self) -> Iterator[Connection]:
        """A connection of the owner's; committed when the block ends well."""
        engine = create_engine(database_url(self.owner_url))
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()


class Server:
    """A PostgreSQL server of which we are superuser. Makes databases and one role for the service; removes both."""

    def __init__(self, superuser_url: str) -> None:
        self._superuser = make_url(superuser_url)
        self.administrator = str(self._superuser.username)
        self._suffix = secrets.token_hex(4)
        self.role = f"biaochi_app_{self._suffix}"
        self._password = secrets.token_hex(12)
        self._count = 0
        self._pooler: int | None = None
        with self._maintenance() as connection:
            row = connection.execute(
                "select exists (select from pg_available_extensions where name = 'timescaledb')"
                " and exists (select from pg_settings where name = 'timescaledb.max_background_workers')"
            ).fetchone()
        self.timescale = bool(row and row[0])

    @contextmanager
    def through_pgbouncer(self) -> Iterator[None]:
        """For the block, the service's addresses lead through a PgBouncer in transaction mode; the owner's do not."""
        with pgbouncer(self._superuser, role=self.role, password=self._password) as self._pooler:
            yield
        self._pooler = None

    @contextmanager
    def database(self, *, template: str | None = None, plan: bool = True) -> Iterator[Database]:
        """A database for the block: a copy of `template`, or migrated afresh and, if `plan`, given the city's plan."""
        with self.empty_database(template=template) as database:
            if template is not None:  # what everybody is denied in a database is not copied with it
                with database.as_owner() as connection:
                    take_from_everybody(connection, role=self.role)
            else:
                bring_up_to_date(OpenedDatabase(database.url, database.owner_url, embedded=False))
                if plan:
                    _load_city_plan(database)
            yield database

    @contextmanager
    def empty_database(self, *, template: str | None = None) -> Iterator[Database]:
        """A database for the block, with nothing in it but what `template` has."""
        self._count += 1
        name = f"biaochi_test_{self._suffix}_{self._count}"
        with self._maintenance() as connection:
            if template is not None and self._pooler is not None:  # it keeps connections that were given back
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [template]
                )
            # As files: what goes through the log instead fills the server's memory with pages that are dropped soon.
            statement = sql.SQL("create database {} template {} strategy file_copy")
            made = statement.format(sql.Identifier(name), sql.Identifier(template or "template0"))
            with self._left_alone(connection, template):
                connection.execute(made)
        if template is not None:
            hand_on(template, name)
        url = self._superuser.set(database=name)
        service = self._for_the_service(url).render_as_string(hide_password=False)
        database = Database(name, service, url.render_as_string(hide_password=False), make_engine(service, pool_size=5))
        try:
            yield database
        finally:
            database.engine.dispose()
            self._drop(name)

    def _for_the_service(self, url: URL) -> URL:
        service = url.set(username=self.role, password=self._password)
        if self._pooler is None:
            return service
        return service.set(host="127.0.0.1", port=self._pooler).difference_update_query(["host", "port"])

    def close(self) -> None:
        """Remove the service's role; every database must be gone."""
        with self._maintenance() as connection:
            connection.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(self.role)))

    def _drop(self, name: str) -> None:
        with self._maintenance() as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    @contextmanager
    def _left_alone(self, connection: psycopg.Connection, template: str | None) -> Iterator[None]:
        """Nobody is in the database `template` for the block: TimescaleDB's own workers are sent away and kept out."""
        if template is None or not self.timescale:
            yield
            return
        admits = sql.SQL("alter database {} allow_connections {}")
        connection.execute(admits.format(sql.Identifier(template), sql.SQL("false")))
        try:
            connection.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s"
                " and backend_type like 'TimescaleDB%%'",
                [template],
            )
            yield
        finally:
            connection.execute(admits.format(sql.Identifier(template), sql.SQL("true")))

    @contextmanager
    def _maintenance(self) -> Iterator[psycopg.Connection]:
        address = self._superuser.set(drivername="postgresql", database="postgres")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
            yield connection


# What a transaction aside sets ends with it; a savepoint, which it is here, hands it on.
_AS_BEFORE = "set local synchronous_commit to default; set local statement_timeout to default"


_READING = text(f"{SAY}, set_config('transaction_read_only', 'on', true)")


class OneTransaction(Sessions):
    """Sessions that are all savepoints on one connection, so that rolling it back leaves nothing.

    What the test's own `session` holds is flushed before another opens, and read again afterwards.
    """

    def __init__(self, engine: Engine, connection: Connection, session: WriteSession) -> None:
        super().__init__(engine, standing=NOBODY)
        self._connection = connection
        self._session = session
        self._reading = 0
        self._acting = SYSTEM  # the test itself
        connection.execute(text(SAY), SYSTEM.said)

    @contextmanager
    def read(self, by: Authority | None = None) -> Iterator[ReadSession]:
        with self._read(by) as session:
            session.info[SNAPSHOT] = {}  # it sees one state: what is found in it stays true
            yield session

    @contextmanager
    def _read(self, by: Authority | None) -> Iterator[ReadSession]:
        self._session.flush()
        before, self._acting = self._acting, by or self.standing
        with ReadSession(self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            # Said inside the savepoint, with which both of it end.
            session.connection().execute(_READING, self._acting.said)
            self._reading += 1
            try:
                yield session
            finally:
                self._reading -= 1
                self._acting = before

    def glance(self, find: Callable[[ReadSession], Found]) -> Found:
        with self._read(NOBODY) as session:
            return find(session)

    @contextmanager
    def write(
        self, by: Authority | None = None, *, said: Mapping[str, str] = {}, ahead: Sequence[Asking] = ()
    ) -> Iterator[WriteSession]:
        self._session.flush()
        with (
            self._as(by or self.standing),
            WriteSession(self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session,
            session.begin(),
        ):
            for name, value in said.items():
                session.execute(text("select set_config(:name, :value, true)"), {"name": name, "value": value})
            if ahead:
                ask_ahead(session, ahead)
            yield session
        for act in acts_after_commit(session):
            act(self)
        self._session.expire_all()

    @contextmanager
    def watch(self) -> Iterator[ReadSession]:
        with self.read(SYSTEM) as session:
            yield session

    @contextmanager
    def aside(self) -> Iterator[WriteSession]:
        """As `write`; while something is read, on another connection, of which nothing is kept."""
        if not self._reading:
            with self.write() as session:
                yield session
            self._connection.exec_driver_sql(_AS_BEFORE)
            return
        with WriteSession(self.engine) as session, session.begin() as transaction:
            yield session
            transaction.rollback()

    @contextmanager
    def _as(self, by: Authority) -> Iterator[None]:
        """As `by` for the block, in the one transaction that all of them share."""
        before, self._acting = self._acting, by
        self._connection.execute(text(SAY), by.said)
        try:
            yield
        finally:
            self._acting = before
            self._connection.execute(text(SAY), before.said)


def _load_city_plan(database: Database) -> None:
    with use_engine(make_engine(database.url, pool_size=1)):
        load_plan_folder(CITY_PLAN, actor="tests")
