"""Accounts with tokens, for tests of routes."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.callers import Caller, caller


@pytest.fixture
def clerk(client: TestClient, session: WriteSession) -> Caller:
    """Posts for 441202."""
    return caller(client, session, "chen", Role.CLERK)


@pytest.fixture
def neighbour(client: TestClient, session: WriteSession) -> Caller:
    """Posts for 441203."""
    return caller(client, session, "wang", Role.CLERK, {"441203"})


@pytest.fixture
def bureau(client: TestClient, session: WriteSession) -> Caller:
    """The city bureau: a reviewer."""
    return caller(client, session, "bureau", Role.REVIEWER)
