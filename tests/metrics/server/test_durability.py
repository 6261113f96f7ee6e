"""The service does not start on a database that could lose what it acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from metrics.database import database_url
from metrics.errors import Unavailable
from metrics.server.durability import durability_problems, require_durability
from metrics.server.embedded import embedded_server
from metrics.server.programs import prepare_system_user, run_program
from tests.clusters import copy_cluster
from tests.databases import database_home


@pytest.fixture(scope="module")
def address(pristine: Path) -> Iterator[str]:
    """A server of this module's own: its settings are spoilt."""
    with database_home() as directory:
        copy_cluster(pristine, directory / "home")
        with embedded_server(directory / "home") as addresses:
            yield addresses.owner


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    engine = create_engine(database_url(address), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


@contextmanager
def spoilt(address: str, setting: str) -> Iterator[Connection]:
    """A connection made after `setting` was switched off for the whole server."""
    with connected(address) as connection:
        connection.execute(text(f"alter system set {setting} = off"))
        connection.execute(text("select pg_reload_conf(), pg_sleep(0.3)"))
    try:
        with connected(address) as connection:
            yield connection
    finally:
        with connected(address) as connection:
            connection.execute(text(f"alter system reset {setting}"))
            connection.execute(text("select pg_reload_conf(), pg_sleep(0.3)"))


def test_the_embedded_server_as_it_is_keeps_everything(address: str) -> None:
    with connected(address) as connection:
        assert durability_problems(connection, embedded=True) == ()
        require_durability(connection, embedded=True)


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_setting_that_could_lose_a_commit_is_named_and_refused(address: str, setting: str) -> None:
    with spoilt(address, setting) as connection:
        problems = durability_problems(connection, embedded=False)
        assert [problem.en.split()[0] for problem in problems] == [setting]
        with pytest.raises(Unavailable, match=setting):
            require_durability(connection, embedded=False)


@pytest.mark.parametrize("level", ["local", "on", "remote_write", "remote_apply"])
def test_levels_at_which_a_commit_is_on_disk_are_accepted(address: str, level: str) -> None:
    with connected(address) as connection:
        connection.execute(text(f"set synchronous_commit = {level}"))
        assert durability_problems(connection, embedded=True) == ()


def test_checksums_are_asked_of_our_own_server_only(used: Path) -> None:
    prepare_system_user(used)
    run_program(used, "pg_checksums", "--disable", "-D", str(used / "postgres"))
    with embedded_server(used) as addresses, connected(addresses.owner) as connection:
        assert durability_problems(connection, embedded=False) == ()
        problems = durability_problems(connection, embedded=True)
        assert [problem.en for problem in problems] == ["data_checksums is off, must be on"]
