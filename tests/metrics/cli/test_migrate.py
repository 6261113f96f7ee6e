"""`biaochi migrate`: the schema, the service's role and its rights, from nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from metrics.server import schema_lock
from metrics.settings import settings
from tests.databases import Database, Server
from tests.metrics.cli.conftest import Run


@pytest.fixture
def empty(server: Server, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database with nothing in it, which `run` uses. `run` is asked for first: it would override the address."""
    with server.empty_database() as database:
        for name, value in database.environment().items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield database


def test_a_command_on_a_database_without_schema_says_what_to_run(run: Run, empty: Database) -> None:
    run("migrate", "--revision", "0001")
    code, _, errors = run("user", "list")
    assert code == 1
    assert "biaochi migrate" in errors


def test_a_database_that_a_newer_program_made_is_told_so_and_left_alone(run: Run, empty: Database) -> None:
    run("migrate", "--revision", "0001")
    with empty.as_owner() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    for command in (("user", "list"), ("migrate",), ("migrate", "--revision", "0001", "--lose-data")):
        code, _, errors = run(*command)
        assert code == 1
        assert "较新版本" in errors
        assert "newer version" in errors


def test_an_empty_database_is_made_ready_for_the_service(run: Run, empty: Database) -> None:
    code, _, errors = run("migrate")
    assert (code, errors) == (0, "")
    with empty.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from observations")) == 0
    assert run("user", "list")[0] == 0


@pytest.mark.parametrize("said", ["0042", ""])
def test_a_version_that_was_changed_by_hand_is_refused_in_words(run: Run, empty: Database, said: str) -> None:
    run("migrate")
    with empty.as_owner() as connection:
        connection.exec_driver_sql(
            f"update alembic_version set version_num = '{said}'" if said else "drop table alembic_version"
        )
    code, _, errors = run("migrate")
    assert code == 1
    assert "alembic_version" in errors
    assert "未作任何改动" in errors
    assert "nothing was changed" in errors


def test_migrating_again_is_harmless(run: Run, empty: Database) -> None:
    assert run("migrate")[0] == 0
    assert run("migrate")[0] == 0


def test_a_service_role_the_server_does_not_know_is_made(
    run: Run, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, password = "biaochi_new-role", "it's 100% \\ odd\""
    url = make_url(empty.url).set(username=name, password=password).render_as_string(hide_password=False)
    monkeypatch.setenv("BIAOCHI_DATABASE_URL", url)
    settings.cache_clear()
    try:
        assert run("migrate")[0] == 0
        assert run("user", "list")[0] == 0
    finally:
        with empty.as_owner() as connection:
            connection.exec_driver_sql(f'drop owned by "{name}"')
            connection.exec_driver_sql(f'drop role "{name}"')


def test_one_role_may_be_both_owner_and_service(run: Run, empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAOCHI_DATABASE_URL", empty.owner_url)
    monkeypatch.delenv("BIAOCHI_MIGRATION_URL")
    settings.cache_clear()
    assert run("migrate")[0] == 0
    assert run("user", "list")[0] == 0


def test_a_role_that_may_not_change_the_schema_is_told_so(
    run: Run, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("migrate")[0] == 0
    with empty.as_owner() as connection:
        connection.exec_driver_sql("drop schema public cascade")
        connection.exec_driver_sql("create schema public")
        connection.exec_driver_sql("grant usage on schema public to public")
    monkeypatch.delenv("BIAOCHI_MIGRATION_URL")
    settings.cache_clear()
    code, _, errors = run("migrate")
    assert code == 1
    assert "BIAOCHI_MIGRATION_URL" in errors


def test_the_service_s_role_may_find_the_schema_up_to_date(
    run: Run, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("migrate")[0] == 0
    monkeypatch.delenv("BIAOCHI_MIGRATION_URL")
    settings.cache_clear()
    assert run("migrate")[0] == 0


def test_an_address_without_a_role_is_refused(run: Run, empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAOCHI_DATABASE_URL", "postgresql:///biaochi?host=/nowhere")
    settings.cache_clear()
    code, _, errors = run("migrate")
    assert code == 1
    assert "names no user" in errors


def test_who_holds_a_table_is_waited_for_a_while_and_nothing_is_changed(
    run: Run, clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody who comes later waits behind a change of the schema that waits: the service too."""
    monkeypatch.setattr(schema_lock, "LOCK_MILLISECONDS", 200)
    assert run("migrate", "--revision", "0054", "--lose-data")[0] == 0
    with clean_database.as_owner() as connection:
        connection.exec_driver_sql("lock table assessments in access share mode")
        code, _, errors = run("migrate")
    assert code == 1
    assert "有表正被他人使用" in errors
    assert "others hold a table" in errors
    with clean_database.as_owner() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == "0054"
    assert run("migrate")[0] == 0


@pytest.mark.parametrize(
    "lock",
    [
        "lock table submissions in access exclusive mode",
        "lock table alembic_version in share row exclusive mode",
        "lock table ledger_entries in access share mode",
        "select * from alembic_version for update",
    ],
)
def test_at_the_newest_migration_nobody_is_waited_for(run: Run, clean_database: Database, lock: str) -> None:
    """A second service starts beside one that migrates, that was frozen in it, or beside a session left open."""
    assert run("migrate")[0] == 0
    with clean_database.as_owner() as connection:
        connection.exec_driver_sql(lock)
        began = time.monotonic()
        assert run("migrate")[0] == 0
    assert time.monotonic() - began < 8  # two looks of a second, and what a busy machine adds


def test_a_new_role_is_never_left_without_rights_in_silence(
    run: Run, clean_database: Database, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rights that were given before may be renewed another time; ones that never were are what the command is for."""
    url = make_url(clean_database.url).set(username=f"{server.role}_new")
    monkeypatch.setenv("BIAOCHI_DATABASE_URL", url.render_as_string(hide_password=False))
    settings.cache_clear()
    try:
        with clean_database.as_owner() as connection:
            connection.exec_driver_sql("lock table alembic_version in share row exclusive mode")
            code, _, errors = run("migrate")
        assert (code, "others hold a table" in errors) == (1, True)
        assert run("migrate")[0] == 0
    finally:
        with clean_database.as_owner() as connection:
            connection.exec_driver_sql(f"drop owned by {url.username}")
            connection.exec_driver_sql(f"drop role {url.username}")


def test_who_changes_the_schema_is_waited_for_by_a_limit_and_named(
    run: Run, clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a limit a service stood at "bringing the schema up to date" until the other one ended."""
    monkeypatch.setattr(schema_lock, "VERSIONS_MILLISECONDS", 1_500)
    assert run("migrate", "--revision", "0054", "--lose-data")[0] == 0
    with clean_database.as_owner() as connection:
        connection.exec_driver_sql("lock table alembic_version in share row exclusive mode")
        pid = connection.scalar(text("select pg_backend_pid()"))
        code, said, errors = run("migrate")
    assert code == 1
    assert "另一程序正在升级表结构" in said
    assert f"waiting for it, 1 s at most (process {pid}," in said
    assert f"正被他人使用(进程 {pid}," in errors
    assert f"others hold a table that has to be (process {pid}," in errors
    assert run("migrate")[0] == 0


@pytest.mark.parametrize("revision", ["0000", "00", "+1", "-1", "", "@", "head-1", "'; drop table users"])
def test_a_migration_that_there_is_not_is_told(run: Run, clean_database: Database, revision: str) -> None:
    code, _, errors = run("migrate", f"--revision={revision}")
    assert code == 1
    assert "没有数据库结构版本" in errors
    assert "There is no migration" in errors


def test_an_earlier_migration_is_gone_back_to_and_data_goes_only_if_told(run: Run, clean_database: Database) -> None:
    code, _, errors = run("migrate", "--revision", "base")
    assert code == 1
    assert "ledger_entries" in errors
    assert "--lose-data" in errors
    assert "period_events" not in errors  # an empty table holds nothing that could be lost
    assert run("user", "list")[0] == 0
    code, _, errors = run("migrate", "--revision", "0019")
    assert code == 1
    assert "audit" in errors  # these commands stand in it already
    assert "ledger_entries" not in errors
    assert run("migrate", "--revision", "0019", "--lose-data")[0] == 0
    with clean_database.as_owner() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == "0019"
    assert run("migrate", "--revision", "base", "--lose-data")[0] == 0
    assert run("migrate")[0] == 0
    assert run("user", "list")[0] == 0
