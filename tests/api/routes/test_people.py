"""`/units/{code}/people` over HTTP: who answers for a unit, and whom that is told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import LedgerEntry, PersonContact
from metrics.principal import Role
from tests.builders import whole_submission
from tests.callers import Caller, Response, caller, refusal, stored

UNITS = "/api/v1/units"
LEADER: dict[str, Any] = {
    "duty": "leader",
    "name": "李明",
    "title": "副区长",
    "effective_from": "2019-03-01",
    "phone": "0758-2220000",
    "email": "li@example.org",
}


def ask(who: Caller, path: str) -> Response:
    return who.client.get(UNITS + path, headers=who.headers)


def tell(who: Caller, body: object, path: str = "/441202/people") -> Response:
    return who.client.post(UNITS + path, json=body, headers=who.headers)


@pytest.fixture
def leader(bureau: Caller) -> dict[str, Any]:
    """李明 leads 441202."""
    answer = tell(bureau, LEADER)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_people_follow_one_another_and_every_record_stays(bureau: Caller) -> None:
    tell(bureau, LEADER)
    tell(bureau, LEADER | {"name": "王芳", "effective_from": "2020-01-01", "reason": "分工调整"})
    tell(bureau, LEADER | {"name": "李 明", "reason": "姓名更正"})  # for the same day: a correction
    tell(bureau, {"duty": "leader", "name": None, "effective_from": "2021-01-01"})
    found = {
        day: ask(bureau, f"/441202/people?on={day}").json()["leader"]
        for day in ("2019-02-28", "2019-03-01", "2020-01-01", "2021-01-01")
    }
    assert [person and person["name"] for person in found.values()] == [None, "李 明", "王芳", None]
    history = ask(bureau, "/441202/people").json()["history"]
    assert [(row["name"], row["effective_from"]) for row in history] == [
        ("李明", "2019-03-01"),
        ("王芳", "2020-01-01"),
        ("李 明", "2019-03-01"),
        (None, "2021-01-01"),
    ]


def test_the_same_record_again_changes_nothing(bureau: Caller, leader: dict[str, Any], session: WriteSession) -> None:
    before = stored(session)
    again = tell(bureau, LEADER)
    assert (again.status_code, again.json()) == (200, leader | {"recorded": False})
    assert stored(session) == before


@pytest.mark.usefixtures("leader")
def test_contacts_are_shown_to_bureau_and_own_unit_only(
    client: TestClient, session: WriteSession, clerk: Caller, neighbour: Caller, bureau: Caller
) -> None:
    assessor = caller(client, session, "audit", Role.ASSESSOR)
    admin = caller(client, session, "root", Role.ADMIN)
    for who, shown in ((clerk, True), (bureau, True), (admin, True), (neighbour, False), (assessor, False)):
        for path in (UNITS + "/441202/people", "/api/v1/periods/2019-09/status"):
            answer = client.get(path, headers=who.headers)
            assert answer.status_code == 200
            assert "李明" in answer.text
            assert ("0758-2220000" in answer.text, "li@example.org" in answer.text) == (shown, shown)


@pytest.mark.usefixtures("public_read", "leader")
def test_nobody_unknown_sees_any_of_it(client: TestClient) -> None:
    for path in ("/441202/people", "/441202/lateness"):
        refusal(client.get(UNITS + path), 401)
    for name in ("units", "submissions", "tasks"):
        assert "李明" not in client.get(f"/api/v1/{name}.csv").text


def test_contacts_are_not_in_the_ledger_and_can_be_deleted(
    bureau: Caller, leader: dict[str, Any], session: WriteSession
) -> None:
    seq = leader["person"]["seq"]
    leaf = session.scalars(select(LedgerEntry.leaf).where(LedgerEntry.seq == seq)).one()
    assert '"kind":"people"' in leaf
    assert "李明" in leaf
    assert "2220000" not in leaf
    assert "example.org" not in leaf
    other = bureau.client.delete(f"{UNITS}/441203/people/{seq}/contact", headers=bureau.headers)
    assert refusal(other, 404)["code"] == "person_unknown"
    for _ in range(2):
        assert bureau.client.delete(f"{UNITS}/441202/people/{seq}/contact", headers=bureau.headers).status_code == 204
    assert session.scalars(select(PersonContact)).all() == []
    person = ask(bureau, "/441202/people").json()["leader"]
    assert (person["name"], person["phone"], person["email"]) == ("李明", None, None)


def test_only_reviewer_and_admin_record_people(client: TestClient, session: WriteSession, clerk: Caller) -> None:
    evaluator = caller(client, session, "han", Role.EVALUATOR)
    assessor = caller(client, session, "audit", Role.ASSESSOR)
    before = stored(session)
    for who in (clerk, evaluator, assessor):
        assert refusal(tell(who, LEADER), 403)["code"] == "role_forbidden"
        gone = client.delete(f"{UNITS}/441202/people/1/contact", headers=who.headers)
        assert refusal(gone, 403)["code"] == "role_forbidden"
    assert stored(session) == before
    admin = caller(client, session, "root", Role.ADMIN)
    assert tell(admin, LEADER).status_code == 201


ODD: list[tuple[dict[str, Any], str]] = [
    ({"name": "  "}, "name_blank"),
    ({"effective_from": "2019-02-30"}, "effective_from_odd"),
    ({"effective_from": "20190301"}, "effective_from_odd"),
    ({"effective_from": "0001-01-01"}, "effective_from_odd"),
    ({"effective_from": "2019-W10-1"}, "effective_from_odd"),
    ({"phone": "call me"}, "phone_odd"),
    ({"email": "\u202enobody@example.org"}, "text_turned"),
    ({"email": "nobody@@example.org"}, "email_odd"),
    ({"name": None}, "vacancy_with_details"),
]


def test_what_cannot_be_meant_is_refused(bureau: Caller, session: WriteSession) -> None:
    before = stored(session)
    for change, code in ODD:
        found = refusal(tell(bureau, LEADER | change), 422)
        assert [error["code"] for error in found["errors"]] == [code]
        assert "call me" not in str(found)
    for change in ({"duty": "mayor"}, {"name": 5}, {"name": "x" * 101}, {"colour": "red"}, {"title": None}):
        refusal(tell(bureau, LEADER | change), 422)
    for unit in ("999999", "x" * 300, "%00"):
        assert refusal(tell(bureau, LEADER, f"/{unit}/people"), 404)["code"] == "unit_unknown"
        assert refusal(ask(bureau, f"/{unit}/people"), 404)["code"] == "unit_unknown"
        assert refusal(ask(bureau, f"/{unit}/lateness"), 404)["code"] == "unit_unknown"
    for query in ("?on=2019-02-30", "?on=0", "?on=20190301", "?when=2019-03-01"):
        refusal(ask(bureau, "/441202/people" + query), 400)
    refusal(bureau.client.delete(f"{UNITS}/441202/people/x/contact", headers=bureau.headers), 400)
    assert stored(session) == before


def test_a_units_lateness_is_told_month_by_month(clerk: Caller, neighbour: Caller, bureau: Caller) -> None:
    clerk.post(whole_submission(period="2019-07"))
    neighbour.post(whole_submission("441203", period="2019-09"))
    body = {"unit": "441202", "until": "2999-12-31", "reason": "故障"}
    bureau.client.post("/api/v1/periods/2019-09/exceptions", json=body, headers=bureau.headers)
    longer = body | {"until": "2999-12-30"}
    bureau.client.post("/api/v1/periods/2019-09/exceptions", json=longer, headers=bureau.headers)
    items = ask(clerk, "/441202/lateness").json()["items"]
    assert [(row["period"], row["state"], row["on_time"]) for row in items] == [
        ("2019-07", "submitted", False),
        ("2019-08", "not_reported", False),
        ("2019-09", "not_reported", False),
    ]
    assert items[0]["days_late"] > 2000
    assert [(span["ended_at"] is None, span["reason"]) for span in items[2]["exceptions"]] == [
        (False, "故障"),
        (True, "故障"),
    ]
    assert ask(neighbour, "/441202/lateness").json()["items"][2]["exceptions"][0]["reason"] is None
    optional = ask(clerk, "/ZQ-YUEGUI/lateness").json()["items"]
    assert {(row["expected"], row["on_time"], row["days_late"]) for row in optional} == {(False, None, None)}


def test_a_pull_of_submissions_holds_own_units_and_follows_every_event(clerk: Caller, bureau: Caller) -> None:
    first = clerk.post(whole_submission()).json()
    bureau.post(whole_submission("441203"))
    checked = bureau.post({}, to=f"/{first['id']}/verify").json()
    pulls = {
        name: who.client.get("/api/v1/submissions.json" + query, headers=who.headers)
        for name, who, query in (
            ("own", clerk, ""),
            ("foreign", clerk, "?unit=441203"),
            ("all", bureau, "?lang=en"),
            ("after", bureau, f"?after_seq={checked['seq'] - 1}"),
            ("then", bureau, f"?as_of={first['seq']}"),
        )
    }
    assert refusal(pulls["foreign"], 403)["code"] == "unit_forbidden"
    assert [row["unit_code"] for row in pulls["own"].json()] == ["441202"]
    assert [row["unit_code"] for row in pulls["all"].json()] == ["441202", "441203"]
    (after,) = pulls["after"].json()
    assert (after["state"], after["seq"], after["revision_seq"]) == ("verified", checked["seq"], first["seq"])
    assert after["leaf_hash"] == first["leaf_hash"]
    (then,) = pulls["then"].json()
    assert (then["state"], then["seq"], then["days_late"]) == ("submitted", first["seq"], first["days_late"])
