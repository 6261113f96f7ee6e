"""Sessions: what is asked once in a snapshot, and what is asked anew because it may have changed."""

from __future__ import annotations

from metrics.database import ReadSession, Sessions, once_a_snapshot
from tests.databases import Database


def test_a_snapshot_is_asked_once_and_a_session_that_writes_every_time(clean_database: Database) -> None:
    asked: list[str] = []

    def ask(session: ReadSession, key: str) -> int | None:
        return once_a_snapshot(session, key, lambda: asked.append(key))

    sessions = Sessions(clean_database.engine)
    with sessions.read() as session:
        assert [ask(session, key) for key in ("a", "b", "a")] == [None, None, None]
        with sessions.read() as other:
            ask(other, "a")
    assert asked == ["a", "b", "a"]  # None is an answer too; another snapshot has its own
    with sessions.write() as session:
        ask(session, "a")
        ask(session, "a")
    assert asked == ["a", "b", "a", "a", "a"]
