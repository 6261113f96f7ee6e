"""When a session or token was last used is noted once a minute, and costs the request nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select, text, update

from metrics.commands.note_use import note_use
from metrics.database import Sessions, WriteSession, use_engine
from metrics.models import Session, Token
from metrics.queries.principals import principal_by_session, principal_by_token
from tests.databases import Database
from tests.people import browser_session, person, signed_in, token

_ENDED = text(
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
    " where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()"
)


def test_a_token_s_use_is_noted_once_a_minute(session: WriteSession) -> None:
    person(session)
    secret = token(session).secret
    asked = principal_by_token(session, secret)
    note_use(asked)
    session.expire_all()
    first = session.scalars(select(Token.last_used_at)).one()
    assert first is not None
    note_use(principal_by_token(session, secret))
    note_use(asked)  # which was read before the first was noted
    session.expire_all()
    assert session.scalars(select(Token.last_used_at)).one() == first
    session.execute(update(Token).values(last_used_at=first - timedelta(minutes=1)))
    note_use(principal_by_token(session, secret))
    session.expire_all()
    noted = session.scalars(select(Token.last_used_at)).one()
    assert noted is not None
    assert noted > first - timedelta(minutes=1)


def test_within_the_minute_nothing_is_asked_of_the_database(session: WriteSession) -> None:
    principal = principal_by_session(session, browser_session(session))
    asked: list[str] = []
    connection = session.connection()

    def watched(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(connection, "before_cursor_execute", watched)
    note_use(principal)
    event.remove(connection, "before_cursor_execute", watched)
    assert asked == []


@pytest.mark.parametrize("stands", ["alter database {name} set default_transaction_read_only = on", "lock"])
def test_who_asks_is_served_where_nothing_can_be_noted_and_where_another_notes(
    clean_database: Database, stands: str
) -> None:
    engine = clean_database.engine
    with Sessions(engine).write() as session:
        person(session)
        secret = signed_in(session, now=datetime.now(UTC) - timedelta(minutes=2)).secret
    with Sessions(engine).read() as reading:
        principal = principal_by_session(reading, secret)
    with use_engine(engine):
        if stands == "lock":
            with engine.begin() as other:
                other.execute(text("select from sessions for update"))
                begun = datetime.now(UTC)
                note_use(principal)
                assert datetime.now(UTC) - begun < timedelta(seconds=2)
        else:
            with clean_database.as_owner() as owner:
                owner.execute(text(stands.format(name=f'"{clean_database.name}"')))
                owner.execute(_ENDED)  # by the server: a pooler between would keep what the engine gives back
                owner.commit()
            engine.dispose()
            note_use(principal)
    with clean_database.as_owner() as owner:
        seen = owner.scalar(select(Session.last_seen_at))
    assert seen is not None
    assert seen < datetime.now(UTC) - timedelta(minutes=1)
