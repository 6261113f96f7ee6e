"""Where sequences stand: set back or far ahead is named; gaps, and whoever may not look, are no alarm."""

from __future__ import annotations

from sqlalchemy import Connection, create_engine, text

from metrics.database import database_url
from metrics.guards.positions import may_see_positions, position_problems
from tests.databases import Database

ROW = "insert into sign_in_failures (username, address, failed_at) values ('x', '', now())"


def named(connection: Connection) -> dict[str, str]:
    return {str(found.pointer): found.message.en for found in position_problems(connection)}


def test_what_was_set_back_or_far_ahead_is_named_and_a_gap_is_not(clean_database: Database) -> None:
    """Setting a sequence is not undone with its transaction, so each is set right again."""
    with clean_database.as_owner() as connection:
        assert named(connection) == {}
        assert may_see_positions(connection)
        for _ in range(3):
            connection.execute(text(ROW))
        assert named(connection) == {}
        connection.execute(text("select setval('sign_in_failures_id_seq', 1000000)"))  # as if undone a million times
        assert named(connection) == {}
        for value, words in ((2, "was set back"), (2**30 + 1, "was set ahead")):
            connection.execute(text(f"select setval('sign_in_failures_id_seq', {value})"))
            (said,) = named(connection).items()
            assert said[0] == "position sign_in_failures_id_seq"
            assert words in said[1]
        connection.execute(text("select setval('sign_in_failures_id_seq', 3, false)"))
        assert "was set back" in "".join(named(connection).values())
        connection.execute(text("select setval('sign_in_failures_id_seq', 3)"))
        assert named(connection) == {}


def test_the_services_own_role_sees_none_and_that_is_known(clean_database: Database) -> None:
    engine = create_engine(database_url(clean_database.url))
    with engine.connect() as connection:
        assert named(connection) == {}
        assert not may_see_positions(connection)
    engine.dispose()
