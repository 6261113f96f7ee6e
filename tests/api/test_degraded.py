"""R7: each fault of the database and its disk, by every route there is: told by its name, never a 500, never hung.

Routes are the application's own list, each asked for as whoever may. What a fault stops is answered 503 with its code,
words in both languages and a `Retry-After` of at most 5 s, in every form of answer; what it does not stop goes on.
`/readyz` says so, and all is well again in the same process once the fault is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from sqlalchemy import Connection, Engine, event
from starlette.testclient import TestClient

from metrics import database_faults
from metrics.access import Access
from metrics.authority import NOBODY
from metrics.database import Sessions, make_engine, use_sessions
from metrics.ledger.keys import key_file
from metrics.principal import Role
from metrics.server.migration import SchemaAge
from tests.api.test_matrix import _ask, _filled, _operations
from tests.api.test_strangers_bodies import operations
from tests.beginnings import Beginnings, done_before
from tests.callers import Response
from tests.everybody import Everybody, everybody
from tests.matrices import WHOLE
from tests.units_apart import OWN

ALWAYS = {f"get {path}" for path in ("/healthz", "/metrics")}  # ask nothing of the database
__all__ = ["everybody"]  # a fixture
_CHANGES = r"insert|update|delete|with\b.*\b(insert into|delete from|update \w+ set)"
WRITES = re.compile(rf"\s*({_CHANGES})\b", re.DOTALL | re.IGNORECASE)


@contextmanager
def away(_: Engine) -> Iterator[None]:
    """Nobody listens where the database should be."""
    elsewhere = make_engine("postgresql://nobody@127.0.0.1:9/nowhere")
    with use_sessions(Sessions(elsewhere, standing=NOBODY)):
        yield


@contextmanager
def exhausted(engine: Engine) -> Iterator[None]:
    """Every connection that the pool gives is in use."""
    with engine.connect(), engine.connect():
        yield


@contextmanager
def refused_to_write(engine: Engine, state: str) -> Iterator[None]:
    """PostgreSQL raises `state` at every statement that writes: 53100 is what it raises on a full disk."""

    def instead(_c: Any, _k: Any, statement: str, given: Any, _x: Any, _m: bool) -> tuple[str, Any]:
        if WRITES.match(statement):
            return f"do $$ begin raise exception 'no' using errcode = '{state}'; end $$", ()
        return statement, given

    event.listen(engine, "before_cursor_execute", instead, retval=True)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", instead)


@contextmanager
def read_only(engine: Engine) -> Iterator[None]:
    """As on a standby: PostgreSQL takes nothing in, and locks no row."""

    def only(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("set default_transaction_read_only = on")
        connection.commit()

    engine.dispose()
    event.listen(engine, "checkout", only)
    try:
        yield
    finally:
        event.remove(engine, "checkout", only)
        engine.dispose()


@contextmanager
def newer(engine: Engine) -> Iterator[None]:
    """A later version brought the schema up to date beside the service: what it writes lacks a column."""
    with pytest.MonkeyPatch.context() as patch, refused_to_write(engine, "23502"):
        patch.setattr("metrics.server.migration.schema_age", lambda _: SchemaAge.NEWER)
        yield


@contextmanager
def without_key(engine: Engine) -> Iterator[None]:
    """The file of the key that signs is not where it was; what is recorded all the same is taken back."""

    def take_back(connection: Connection) -> None:
        connection.connection.rollback()

    aside = key_file().with_name("aside")
    key_file().rename(aside)
    event.listen(engine, "commit", take_back)
    try:
        yield
    finally:
        event.remove(engine, "commit", take_back)
        aside.rename(key_file())


@dataclass(frozen=True)
class Fault:
    """`code` by which it is told; `reads`: what only reads goes on; `unrecorded`: so does what the ledger has not."""

    code: str
    strike: Callable[[Engine], AbstractContextManager[None]]
    reads: bool
    unrecorded: bool = False


FAULTS = (
    Fault("database_away", away, reads=False),
    Fault("connections_exhausted", exhausted, reads=False),
    Fault("disk_full", partial(refused_to_write, state="53100"), reads=True),
    Fault("storage_failed", partial(refused_to_write, state="58030"), reads=True),
    Fault("database_read_only", read_only, reads=True),
    Fault("schema_newer", newer, reads=True),
    Fault("ledger_key_missing", without_key, reads=True, unrecorded=True),
)


@dataclass(frozen=True)
class Struck:
    client: TestClient
    engine: Engine
    everybody: Everybody
    document: dict[str, Any]

    def ask(self, operation: str, access: Access) -> Response:
        asked = _filled(self.document, operation, self.everybody.apart, OWN)
        return _ask(self.client, operation, self.everybody.allowed(access), asked)


@pytest.fixture
def struck(
    request: pytest.FixtureRequest, application: FastAPI, everybody: Everybody, beginnings: Beginnings
) -> Iterator[Struck]:
    """The application on the engine of a database of which nothing may be changed: every fault sees to that."""
    done = done_before(request)
    assert done is not None
    engine = make_engine(beginnings.after(done).database.url, pool_size=1)
    engine.pool._timeout = 0.01  # type: ignore[attr-defined]  # else each request waits 3 s for a connection
    client = TestClient(
        application, base_url="http://127.0.0.1:8000", raise_server_exceptions=False, follow_redirects=False
    )
    database_faults._refused.clear()
    with (
        use_sessions(Sessions(engine, standing=NOBODY)),
        start_blocking_portal() as client.portal,
    ):  # one for all it asks
        yield Struck(client, engine, everybody, application.openapi())
    engine.dispose()
    database_faults._refused.clear()


def named(answer: Response, code: str) -> bool:
    """Whether `answer` says that it is this fault, and that one may come back soon."""
    if answer.status_code != 503 or not 1 <= int(answer.headers.get("Retry-After", "0")) <= 5:
        return False
    told = answer.json()
    return told["code"] == code and all(told["message"][language] for language in ("zh", "en"))


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[fault.code for fault in FAULTS])
def test_a_fault_is_told_by_every_route_that_it_stops(struck: Struck, number: int) -> None:
    fault = FAULTS[number]
    odd, told = [], 0
    with fault.strike(struck.engine):
        for place, (operation, access) in enumerate(_operations(struck.document)):
            reads = operation.startswith("get ")
            dealt = WHOLE or (place - number) % (len(FAULTS) if reads else 2 if fault.unrecorded else 4) == 0
            if operation in ALWAYS or operation.endswith("/readyz") or not dealt:
                continue
            answer = struck.ask(operation, access)
            told += named(answer, fault.code)
            goes_on = reads or fault.unrecorded or answer.status_code >= 400 or not answer.content
            right = named(answer, fault.code) or (answer.status_code < 500 and fault.reads and goes_on)
            if not right:
                odd.append((operation, answer.status_code, answer.text[:200]))
        ready = struck.client.get("/readyz").json()
    assert odd == []
    assert told >= 10
    assert fault.code in str(ready)
    database_faults._refused.clear()  # believed for half a minute
    assert struck.client.get("/readyz").status_code == 200


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[fault.code for fault in FAULTS])
def test_a_fault_is_no_page_of_an_error(struck: Struck, application: FastAPI, number: int) -> None:
    """Every address that the pages have, and callbacks: no 500, and whoever is told to come back is told when.

    Half of them are asked for with each fault, all with MATRIX=whole.
    """
    fault, odd = FAULTS[number], []
    browser = struck.everybody.browsers[Role.ADMIN]
    pages = [
        one for one in operations(application) if not one[1].startswith(("/api/", "/healthz", "/readyz", "/metrics"))
    ]
    assert len(pages) > 30
    with fault.strike(struck.engine):
        for place, (method, path) in enumerate(pages):
            if not WHOLE and (place + number) % 2:
                continue
            answer = struck.client.request(method, path, headers=browser, data={"username": "x", "password": "y"})
            if answer.status_code >= 500 and (answer.status_code, answer.headers.get("Retry-After")) != (503, "5"):
                odd.append((method, path, answer.status_code, answer.headers.get("Retry-After"), answer.text[:200]))
    assert odd == []
