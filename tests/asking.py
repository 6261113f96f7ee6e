"""The application as tests ask it, without a service: started once, in the transaction of each test."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI
from starlette.testclient import TestClient

from metrics.auditing.writing import write_counts
from metrics.database import WriteSession
from tests.callers import asking


@pytest.fixture(scope="session")
def application() -> Iterator[FastAPI]:
    """The application. It keeps nothing between requests, and making its routes takes longer than most tests.

    Who is told to come back later is told so at once; that it takes a second is tested in tests/api/test_places.py.
    What is loaded is kept from the collector of garbage once, and not whenever a test starts the application.
    """
    from api import app, places
    from tests.loaded import APPLICATION

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "_REFUSED_AFTER", 0.0)
        patch.setattr(app, "gc", SimpleNamespace(collect=lambda: None, freeze=lambda: None))
        yield APPLICATION


@pytest.fixture(scope="session")
def started(application: FastAPI) -> Iterator[BlockingPortal]:
    """Where the application runs: its start and the thread of its loop are not one test's."""
    with asking(application) as client:
        assert client.portal is not None
        yield client.portal


@pytest.fixture
def client(session: WriteSession, application: FastAPI, started: BlockingPortal) -> Iterator[TestClient]:
    """The application, in the same transaction as `session`. An exception in it fails the test."""
    client = asking(application)
    client.portal = started
    yield client
    write_counts()  # as its end does
