"""Sessions: what is asked once in a snapshot, and what is asked anew because it may have changed."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from metrics.database import ReadSession, Sessions, once_a_snapshot
from metrics.database_faults import database_fault
from metrics.with_commit import send_with_commit
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


_END = text("select pg_terminate_backend(pg_backend_pid())")


def _ended(sessions: Sessions, *, kept: bool, late: bool) -> None:
    with sessions.write() as session:
        if kept:
            send_with_commit(session, text("select 1"), {})
        if late:
            send_with_commit(session, _END, {})
        else:
            session.execute(_END)


@pytest.mark.parametrize("kept", [True, False], ids=["something is kept for COMMIT", "nothing is"])
@pytest.mark.parametrize("late", [True, False], ids=["at COMMIT", "before"])
def test_a_connection_that_ends_is_told_as_what_it_is(clean_database: Database, *, kept: bool, late: bool) -> None:
    with pytest.raises(OperationalError) as broken:
        _ended(Sessions(clean_database.engine), kept=kept, late=late)
    fault = database_fault(broken.value)
    assert fault is not None
    assert fault.code == "database_away"
