"""What a county sees of assessments: its own, and not what was noted."""

from __future__ import annotations

import csv
import io

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.api.routes.test_assessments import ADDRESS, V1, measured
from tests.callers import Caller, caller, refusal
from tests.metrics.queries.test_views import post


@pytest.fixture
def assessor(client: TestClient, session: WriteSession) -> Caller:
    """A third party, and one return to assess: 850 of 1000."""
    post(session, items_online=850)
    return caller(client, session, "third", Role.ASSESSOR)


def test_a_clerk_sees_what_was_measured_of_the_own_unit_and_not_what_was_noted(
    assessor: Caller, clerk: Caller, neighbour: Caller
) -> None:
    body = measured(note="问了窗口的王某", evidence="https://example.org/17")
    sent = assessor.client.post(ADDRESS, json=body, headers=assessor.headers | {"Idempotency-Key": "noted"})
    assert sent.status_code == 201, sent.text
    [row] = seen_by(clerk)
    assert (row["unit_code"], row["value"], row["gap"]) == ("441202", "90.00", "5.00")
    assert {row[name] for name in ("evidence", "note", "reason", "assessor")} == {""}
    assert seen_by(neighbour) == []
    entries = f"{V1}/ledger/entries?start={sent.json()['seq']}"
    assert "问了窗口" not in clerk.client.get(entries, headers=clerk.headers).text
    assert "问了窗口" in assessor.client.get(entries, headers=assessor.headers).text
    other = neighbour.client.get(f"{ADDRESS}.csv?unit=441202", headers=neighbour.headers)
    assert refusal(other, 403)["code"] == "unit_forbidden"


def seen_by(who: Caller) -> list[dict[str, str]]:
    content = who.client.get(f"{ADDRESS}.csv", headers=who.headers)
    assert content.status_code == 200, content.text
    return list(csv.DictReader(io.StringIO(content.text, newline="")))
