"""The migrations: up, down and up again, the same as the models, with or without TimescaleDB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, text

from metrics.database import database_url
from metrics.guards.objects import object_differences
from metrics.models import Base
from metrics.server.downgrading import downgrade
from metrics.server.migration import is_current, migrate
from tests.databases import Server


@pytest.fixture
def owner(server: Server) -> Iterator[Engine]:
    """The owner's engine of a database with nothing in it."""
    with server.empty_database() as database:
        engine = create_engine(database_url(database.owner_url))
        yield engine
        engine.dispose()


def shape(connection: Connection) -> list[tuple[Any, ...]]:
    """Every column, constraint, index, trigger and function that our schema has, in words."""
    statements = (
        "select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns"
        " where table_schema = 'public' order by 1, ordinal_position",
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
        " where connamespace = 'public'::regnamespace order by 1, 2",
        "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2",
        "select tgrelid::regclass::text, tgname, pg_get_triggerdef(pg_trigger.oid) from pg_trigger"
        " join pg_class on pg_class.oid = tgrelid and relnamespace = 'public'::regnamespace"
        " where not tgisinternal and tgname !~ '^ts_' order by 1, 2",
        "select tablename, policyname, cmd, coalesce(qual, '') || coalesce(with_check, '') from pg_policies"
        " where schemaname = 'public' order by 1, 2",
        "select relname, relrowsecurity::text from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'p') order by 1",
        "select oid::regprocedure::text, prosrc from pg_proc where pronamespace = 'public'::regnamespace"
        " and proname ~ '^(acting|refuse|published|forget|keep)' order by 1",
        "select viewname, definition from pg_views where schemaname = 'public' order by 1",
    )
    return [tuple(row) for statement in statements for row in connection.exec_driver_sql(statement)]


def without_history(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [row for row in rows if "alembic_version" not in str(row[0])]


def test_up_down_and_up_again_comes_to_the_same(owner: Engine) -> None:
    migrate(owner)
    with owner.connect() as connection:
        first = shape(connection)
        assert is_current(connection)
    downgrade(owner, revision="base")
    with owner.connect() as connection:
        assert without_history(shape(connection)) == []
        assert connection.scalar(text("select to_regproc('refuse_change')")) is None
        assert not is_current(connection)
    migrate(owner)
    with owner.connect() as connection:
        assert shape(connection) == first
        assert list(object_differences(connection)) == []


def test_migrating_twice_changes_nothing(owner: Engine) -> None:
    migrate(owner)
    with owner.connect() as connection:
        first = shape(connection)
    migrate(owner)
    with owner.connect() as connection:
        assert shape(connection) == first


def test_a_migration_that_fails_leaves_nothing(owner: Engine) -> None:
    with owner.begin() as connection:
        connection.exec_driver_sql("create table idempotency_keys (in_the_way integer)")
    with pytest.raises(Exception, match="already exists"):
        migrate(owner)
    with owner.connect() as connection:
        tables = connection.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
        assert tables == ["idempotency_keys"]


def test_the_database_is_what_the_models_say(owner: Engine) -> None:
    migrate(owner)
    with owner.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "include_name": _ours}
        )
        assert compare_metadata(context, Base.metadata) == []


def _ours(name: str | None, kind: str, parents: dict[str, Any]) -> bool:
    return not (kind == "table" and name == "alembic_version")


def test_observations_are_partitioned_where_the_server_can(owner: Engine, server: Server) -> None:
    migrate(owner)
    with owner.connect() as connection:
        if not server.timescale:
            kind = connection.scalar(text("select relkind from pg_class where relname = 'observations'"))
            assert kind in ("r", b"r")
            return
        dimension = connection.execute(
            text("select column_name from timescaledb_information.dimensions where hypertable_name = 'observations'")
        ).scalars()
        assert dimension.all() == ["period"]
