"""Accounts for tests of trust, and a home directory of the test's own for its key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from metrics.settings import settings
from tests.callers import Caller, caller
from tests.databases import Database, Server
from tests.trust.archive import Archive, archive
from tests.trust.installation import Installation


@pytest.fixture(autouse=True)
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of the key that signs in this test."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_LEDGER_KEY", str(tmp_path / "ledger.key"))
        patch.setenv("BIAOCHI_LEDGER_ORIGIN", "zhaoqing.example/biaochi")
        settings.cache_clear()
        yield tmp_path / "ledger.key"
    settings.cache_clear()


@pytest.fixture
def clerk(client: TestClient, session: WriteSession) -> Caller:
    """Posts for 441202."""
    return caller(client, session, "chen", Role.CLERK)


@pytest.fixture
def bureau(client: TestClient, session: WriteSession) -> Caller:
    """The city bureau: a reviewer."""
    return caller(client, session, "bureau", Role.REVIEWER)


@pytest.fixture
def assessor(client: TestClient, session: WriteSession) -> Caller:
    """A third party."""
    return caller(client, session, "third", Role.ASSESSOR)


@pytest.fixture
def kept(client: TestClient, tmp_path: Path, assessor: Caller) -> Archive:
    """The assessor's archive."""
    return archive(client, tmp_path, assessor)


@pytest.fixture
def place(own_key: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where key and memory lie: one signer, whatever databases it is given."""
    monkeypatch.setenv("BIAOCHI_LEDGER_MEMORY", str(own_key.with_name("ledger.key.head")))
    settings.cache_clear()
    return own_key.parent


@pytest.fixture
def service(clean_database: Database, server: Server, place: Path) -> Installation:
    """A service that signed nothing yet."""
    return Installation(clean_database, server)
