"""How many connections a process holds at most, as it really does; and what is said where they do not fit."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from metrics.database import Sessions, make_engine
from metrics.doctor.line import Grade
from metrics.doctor.server_lines import server_lines
from metrics.server.connections import ASIDE, COMMAND, SIGN_OF_LIFE, WATCH, connection_room, most_of_a_process
from metrics.settings import Settings
from tests.databases import Database


@pytest.mark.parametrize("size", [1, 3])
def test_a_pool_holds_as_many_as_the_figure_says_and_no_more(shared_database: Database, size: int) -> None:
    engine = make_engine(shared_database.url, pool_size=size)
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0  # not to wait for the one that is refused
    with ExitStack() as held:
        held.callback(engine.dispose)
        for _ in range(most_of_a_process(Settings(pool_size=size)) - ASIDE - SIGN_OF_LIFE - WATCH):
            held.enter_context(engine.connect())
        with pytest.raises(PoolTimeout):
            engine.connect()


def test_what_is_written_aside_goes_over_as_many_as_is_said(shared_database: Database) -> None:
    sessions = Sessions(shared_database.engine)
    try:
        with sessions.aside():
            assert sessions._aside is not None
            pool = sessions._aside.pool
            assert isinstance(pool, QueuePool)
            assert pool.size() + pool._max_overflow == ASIDE
    finally:
        sessions.close_aside()


def test_all_processes_and_one_command_have_to_fit_beside_what_the_server_keeps(shared_database: Database) -> None:
    with shared_database.engine.connect() as connection:
        most, kept = (
            int(connection.scalar(text(f"select current_setting('{name}')")))
            for name in ("max_connections", "superuser_reserved_connections")
        )
        assert connection_room(connection, Settings(pool_size=4)).service == 2 * 4 + ASIDE + SIGN_OF_LIFE + WATCH
        found = connection_room(connection, Settings(pool_size=4, workers=2))  # and one that keeps both
        assert (found.service, found.room) == (3 * (2 * 4 + ASIDE + SIGN_OF_LIFE + WATCH), most - kept)
        assert found.services * found.service + COMMAND <= found.room < (found.services + 1) * found.service + COMMAND
        assert graded(connection, Settings(pool_size=4, workers=2)) is Grade.OK
        assert graded(connection, Settings(pool_size=most)) is Grade.WARN


def test_a_limit_of_the_role_or_of_the_database_counts_where_it_is_less(shared_database: Database) -> None:
    with shared_database.as_owner() as owner:
        owner.execute(text(f"alter database {shared_database.name} connection limit 7"))
        assert connection_room(owner, Settings()).room == 7
        owner.rollback()


def graded(connection: Connection, configured: Settings) -> Grade:
    lines = {line.name: line.grade for line in server_lines(connection, configured, embedded=False)}
    return lines["connections"]
