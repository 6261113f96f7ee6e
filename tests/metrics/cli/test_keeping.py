"""What a running service keeps up to date: whatever stops one look, the next one comes."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metrics.cli.keeping import LedgerWatch, kept
from metrics.database import Sessions, read_session, use_sessions
from metrics.errors import BiaochiError, Message, PlanMissing, Unavailable
from metrics.ledger.entry import newest_seq
from metrics.locks import Lock, hold
from metrics.models import LedgerCheckpoint, LedgerEntry
from metrics.settings import settings
from tests.databases import Database

FAILURES = (
    PoolTimeout("no connection is free"),
    OperationalError("", {}, Exception("gone")),
    Unavailable("database_away", Message("无", "none")),
    PlanMissing(),
)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_the_first_look_is_taken_until_it_was_done(failure: BiaochiError | PoolTimeout) -> None:
    firsts, looked = [failure, False, True], threading.Event()

    def first() -> bool:
        answer = firsts.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def look() -> bool:
        looked.set()
        return False

    with kept("tried", look, every=0.001, first=first):
        assert looked.wait(timeout=20)
    assert firsts == []


def test_what_a_start_could_not_enter_and_sign_is_made_up_for(
    clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAOCHI_JUDGED_SHARE", "0.75")
    settings.cache_clear()
    watch, engine = LedgerWatch(), clean_database.engine
    with use_sessions(Sessions(engine)):
        with engine.begin() as other:
            hold(other, Lock.LEDGER)
            monkeypatch.setattr("metrics.database._WAITS", "50ms")
            with pytest.raises(OperationalError):
                watch()
        watch.due = 0.0
        assert watch()
        with read_session() as session:
            assert "settings" in session.scalars(select(LedgerEntry.kind)).all()
            assert session.scalar(select(func.max(LedgerCheckpoint.size))) == newest_seq(session)
