"""`/targets` over HTTP."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.principal import Role
from tests.metrics.commands.test_revise_target import CITATION, new_target, revision
from tests.people import bearer, person, token

ADDRESS = "/api/v1/targets"


@pytest.fixture
def evaluator(session: WriteSession) -> dict[str, str]:
    """The headers of an evaluator's script."""
    person(session, "han", role=Role.EVALUATOR)
    secret = token(session, "han").secret
    session.commit()
    return bearer(secret)


def test_a_target_is_created_and_revised(client: TestClient, evaluator: dict[str, str]) -> None:
    created = client.post(ADDRESS, json=new_target(), headers=evaluator)
    assert created.status_code == 201, created.text
    assert (created.json()["revision"], created.json()["target"]["threshold"]) == (1, "75")
    body = revision(threshold=80, citations=[CITATION])
    revised = client.post(f"{ADDRESS}/TG-NEW/revisions", json=body, headers=evaluator)
    assert revised.status_code == 201, revised.text
    assert (revised.json()["revision"], revised.json()["effective_from"]) == (2, "2020-02-01")
    assert revised.json()["target"]["threshold"] == "80"
    assert revised.json()["seq"] == created.json()["seq"] + 1


def test_the_new_threshold_is_in_the_dataset(client: TestClient, evaluator: dict[str, str]) -> None:
    client.post(ADDRESS, json=new_target(), headers=evaluator)
    rows = client.get(f"{ADDRESS}.csv", headers=evaluator)
    assert "TG-NEW" in rows.text


def test_refusals(client: TestClient, session: WriteSession, evaluator: dict[str, str]) -> None:
    client.post(ADDRESS, json=new_target(), headers=evaluator)
    session.expire_all()
    before = newest_seq(session)
    for address, body, status, code in (
        (ADDRESS, new_target(), 409, "target_exists"),
        (ADDRESS, new_target(code="TG-2", indicator="nothing"), 422, "indicator_unknown"),
        (f"{ADDRESS}/TG-NONE/revisions", revision(due_on="2020-05-01"), 404, "target_unknown"),
        (f"{ADDRESS}/%00/revisions", revision(due_on="2020-05-01"), 404, "target_unknown"),
        (f"{ADDRESS}/TG-NEW/revisions", revision(threshold=80), 422, "citation_missing"),
        (f"{ADDRESS}/TG-NEW/revisions", [], 400, "body_not_an_object"),
        (f"{ADDRESS}?try=true", new_target(code="TG-3"), 400, "parameter_unknown"),
        (f"{ADDRESS}?tried={'0' * 64}", new_target(code="TG-3"), 409, "tried_changed"),
        (f"{ADDRESS}?tried=no-digest", new_target(code="TG-3"), 400, "parameter_invalid"),
    ):
        response = client.post(address, json=body, headers=evaluator)
        assert (response.status_code, response.json()["code"]) == (status, code)
    session.expire_all()
    assert newest_seq(session) == before


def test_what_was_tried_is_recorded_as_it_was_tried(
    client: TestClient, session: WriteSession, evaluator: dict[str, str]
) -> None:
    before = newest_seq(session)
    address, body = f"{ADDRESS}/TG-05A/revisions", revision(due_on="2020-12-31")
    tried = client.post(f"{address}?dry_run=true", json=body, headers=evaluator)
    assert tried.status_code == 200, tried.text
    assert (tried.json()["changes"], tried.json()["months"]) == (False, [])  # nothing is known yet
    assert tried.json()["target"]["revision"] == 2
    cited = tried.json()["target"]["citations"]
    clauses = tried.json()["clauses"]
    assert [one["quote"] for one in clauses] == [one["quote"] for one in cited]
    assert all(place["zh"] and place["en"] for one in clauses for place in one["stands_in"])
    assert any(one["stands_in"] for one in clauses)
    session.expire_all()
    assert newest_seq(session) == before
    done = client.post(f"{address}?tried={tried.json()['tried']}", json=body, headers=evaluator)
    assert (done.status_code, done.json()["target"]) == (201, tried.json()["target"])
    new = client.post(f"{ADDRESS}?dry_run=true", json=new_target(), headers=evaluator)
    assert (new.status_code, new.json()["target"]["code"]) == (200, "TG-NEW")


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.ASSESSOR, Role.ADMIN])
def test_only_evaluators_may(client: TestClient, session: WriteSession, role: Role) -> None:
    person(session, "somebody", role=role)
    headers = bearer(token(session, "somebody").secret)
    session.commit()
    before = newest_seq(session)
    assert client.post(ADDRESS, json=new_target(), headers=headers).status_code == 403
    assert client.post(f"{ADDRESS}/TG-05A/revisions", json=revision(), headers=headers).status_code == 403
    assert client.post(ADDRESS, json=new_target()).status_code == 401
    assert newest_seq(session) == before
