"""The role with which other tools read: what it may, what it may not, and how more than that is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from metrics.database import make_engine
from metrics.errors import Conflict
from metrics.server.open_reader import let_in, rights_beyond, shut_out
from tests.databases import Database
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
    "set role biaochi_owner",
)


@pytest.fixture
def opened(clean_database: Database) -> Iterator[Opened]:
    with opened_to_others(clean_database) as found:
        yield found


def test_the_role_reads_the_schema_and_does_nothing_else(opened: Opened) -> None:
    with opened.reader.connect() as connection:
        connection.exec_driver_sql("set default_transaction_read_only = off")
        connection.exec_driver_sql("select set_config('biaochi.role', 'system', false)")
        connection.commit()
        for attempt in ATTEMPTS:
            with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
                connection.exec_driver_sql(attempt)
            connection.rollback()


def test_the_role_begins_with_limits(opened: Opened) -> None:
    with opened.reader.connect() as connection:
        shown = [
            connection.exec_driver_sql(f"show {name}").scalar_one()
            for name in ("default_transaction_read_only", "statement_timeout", "search_path")
        ]
    assert shown == ["on", "1min", "open"]


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
        assert beyond(connection) == set()
        connection.execute(text(f'grant select (unit_code) on unit_rates to "{role}"'))
        connection.execute(text(f'grant update on open.progress to "{role}"'))
        connection.execute(text(f'grant pg_read_all_settings to "{role}"'))
        connection.execute(text(f'grant execute on function slips_addressed_to_those_acting() to "{role}"'))
        assert beyond(connection) == {
            "public.unit_rates",
            "open.progress",
            "member of pg_read_all_settings",
            "function slips_addressed_to_those_acting",
        }
