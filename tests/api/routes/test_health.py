"""`/readyz` says whether a submission can be taken, and which of the faults stands in the way, in both languages."""

from __future__ import annotations

import time
from collections import namedtuple
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.testclient import TestClient

from api.problems import install_problems
from metrics import database_faults, disk_room
from metrics.database import WriteSession
from metrics.database_faults import database_fault

_Usage = namedtuple("_Usage", "total used free")


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """What one test had the database refuse is not believed by the next."""
    yield
    database_faults._refused.clear()


def told(client: TestClient) -> tuple[int, list[str]]:
    answer = client.get("/readyz")
    body = answer.json()
    if answer.status_code == 503:
        assert int(answer.headers["Retry-After"]) <= 5
        for problem in body["problems"]:
            assert any("\u4e00" <= character <= "\u9fff" for character in problem["message"]["zh"])
    return answer.status_code, [problem["code"] for problem in body.get("problems", ())]


def test_a_home_that_is_nearly_full_is_not_ready(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr("metrics.disk_room.shutil.disk_usage", lambda _: _Usage(10**9, 10**9, disk_room.LEAST_FREE - 1))
        assert told(client) == (503, ["disk_full"])
    assert told(client) == (200, [])


def test_a_file_system_that_says_nothing_of_its_room_is_not_full(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metrics.disk_room.shutil.disk_usage", lambda _: _Usage(0, 0, 0))
    assert told(client) == (200, [])
    assert "biaochi_disk" not in client.get("/metrics").text


def test_a_database_that_only_answers_readers_is_not_ready(client: TestClient, session: WriteSession) -> None:
    session.execute(text("set local default_transaction_read_only = on"))
    assert told(client) == (503, ["database_read_only"])
    session.execute(text("set local default_transaction_read_only = off"))
    assert told(client) == (200, [])


def test_what_a_newer_program_made_is_not_ready(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrics.server.migration.schema_age", lambda _: "newer")
    assert told(client) == (503, ["schema_newer"])


def failing(state: str | None, *, broken: bool = False) -> DBAPIError:
    kind = psycopg.errors.lookup(state) if state else psycopg.OperationalError
    return DBAPIError.instance("x", None, kind("said"), psycopg.Error, connection_invalidated=broken)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("error", "code", "remembered"),
    [
        (failing(None), "database_away", False),
        (failing(None, broken=True), "database_away", False),
        (failing("57P01", broken=True), "database_away", False),
        (failing("57P03"), "database_away", False),
        (failing("53300"), "connections_exhausted", False),
        (PoolTimeout("x"), "connections_exhausted", False),
        (failing("53100"), "disk_full", True),
        (OSError(28, "No space left on device"), "disk_full", True),
        (failing("58030"), "storage_failed", True),
        (failing("25006"), "database_read_only", False),
        (failing("55P03"), "database_busy", False),
        (failing("40P01"), "database_busy", False),
        (failing("57014"), "took_too_long", False),
    ],
)
def test_every_fault_has_its_name_and_comes_back_in_five_seconds(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str, *, remembered: bool
) -> None:
    app = FastAPI()
    install_problems(app)

    @app.get("/fails")
    def fails() -> Any:
        raise error

    answer = TestClient(app, raise_server_exceptions=False).get("/fails")
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, code, "5")
    assert told(client) == ((503, [code]) if remembered else (200, []))
    later = time.monotonic() + 60
    monkeypatch.setattr("metrics.database_faults.time.monotonic", lambda: later)
    assert told(client) == (200, [])


def test_a_disk_that_refuses_whoever_asks_is_told_by_readyz(client: TestClient, session: WriteSession) -> None:
    """A page, a look of the service's own: what the database's disk refuses is remembered where it is refused."""
    full = text("do $$ begin raise exception 'no space' using errcode = '53100'; end $$")
    with pytest.raises(OperationalError), session.begin_nested():
        session.execute(full)
    assert told(client) == (503, ["disk_full"])


@pytest.mark.parametrize("state", ["42703", "23505", "22P02", "42501"])
def test_a_defect_is_no_fault_of_the_database(state: str) -> None:
    assert database_fault(failing(state)) is None


def test_a_commit_that_broke_off_is_not_called_lost() -> None:
    broken, refused = database_fault(failing(None, broken=True)), database_fault(failing(None))
    assert broken is not None
    assert refused is not None
    assert "not certain" in broken.message.en
    assert "nothing was stored" in refused.message.en
