"""A database of the test's own to load history into."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metrics.database import Sessions, use_sessions
from tests.databases import Database


@pytest.fixture
def database(clean_database: Database) -> Iterator[Database]:
    """A database of the test's own, which is that of this process for the test."""
    with use_sessions(Sessions(clean_database.engine)):
        yield clean_database
