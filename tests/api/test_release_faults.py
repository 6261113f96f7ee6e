"""A release that goes wrong at any statement: nothing of it is stored, and nobody is told that it was published.

Over HTTP, with real commits. A sample of the places; `python -m benchmarks.faults` strikes at every one.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from metrics.database import Sessions, make_engine, use_engine
from metrics.principal import Role
from tests.callers import Caller, caller
from tests.databases import Database
from tests.faults import AFTER, BEFORE, COMMIT, contents, fault
from tests.matrices import WHOLE
from tests.metrics.queries.test_views import post

ADDRESS = "/api/v1/releases"
PLACES = 3 if WHOLE else 2


@pytest.fixture
def sessions(clean_database: Database) -> Iterator[Sessions]:
    with use_engine(make_engine(clean_database.url)) as engine:
        yield Sessions(engine)


@pytest.fixture
def bureau(sessions: Sessions, application: FastAPI) -> Iterator[Caller]:
    """A reviewer; a submission is there. What the application does not expect is answered, not raised."""
    client = TestClient(application, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    with client, sessions.write() as session:
        post(session)
        found = caller(client, session, "bureau", Role.REVIEWER)
    with client:
        yield found


def publish(bureau: Caller, query: str = "") -> Any:
    headers = bureau.headers | {"Idempotency-Key": "release"}
    return bureau.client.post(ADDRESS + query, json={"notes": "三季度"}, headers=headers)


def test_a_fault_at_any_statement_of_a_release_leaves_nothing(sessions: Sessions, bureau: Caller) -> None:
    assert (
        publish(bureau, "?dry_run=true").status_code == 200
    )  # what a process reads once is read; the next ones ask less
    with fault(sessions.engine, AFTER, None) as counted:
        assert publish(bureau, "?dry_run=true").status_code == 200
    assert counted.count > 90
    draw = random.Random(20191006)
    places = [(moment, place) for moment in (BEFORE, AFTER) for place in draw.sample(range(1, counted.count), PLACES)]
    before = contents(sessions)
    for moment, place in [*places, (COMMIT, 1)]:
        with fault(sessions.engine, moment, place) as struck, capture_logs() as told:
            answer = publish(bureau)
        assert [entry["event"] for entry in told if entry["event"] != "request"] == ["internal_error"]
        assert struck.count >= place
        assert answer.status_code == 500, (moment, place, answer.text)
        assert contents(sessions) == before, (moment, place)
        gc.collect()  # a file that nobody closed would be told of here
    made = publish(bureau)
    assert (made.status_code, made.json()["number"]) == (201, 1)
    assert publish(bureau).headers["idempotent-replayed"] == "true"
