"""`/follows` over HTTP: one's own alone."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.testclient import TestClient

from metrics.commands.note_turns import note_turns
from metrics.database import WriteSession
from metrics.principal import Role
from tests.metrics.queries.test_views import post
from tests.people import bearer, person, token

ADDRESS = "/api/v1/follows"


def headers(session: WriteSession, name: str, role: Role = Role.EVALUATOR) -> dict[str, str]:
    person(session, name, role=role)
    secret = token(session, name).secret
    session.commit()
    return bearer(secret)


def test_what_one_follows_turns_and_is_told_to_nobody_else(client: TestClient, session: WriteSession) -> None:
    post(session, "441202", "2019-09", items_online=630)
    han, chen = headers(session, "han"), headers(session, "chen", Role.CLERK)
    made = client.post(ADDRESS, json={"unit": "441202", "target": "TG-05A"}, headers=han)
    assert made.status_code == 201, made.text
    assert client.post(ADDRESS, json={"unit": "441202", "target": "TG-05A"}, headers=han).json() == made.json()
    assert [one["id"] for one in client.get(ADDRESS, headers=han).json()["items"]] == [made.json()["id"]]
    assert client.get(ADDRESS, headers=chen).json() == {"items": []}
    session.expire_all()
    entry = post(session, "441202", "2019-09", items_online=700)
    assert note_turns(session, now=datetime.now(UTC)) == 1
    session.commit()
    (turn,) = client.get(f"{ADDRESS}/turns", headers=han).json()["items"]
    assert (turn["unit"], turn["told"]["before"], turn["told"]["after"]) == ("441202", "behind", "met")
    assert (turn["told"]["period"], turn["told"]["entry"], turn["told"]["cause"]) == ("2019-09", entry, "figures")
    assert client.get(f"{ADDRESS}/turns", headers=chen).json() == {"items": []}
    assert client.post(f"{ADDRESS}/turns/seen", headers=han).json() == {"seen": 1}
    gone = f"{ADDRESS}/{made.json()['id']}"
    assert client.delete(gone, headers=chen).status_code == 404
    assert client.delete(gone, headers=han).status_code == 204
    assert client.delete(gone, headers=han).json()["code"] == "follow_unknown"
    assert client.post(ADDRESS, json={"unit": "999999"}, headers=han).json()["code"] == "unit_unknown"
