"""Connections of a pool: one that was used a moment ago is not asked whether it is there, one that was left is.

What is begun over one that had ended is begun over another; what breaks off later is told as what it is.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from metrics import connections
from metrics.asked_ahead import Asking, answer
from metrics.connections import driver_of
from metrics.database import Sessions, make_engine
from metrics.database_faults import database_fault
from metrics.with_commit import send_with_commit
from tests.databases import Database

_PROCESS = text("select pg_backend_pid()")
_END = text("select pg_terminate_backend(:process)")


@pytest.fixture
def engine(clean_database: Database) -> Iterator[Engine]:
    engine = make_engine(clean_database.url, pool_size=2)
    yield engine
    engine.dispose()


def process_of(engine: Engine) -> int:
    with Sessions(engine).read() as session:
        found: int = session.scalar(_PROCESS) or 0
    return found


def end(process: int, database: Database) -> None:
    with database.engine.connect() as other:
        other.execute(_END, {"process": process})
        while other.scalar(text("select count(*) from pg_stat_activity where pid = :pid"), {"pid": process}):
            other.rollback()


def ended(engine: Engine, database: Database) -> int:
    """The process of the engine's one connection, which has ended."""
    process = process_of(engine)
    end(process, database)
    return process


def by_reading(sessions: Sessions) -> int:
    return process_of(sessions.engine)


def by_writing(sessions: Sessions) -> int:
    with sessions.write() as session:
        return int(session.execute(_PROCESS).scalar_one())


def by_asking_ahead(sessions: Sessions) -> int:
    asked = Asking(_PROCESS, {})
    with sessions.write(ahead=[asked]) as session:
        return int(answer(session, asked)[0].pg_backend_pid)


def by_glancing(sessions: Sessions) -> int:
    return sessions.glance(lambda session: int(session.execute(_PROCESS).scalar_one()))


def test_one_that_was_left_and_ended_is_taken_by_another(
    engine: Engine, clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = ended(engine, clean_database)
    monkeypatch.setattr(connections, "_TRUSTED", 0.0)
    assert process_of(engine) not in (0, gone)
    with Sessions(engine).write() as session:  # and it begins transactions as any other
        assert session.scalar(text("select current_setting('transaction_read_only')")) == "off"


@pytest.mark.parametrize("work", [by_reading, by_writing, by_asking_ahead, by_glancing])
def test_what_is_begun_over_those_that_ended_just_after_they_were_used_is_begun_over_another(
    engine: Engine, clean_database: Database, monkeypatch: pytest.MonkeyPatch, work: Callable[[Sessions], int]
) -> None:
    monkeypatch.setattr(connections, "_TRUSTED", 3600.0)
    with ExitStack() as at_once:
        reading = [at_once.enter_context(Sessions(engine).read()) for _ in range(2)]
        gone = [int(session.execute(_PROCESS).scalar_one()) for session in reading]
    for process in gone:
        end(process, clean_database)
    assert work(Sessions(engine)) not in gone
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of a QueuePool


def test_one_that_ends_in_the_middle_is_told_and_nothing_is_done_again(
    engine: Engine, clean_database: Database
) -> None:
    begun = 0

    def work() -> None:
        nonlocal begun
        with Sessions(engine).write() as session:
            begun += 1
            end(int(session.execute(_PROCESS).scalar_one()), clean_database)
            session.execute(_PROCESS)

    with pytest.raises(OperationalError) as broken:
        work()
    fault = database_fault(broken.value)
    assert fault is not None
    assert (fault.code, begun) == ("database_away", 1)
    assert process_of(engine) != 0  # whoever comes next has another one


def test_what_was_read_is_read_although_the_connection_ended_before_it_was_left(
    engine: Engine, clean_database: Database
) -> None:
    with Sessions(engine).read() as session:
        process = int(session.execute(_PROCESS).scalar_one())
        end(process, clean_database)
    assert process_of(engine) not in (0, process)
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of a QueuePool


def test_one_that_stays_behind_in_a_pipeline_is_not_used_again(engine: Engine) -> None:
    """As where the way is lost while answers are waited for: the driver cannot leave it, and says no more than that."""

    def work() -> None:
        with engine.connect() as connection, driver_of(connection) as driver:
            driver.pgconn.enter_pipeline_mode()
            raise psycopg.OperationalError("cannot exit pipeline mode while busy")

    left = process_of(engine)
    with pytest.raises(OperationalError) as broken:
        work()
    fault = database_fault(broken.value)
    assert fault is not None
    assert "not certain" in fault.message.en
    assert process_of(engine) not in (0, left)


def test_what_was_sent_with_a_commit_that_broke_off_is_not_called_lost(
    engine: Engine, clean_database: Database
) -> None:
    """By the network alone, so that the database says nothing: it may have committed."""

    def cut(connection: Any, *_: Any) -> None:
        with socket.socket(fileno=connection.connection.driver_connection.fileno()) as way:
            way.shutdown(socket.SHUT_RDWR)
            way.detach()

    def work() -> None:
        with Sessions(engine).write() as session:
            send_with_commit(session, _PROCESS, {})
            event.listen(engine, "after_cursor_execute", cut)

    with pytest.raises(OperationalError) as broken:
        work()
    event.remove(engine, "after_cursor_execute", cut)
    fault = database_fault(broken.value)
    assert fault is not None
    assert "not certain" in fault.message.en
    assert by_writing(Sessions(engine)) != 0


@pytest.mark.parametrize("trusted", [3600.0, 0.0])
def test_one_that_is_there_is_used_again(engine: Engine, monkeypatch: pytest.MonkeyPatch, trusted: float) -> None:
    monkeypatch.setattr(connections, "_TRUSTED", trusted)
    first = process_of(engine)
    assert process_of(engine) == first
    assert engine.pool.checkedin() == 1  # type: ignore[attr-defined]  # of a QueuePool
