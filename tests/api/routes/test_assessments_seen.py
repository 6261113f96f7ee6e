"""One assessment, and what a county sees of assessments: its own, and not what was noted."""

from __future__ import annotations

import csv
import io

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.api.routes.test_assessments import ADDRESS, V1, blind, measured, send
from tests.callers import Caller, caller, refusal
from tests.metrics.queries.test_views import post

__all__ = ["blind"]  # a fixture


@pytest.fixture
def assessor(client: TestClient, session: WriteSession) -> Caller:
    """A third party, and one submission to assess: 850 of 1000."""
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


def test_one_assessment_is_read_with_the_tag_that_its_revision_names(assessor: Caller, session: WriteSession) -> None:
    sent = send(assessor, measured()).json()
    to = f"/{sent['id']}"
    read = assessor.client.get(ADDRESS + to, params={"lang": "en"}, headers=assessor.headers)
    assert (read.status_code, read.headers["etag"]) == (200, f'"assessment-{sent["id"]}-1"')
    (row,) = assessor.client.get(f"{ADDRESS}.json", params={"lang": "en"}, headers=assessor.headers).json()
    assert read.json() == row
    changed = measured(numerator=170, reason="复核")
    assert send(assessor, changed, to=f"{to}/revisions", If_Match=read.headers["etag"]).status_code == 201
    again = assessor.client.get(ADDRESS + to, headers=assessor.headers)
    assert (again.headers["etag"], again.json()["value"]) == (f'"assessment-{sent["id"]}-2"', "85.00")
    for odd, status in (("/999", 404), ("/0", 400), (f"{to}?colour=red", 400), ("/x", 400)):
        answer = assessor.client.get(ADDRESS + odd, headers=assessor.headers)
        assert answer.status_code == status, answer.text


@pytest.mark.usefixtures("blind")
def test_one_assessment_shows_no_more_than_the_dataset(
    assessor: Caller, clerk: Caller, neighbour: Caller, client: TestClient, session: WriteSession
) -> None:
    to = f"{ADDRESS}/{send(assessor, measured(note='问了王某')).json()['id']}"
    own, others = (client.get(to, headers=who.headers) for who in (clerk, neighbour))
    assert (own.status_code, own.json()["gap"], own.json()["note"]) == (200, "5.00", "")
    assert others.status_code == 404
    other = client.get(to, headers=caller(client, session, "fourth", Role.ASSESSOR).headers).json()
    assert (other["value"], other["reported_value"], other["gap"]) == ("90.00", None, None)
    assert client.get(to).status_code == 401
