"""What a transaction asks as it begins: each has its answer once and in order; whoever asks otherwise asks anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from metrics.asked_ahead import Asking, answer, answered_ahead
from metrics.authority import SYSTEM
from metrics.database import Sessions, make_engine
from metrics.database_faults import database_fault
from tests.databases import Database

_MADE = text("insert into locks (name) values (:name)")
_COUNTED = text("select count(*) as locks from locks where name like 'ahead %' and name <> :besides")
_SAID = text("select current_setting(:name) as said")


@pytest.fixture
def sessions(clean_database: Database) -> Iterator[Sessions]:
    engine = make_engine(clean_database.url, pool_size=2)
    yield Sessions(engine)
    engine.dispose()


def counted(besides: str = "") -> Asking:
    return Asking(_COUNTED, {"besides": besides})


def test_each_sees_what_the_one_before_it_did_and_answers_once(sessions: Sessions) -> None:
    made = [Asking(_MADE, {"name": f"ahead {place}"}) for place in (1, 2)]
    with sessions.write(SYSTEM, ahead=[counted(), made[0], counted("x"), made[1], counted("y")]) as session:
        assert answer(session, made[0]) == answer(session, made[1]) == []
        assert [answer(session, counted(besides))[0].locks for besides in ("", "x", "y")] == [0, 1, 2]
        assert answer(session, counted())[0].locks == 2  # asked a second time: as it is by then


def test_what_is_asked_with_other_values_or_words_is_asked_anew(sessions: Sessions) -> None:
    with sessions.write(SYSTEM, ahead=[counted()]) as session:
        session.execute(_MADE, {"name": "ahead 1"})
        assert answer(session, counted("other"))[0].locks == 1
        assert answer(session, Asking(text(str(_COUNTED)), {"besides": ""}))[0].locks == 1
        assert answered_ahead(session, counted("other")) is None
        assert answer(session, counted())[0].locks == 0


def test_it_is_asked_by_whoever_acts_and_with_what_was_set(sessions: Sessions) -> None:
    names = ("biaochi.role", "lock_timeout", "enable_seqscan")
    asked = [Asking(_SAID, {"name": name}) for name in names]
    with sessions.write(SYSTEM, said={"enable_seqscan": "off"}, ahead=asked) as session:
        assert [answer(session, question)[0].said for question in asked] == ["system", "4s", "off"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_refused_undoes_it_all_and_the_connection_goes_on(sessions: Sessions, place: int) -> None:
    ahead = [Asking(_MADE, {"name": f"ahead {number}"}) for number in (1, 2)]
    ahead.insert(place, Asking(text("select 1 / 0 as never"), {}))
    with pytest.raises(DBAPIError), sessions.write(SYSTEM, ahead=ahead):
        pytest.fail("it was refused before the block begins")
    with sessions.write(SYSTEM, ahead=[counted()]) as session:
        assert answer(session, counted())[0].locks == 0
    assert sessions.engine.pool.checkedin() == 1  # type: ignore[attr-defined]  # of a QueuePool


def test_a_connection_that_ends_is_told_as_what_it_is(sessions: Sessions) -> None:
    ended = Asking(text("select pg_terminate_backend(pg_backend_pid()) as ended"), {})
    with pytest.raises(OperationalError) as broken, sessions.write(SYSTEM, ahead=[counted(), ended, counted("x")]):
        pytest.fail("nobody is there any more")
    fault = database_fault(broken.value)
    assert fault is not None
    assert fault.code == "database_away"
    with sessions.write(SYSTEM, ahead=[counted()]) as session:
        assert answer(session, counted())[0].locks == 0


def test_all_of_it_is_one_way_to_the_database(sessions: Sessions) -> None:
    """SQLAlchemy sends nothing of its own, so nothing is waited for in between."""
    by_sqlalchemy: list[str] = []

    def note(_c: Any, _r: Any, statement: str, _v: Any, context: Any, _m: bool) -> None:
        if context is not None:
            by_sqlalchemy.append(statement)

    event.listen(sessions.engine, "before_cursor_execute", note)
    with sessions.write(SYSTEM, ahead=[counted(), counted("x")]) as session:
        answer(session, counted("x"))
        answer(session, counted())
    assert by_sqlalchemy == []
