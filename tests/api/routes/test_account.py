"""One's own account over HTTP: for who is signed in, and not for tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from api.security.cookies import SESSION_COOKIE
from metrics.database import WriteSession
from metrics.models import RecoveryCode, Session, SignInFailure, Token, User
from metrics.principal import Role, Scope
from metrics.settings import settings
from tests.people import BROWSER, PASSWORD, bearer, code, person, second_factor, signed_in, token

V1 = "/api/v1"
OTHER = "a boat on the quiet river"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
GOOD = {"username": "chen", "password": PASSWORD}


def as_person(session: WriteSession, username: str = "chen") -> dict[str, str]:
    """The headers of a new session's browser."""
    return OWN_PAGE | {"Cookie": f"{SESSION_COOKIE}={signed_in(session, username).secret}"}


def signs_in(client: TestClient, **given: object) -> Any:
    answer = client.post(f"{V1}/session", json=GOOD | given)
    client.cookies.clear()
    return answer


def test_signing_in_asks_for_the_second_factor_and_takes_it(client: TestClient, session: WriteSession) -> None:
    person(session)
    unset = signs_in(client)
    assert (unset.status_code, unset.json()["code"], "Set-Cookie" in unset.headers) == (
        401,
        "second_factor_unset",
        False,
    )
    given = client.post(f"{V1}/session/second-factor", json=GOOD).json()
    used = code(given["secret"])
    first = signs_in(client, code=used)
    assert first.status_code == 200
    assert len(first.json()["recovery_codes"]) == 10
    missing, wrong = signs_in(client), signs_in(client, code="000001")
    assert [answer.json()["code"] for answer in (missing, wrong)] == ["second_factor_missing", "second_factor_wrong"]
    again = signs_in(client, code=first.json()["recovery_codes"][0])
    assert (again.status_code, "recovery_codes" in again.json()) == (200, False)
    assert signs_in(client, code=used).json()["code"] == "second_factor_wrong"
    assert client.post(f"{V1}/session/second-factor", json=GOOD).status_code == 409


def test_recovery_codes_are_made_when_nothing_else_is_missing(client: TestClient, session: WriteSession) -> None:
    """Where a password is due as well, a code is not used up before a good one is sent along with it."""
    person(session)
    session.execute(update(User).values(password_until=datetime.now(UTC) + timedelta(days=1)))
    given = code(client.post(f"{V1}/session/second-factor", json=GOOD).json()["secret"])
    for chosen, refused in (({}, "password_due"), ({"new_password": "short"}, "password_invalid")):
        assert signs_in(client, code="000001", **chosen).json()["code"] == "second_factor_wrong"
        assert signs_in(client, code=given, **chosen).json()["code"] == refused
        assert session.scalars(select(RecoveryCode)).all() == []
    done = signs_in(client, code=given, new_password=OTHER)
    recovery = done.json()["recovery_codes"]
    assert (done.status_code, len(recovery)) == (200, 10)
    session.execute(update(User).values(password_until=datetime.now(UTC) + timedelta(days=1)))
    for chosen, refused in (({}, "password_due"), ({"new_password": OTHER}, "password_invalid")):
        assert signs_in(client, password=OTHER, code=recovery[0], **chosen).json()["code"] == refused
    assert signs_in(client, password=OTHER, code=recovery[0], new_password=PASSWORD).status_code == 200


@pytest.mark.parametrize("field", ["code", "password", "passwrod", "new_password"])
def test_no_secret_of_a_refused_body_is_said_again(client: TestClient, session: WriteSession, field: str) -> None:
    person(session)
    answer = client.post(f"{V1}/session", json=GOOD | {field: ["the secret itself"]})
    assert answer.status_code == 422
    assert "the secret itself" not in answer.text


def test_a_password_is_changed_by_who_knows_it_and_other_sessions_end(
    client: TestClient, session: WriteSession
) -> None:
    person(session)
    here, elsewhere = as_person(session), as_person(session)
    change = {"old_password": PASSWORD, "new_password": OTHER}
    for wrong, why in (
        ({"old_password": "wr0ng one"}, "password_wrong"),
        ({"new_password": "sh0rt 1"}, "password_short"),
        ({"new_password": PASSWORD}, "password_same"),
        ({"new_password": "password2026password"}, "password_common"),
    ):
        answer = client.post(f"{V1}/account/password", json=change | wrong, headers=here)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, why)
        assert not any(value in answer.text for value in wrong.values())
    answer = client.post(f"{V1}/account/password", json=change, headers=here)
    assert (answer.status_code, answer.json()) == (200, {"sessions_ended": 1, "tokens_left": 0})
    assert client.get(f"{V1}/account", headers=here).json()["username"] == "chen"
    assert client.get(f"{V1}/account", headers=elsewhere).status_code == 401
    assert signs_in(client).json()["code"] == "sign_in_refused"
    assert signs_in(client, password=OTHER).json()["code"] == "second_factor_unset"


def test_who_finds_a_browser_open_cannot_guess_its_password(client: TestClient, session: WriteSession) -> None:
    person(session)
    here = as_person(session)
    guess = {"old_password": "a guess of mine", "new_password": OTHER}
    codes = [client.post(f"{V1}/account/password", json=guess, headers=here).status_code for _guess in range(6)]
    assert codes == [422] * 5 + [429]
    assert len(session.scalars(select(SignInFailure)).all()) == 5


def test_a_token_changes_nothing_of_its_account(client: TestClient, session: WriteSession) -> None:
    person(session)
    headers = bearer(token(session).secret)
    asked = [
        ("POST", "/account/password", {"old_password": PASSWORD, "new_password": OTHER}),
        ("POST", "/account/recovery-codes", {"code": "1"}),
        ("POST", "/account/second-factor", {"code": "1"}),
        ("GET", "/account/sessions", None),
        ("DELETE", "/account/sessions", None),
        ("DELETE", "/account/sessions/1", None),
        ("POST", "/tokens", {"name": "another"}),
        ("DELETE", "/tokens/1", None),
    ]
    for method, path, body in asked:
        answer = client.request(method, V1 + path, json=body, headers=headers)
        assert (path, answer.status_code, answer.json()["code"]) == (path, 403, "person_needed")
    assert client.get(f"{V1}/account", headers=headers).json()["tokens"] == 1


def test_sessions_are_listed_and_ended_one_by_one_and_all(client: TestClient, session: WriteSession) -> None:
    person(session)
    person(session, "li")
    here, there, third, stranger = (as_person(session, name) for name in ("chen", "chen", "chen", "li"))
    listed = client.get(f"{V1}/account/sessions", headers=here).json()["items"]
    assert [each["present"] for each in listed].count(True) == 1
    assert {(each["address"], each["agent"]) for each in listed} == {(BROWSER.address, BROWSER.agent)}
    of_li = client.get(f"{V1}/account/sessions", headers=stranger).json()["items"][0]["id"]
    assert client.delete(f"{V1}/account/sessions/{of_li}", headers=here).status_code == 404
    there_id = client.get(f"{V1}/account/sessions", headers=there).json()["items"]
    number = next(each["id"] for each in there_id if each["present"])
    assert client.delete(f"{V1}/account/sessions/{number}", headers=here).status_code == 204
    assert client.get(f"{V1}/account", headers=there).status_code == 401
    assert client.delete(f"{V1}/account/sessions", headers=here).json() == {"sessions_ended": 1}
    assert client.get(f"{V1}/account", headers=third).status_code == 401
    assert (
        client.get(f"{V1}/account", headers=here).status_code
        == client.get(f"{V1}/account", headers=stranger).status_code
        == 200
    )


def test_a_session_that_is_not_used_for_an_hour_has_ended(client: TestClient, session: WriteSession) -> None:
    person(session)
    here = as_person(session)
    session.execute(update(Session).values(last_seen_at=datetime.now(UTC) - timedelta(minutes=59)))
    assert client.get(f"{V1}/account", headers=here).status_code == 200  # which is a use, and noted as one
    session.expire_all()
    assert session.scalars(select(Session.last_seen_at)).one() > datetime.now(UTC) - timedelta(minutes=1)
    session.execute(update(Session).values(last_seen_at=datetime.now(UTC) - timedelta(minutes=60)))
    answer = client.get(f"{V1}/account", headers=here)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_expired")


def test_recovery_codes_and_the_factor_itself_are_renewed_by_who_shows_a_code(
    client: TestClient, session: WriteSession
) -> None:
    person(session)
    secret = second_factor(session)
    here = as_person(session)
    wrong = client.post(f"{V1}/account/recovery-codes", json={"code": "000001"}, headers=here)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "second_factor_wrong")
    made = client.post(f"{V1}/account/recovery-codes", json={"code": code(secret)}, headers=here).json()
    assert len(made["recovery_codes"]) == len(session.scalars(select(RecoveryCode)).all()) == 10
    given = client.post(f"{V1}/account/second-factor", json={"code": made["recovery_codes"][0]}, headers=here)
    assert given.json() == {"sessions_ended": 1}
    assert signs_in(client).json()["code"] == "second_factor_unset"


def test_tokens_expire_after_90_days_unless_asked_otherwise(
    client: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(session)
    here = as_person(session)
    issued = client.post(f"{V1}/tokens", json={"name": "nightly", "scopes": ["read"]}, headers=here)
    assert issued.status_code == 201
    lasts = datetime.fromisoformat(issued.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=89, hours=23) < lasts <= timedelta(days=90)
    wanted = {"name": "machine", "never_expires": True}
    assert client.post(f"{V1}/tokens", json=wanted, headers=here).json()["errors"][0]["code"] == "expiry_missing"
    monkeypatch.setenv("BIAOCHI_ENDLESS_TOKENS", "1")
    settings.cache_clear()
    endless = client.post(f"{V1}/tokens", json=wanted, headers=here).json()
    assert endless["expires_at"] is None
    secret = issued.json()["token"]
    assert client.get(f"{V1}/account", headers=bearer(secret)).status_code == 200
    listed = client.get(f"{V1}/tokens", headers=here)
    assert secret not in listed.text
    used = {each["name"]: each["last_used_at"] is not None for each in listed.json()["items"]}
    assert used == {"nightly": True, "machine": False}
    assert client.delete(f"{V1}/tokens/{issued.json()['id']}", headers=here).status_code == 204
    assert client.get(f"{V1}/account", headers=bearer(secret)).json()["code"] == "token_revoked"


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"scopes": ["administer"]}, "scope_not_allowed"),
        ({"scopes": ["all"]}, "scope_unknown"),
        ({"scopes": []}, "scopes_missing"),
        ({"units": ["441203"]}, "unit_forbidden"),
        ({"name": " "}, "name_malformed"),
        ({"days": 0}, "field_invalid"),
        ({"days": 4000}, "field_invalid"),
        ({"days": 367}, "expiry_far"),
        ({"days": None}, "field_invalid"),
        ({"never_expires": True}, "expiry_missing"),
        ({"never_expires": True, "days": 7}, "expiry_twice"),
    ],
)
def test_nobody_issues_themselves_more_than_they_may(
    client: TestClient, session: WriteSession, wanted: dict[str, object], why: str
) -> None:
    person(session)
    answer = client.post(f"{V1}/tokens", json={"name": "x"} | wanted, headers=as_person(session))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, why)
    assert session.scalars(select(Token)).all() == []


def test_a_token_of_an_administrator_administers_if_that_was_asked_for(
    client: TestClient, session: WriteSession
) -> None:
    person(session, role=Role.ADMIN)
    here = as_person(session)
    for wanted, scopes, status in (
        ({}, ["manage_people", "read"], 403),
        ({"scopes": ["read", "administer"]}, ["administer", "read"], 200),
    ):
        issued = client.post(f"{V1}/tokens", json={"name": "x"} | wanted, headers=here).json()
        assert issued["scopes"] == scopes
        assert client.get(f"{V1}/users", headers=bearer(issued["token"])).status_code == status


def test_tokens_of_others_are_the_administrator_s(client: TestClient, session: WriteSession) -> None:
    person(session)
    person(session, "li")
    person(session, "wang", role=Role.ADMIN)
    issued = token(session, "li")
    chen, wang = as_person(session), as_person(session, "wang")
    assert client.get(f"{V1}/tokens", headers=chen).json() == {"items": []}
    assert client.get(f"{V1}/tokens?user=li", headers=chen).status_code == 403
    assert client.delete(f"{V1}/tokens/{issued.id}", headers=chen).status_code == 404
    assert [each["username"] for each in client.get(f"{V1}/tokens", headers=wang).json()["items"]] == ["li"]
    assert client.delete(f"{V1}/tokens/{issued.id}", headers=wang).status_code == 204
    assert client.get(f"{V1}/account", headers=bearer(issued.secret)).status_code == 401


def test_a_token_in_an_address_is_refused_and_not_said_again(client: TestClient, session: WriteSession) -> None:
    person(session)
    secret = token(session, scopes=[Scope.READ]).secret
    for name in ("token", "access_token", "authorization"):
        answer = client.get(f"{V1}/units.csv?{name}={secret}")
        assert answer.status_code in (400, 401)
        assert secret not in answer.text + str(answer.headers)
