"""Connections of a pool: one that was used a moment ago is not asked whether it is there, one that was left is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from metrics import connections
from metrics.database import Sessions, make_engine
from metrics.database_faults import database_fault
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


def ended(engine: Engine, database: Database) -> int:
    """The process of the engine's one connection, which has ended."""
    process = process_of(engine)
    with database.engine.connect() as other:
        other.execute(_END, {"process": process})
        while other.scalar(text("select count(*) from pg_stat_activity where pid = :pid"), {"pid": process}):
            other.rollback()
    return process


def test_one_that_was_left_and_ended_is_taken_by_another(
    engine: Engine, clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = ended(engine, clean_database)
    monkeypatch.setattr(connections, "_TRUSTED", 0.0)
    assert process_of(engine) not in (0, gone)
    with Sessions(engine).write() as session:  # and it begins transactions as any other
        assert session.scalar(text("select current_setting('transaction_read_only')")) == "off"


def test_one_that_ended_just_after_it_was_used_is_told_as_a_database_that_is_away(
    engine: Engine, clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = ended(engine, clean_database)
    monkeypatch.setattr(connections, "_TRUSTED", 3600.0)
    with pytest.raises(OperationalError) as broken:
        process_of(engine)
    fault = database_fault(broken.value)
    assert fault is not None
    assert fault.code == "database_away"
    assert process_of(engine) not in (0, gone)  # whoever comes next has another one


@pytest.mark.parametrize("trusted", [3600.0, 0.0])
def test_one_that_is_there_is_used_again(engine: Engine, monkeypatch: pytest.MonkeyPatch, trusted: float) -> None:
    monkeypatch.setattr(connections, "_TRUSTED", trusted)
    first = process_of(engine)
    assert process_of(engine) == first
    assert engine.pool.checkedin() == 1  # type: ignore[attr-defined]  # of a QueuePool
