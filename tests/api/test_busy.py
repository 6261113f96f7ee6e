"""The ledger held by somebody else for long: whoever waits is told to come back, and nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import func, select

from metrics.database import Sessions
from metrics.ledger.entry import next_place
from metrics.models import Submission
from tests.api.test_many_writers import token_of_the_bureau
from tests.builders import whole_submission
from tests.databases import Database
from tests.serving import PATIENCE, PLAIN, LiveServer, live


@pytest.fixture
def impatient(clean_database: Database, tmp_path: Path) -> Iterator[LiveServer]:
    """A service in which nobody waits for another's lock as long as is usual."""
    with live(clean_database, home=tmp_path, instead={"metrics.database._WAITS": "300ms"}) as found:
        yield found


def test_a_post_behind_a_long_one_is_told_to_come_back(impatient: LiveServer) -> None:
    sessions = Sessions(impatient.database.engine)
    headers = {"Authorization": f"Bearer {token_of_the_bureau(impatient)}", "Idempotency-Key": "behind"}
    address = f"{impatient.url}/api/v1/submissions"
    with sessions.write() as session:
        next_place(session)
        busy = httpx2.post(address, json=whole_submission(), headers=headers, timeout=PATIENCE, verify=PLAIN)
    assert (busy.status_code, busy.json()["code"], busy.headers["Retry-After"]) == (503, "database_busy", "5")
    assert "报送" in busy.json()["message"]["zh"]
    with sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 0
    assert (
        httpx2.post(address, json=whole_submission(), headers=headers, timeout=PATIENCE, verify=PLAIN).status_code
        == 201
    )
