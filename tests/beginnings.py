"""Databases that many tests begin with: what happened in them happened once, and each test rolls back its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Self

import pytest
from sqlalchemy import Connection
from starlette.testclient import TestClient

from metrics.database import WriteSession, use_sessions
from tests.databases import Database, OneTransaction, Server

Done = Callable[..., Any]


def beginning(done: Done) -> Any:
    """A fixture of the name of `done`, which is done once for all tests of this process that ask for it.

    `done` takes a `session` and, where it acts over HTTP, a `client`, as the fixtures of these names are. The tests
    start from a database in which it is done and committed. The fixture is what `done` answered: the session of the
    test where that was its own session, else a value that no test changes. A test has one such fixture at most.
    """

    def begun(session: WriteSession, beginnings: Beginnings) -> Any:
        found = beginnings.after(done)
        return session if found.is_session else found.given

    begun.__doc__, begun.done = done.__doc__, done  # type: ignore[attr-defined]
    return pytest.fixture(name=done.__name__)(begun)


def done_before(request: pytest.FixtureRequest) -> Done | None:
    """What was done in the database that the test starts from, if one of its fixtures says so."""
    known = request.session._fixturemanager
    asked = [known.getfixturedefs(name, request.node) for name in request.fixturenames]
    done: list[Done] = [found[-1].func.done for found in asked if found and hasattr(found[-1].func, "done")]
    assert len(done) < 2, done
    return done[0] if done else None


@dataclass(frozen=True)
class Beginning:
    """A database, and what was answered by what was done in it; `is_session`: the session itself."""

    database: Database
    given: Any
    is_session: bool


class Beginnings:
    """Makes the databases when they are first asked for, and drops them at the end of its block."""

    def __init__(self, server: Server, template: str | None) -> None:
        self._server, self._template = server, template
        self._made = dict[Done, Beginning]()
        self._kept = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def after(self, done: Done, client: Callable[[], TestClient] | None = None) -> Beginning:
        """The database in which `done` was done, and committed; nothing else ever is. `client` makes one if need be."""
        if done not in self._made:
            database = self._kept.enter_context(self._server.database(template=self._template))
            with database.engine.begin() as connection, one_session(connection) as session:
                if "client" in inspect.signature(done).parameters:
                    assert client is not None
                    with client() as opened:
                        given = done(session=session, client=opened)
                else:
                    given = done(session)
                session.commit()
            self._made[done] = Beginning(database, None if given is session else given, given is session)
        return self._made[done]


@contextmanager
def one_session(connection: Connection) -> Iterator[WriteSession]:
    """A session whose commits are savepoints. `read_session()` and `write_session()` share its transaction."""
    with (
        WriteSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session,
        use_sessions(OneTransaction(connection.engine, connection, session)),
    ):
        yield session
