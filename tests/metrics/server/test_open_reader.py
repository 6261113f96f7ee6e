"""The role with which other tools read: what it may, what it may not, and how more than that is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from metrics.commands.keep_open_progress import bring_open_progress_up_to_date
from metrics.database import make_engine
from metrics.doctor.line import Grade
from metrics.doctor.role_lines import role_lines
from metrics.errors import Conflict
from metrics.server.libpq import libpq_address
from metrics.server.open_reader import disturbances, let_in, rights_beyond, shut_out
from tests.databases import Database, Server
from tests.metrics.publish.test_open_sql import sent
from tests.open_sql import Opened, opened_to_others

ATTEMPTS = (
    "select * from public.users",
    "select * from public.unit_rates",
    "select * from public.submission_events",
    "select * from public.plan_records",
    "select * from public.plan_parts",
    "select * from public.open_refreshes",
    "select public.forget_refused_files()",
    "select public.slips_addressed_to_those_acting()",
    "insert into open.progress select * from open.progress",
    "update open.progress set light = 'green'",
    "select 1 from open.progress for share",
    "delete from open.progress",
    "truncate open.progress",
    "create table open.mine (x integer)",
    "create table public.mine (x integer)",
    "create temporary table mine (x integer)",
    "create schema mine",
    "create role mine",
    "select pg_read_file('postgresql.conf')",
    "copy (select 1) to program 'true'",
    "select lo_create(1)",
    "select pg_advisory_lock(1112097103)",
    "select pg_try_advisory_xact_lock_shared(1, 2)",
    "select pg_logical_emit_message(true, 'x', 'x')",
    "select 1 from public.locks for update",
    "lock table open.progress in share mode",
    "lock table public.alembic_version in access share mode",
    "set temp_file_limit = -1",
)


@pytest.fixture
def opened(clean_database: Database) -> Iterator[Opened]:
    with opened_to_others(clean_database) as found:
        yield found


def test_the_role_reads_the_schema_and_does_nothing_else(opened: Opened, server: Server) -> None:
    with opened.reader.connect() as connection:
        connection.exec_driver_sql("set default_transaction_read_only = off")
        connection.exec_driver_sql("select set_config('biaochi.role', 'system', false)")
        connection.commit()
        for attempt in (*ATTEMPTS, f"set role {server.administrator}"):
            with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
                connection.exec_driver_sql(attempt)
            connection.rollback()


def test_the_role_begins_with_limits(opened: Opened) -> None:
    with opened.reader.connect() as connection:
        shown = [
            connection.exec_driver_sql(f"show {name}").scalar_one()
            for name in ("default_transaction_read_only", "statement_timeout", "search_path", "temp_file_limit")
        ]
    assert shown == ["on", "1min", "open", "1GB"]


def test_a_role_that_is_there_for_something_else_is_left_alone(opened: Opened) -> None:
    with opened.database.as_owner() as connection:
        service = make_engine(opened.database.url).url.username or ""
        for role in (service, "pg_read_all_data"):
            with pytest.raises(Conflict, match="role_taken"):
                let_in(connection, role=role, password="x", service=service)
        owner = str(connection.scalar(text("select current_user")))
        for role in (service, owner, "pg_read_all_data"):
            with pytest.raises(Conflict, match="role_unknown"):
                shut_out(connection, role=role, service=service)


def test_what_a_role_could_do_beyond_reading_is_named(opened: Opened) -> None:
    role = str(opened.reader.url.username)

    def beyond(connection: Connection) -> set[str]:
        return set(rights_beyond(connection, role=role))

    with opened.database.as_owner() as connection:
        connection.exec_driver_sql("create extension pg_stat_statements")  # everybody may read what it shows
        assert beyond(connection) == set()
        connection.exec_driver_sql("grant delete on pg_stat_statements to public")
        connection.execute(text(f'grant select (unit_code) on unit_rates to "{role}"'))
        connection.execute(text(f'grant update on open.progress to "{role}"'))
        connection.execute(text(f'grant pg_read_all_settings to "{role}"'))
        connection.execute(text(f'grant execute on function slips_addressed_to_those_acting() to "{role}"'))
        assert beyond(connection) == {
            "public.unit_rates",
            "public.pg_stat_statements",
            "open.progress",
            "member of pg_read_all_settings",
            "function slips_addressed_to_those_acting",
        }


WORK = (
    "select count(*) from generate_series(1, 1000000000000)",
    "select sum(x.value * y.value) from open.rates x, open.rates y, open.rates z",
    "select count(*) from (select md5(g::text) from generate_series(1, 100000000) g order by 1) sorted",
)
# What else is held while others record: each in a transaction that stays open.
HELD = (
    "lock table open.progress, open.state, open.rates, open.targets, open.observations in access share mode",
    "set transaction isolation level serializable; select count(*) from open.observations",
    "listen noise; notify noise, 'x'",
    "declare kept cursor with hold for select * from open.progress",
)


def test_nothing_that_the_role_does_keeps_anybody_from_recording(opened: Opened) -> None:
    """Every connection it may have is at work or holds what it can, for as long as it likes."""
    address = libpq_address(opened.reader.url)

    def connected() -> psycopg.Connection:
        return psycopg.connect(address, autocommit=True)

    with ExitStack() as stack:
        readers = [connected() for _ in range(20)]
        for reader in readers:
            stack.callback(reader.close)
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            connected()
        for reader in readers:
            reader.execute(
                "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set work_mem = '64kB'"
            )
            reader.execute("set default_transaction_read_only = off")
        for reader, held in zip(readers, HELD, strict=False):
            reader.execute(f"begin; {held}")
        for number, reader in enumerate(readers[len(HELD) :]):
            reader.pgconn.send_query(WORK[number % len(WORK)].encode())
        opened.act(sent)
        opened.act(partial(sent, unit="441203"))
        assert bring_open_progress_up_to_date()
        with opened.database.as_owner() as connection:
            connection.execute(
                text("select pg_terminate_backend(pid) from pg_stat_activity where usename = :role"),
                {"role": opened.reader.url.username},
            )


def test_where_nobody_could_take_the_locks_that_are_everybodys_the_service_still_records(opened: Opened) -> None:
    """A managed server: the owner is no superuser. What the role can do there is said."""
    role = str(opened.reader.url.username)
    with opened.database.as_owner() as connection:
        assert disturbances(connection, role=role) == []
        connection.execute(text("grant execute on function pg_advisory_lock(bigint) to public"))
        connection.execute(text(f'alter role "{role}" reset temp_file_limit'))
        connection.execute(text(f'alter role "{role}" connection limit -1'))
        assert len(disturbances(connection, role=role)) == 3
    with opened.database.engine.connect() as connection:
        line = next(line for line in role_lines(connection) if line.name == "readers")
        assert line.grade is Grade.WARN
        assert line.found.en.count(role) == 3
    with opened.reader.connect() as connection:
        connection.exec_driver_sql("select pg_advisory_lock(number) from unnest(array[1112097103, 1112493647]) number")
        opened.act(sent)
