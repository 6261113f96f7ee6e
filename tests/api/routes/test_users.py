"""Accounts over HTTP, for administrators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import PasswordLink, User
from metrics.principal import Role
from tests.api.routes.test_account import OTHER, OWN_PAGE, as_person, signs_in
from tests.callers import Response
from tests.links import links_by_mail
from tests.mailboxes import Mailbox, mailbox
from tests.people import PASSWORD, bearer, code, person, second_factor, token

V1 = "/api/v1"
USERS = f"{V1}/users"


@pytest.fixture
def admin(session: WriteSession) -> dict[str, str]:
    """The headers of an administrator's browser."""
    person(session, "wang", role=Role.ADMIN)
    return as_person(session, "wang")


def test_an_account_is_added_with_a_password_that_its_person_changes_at_once(
    client: TestClient, session: WriteSession, admin: dict[str, str]
) -> None:
    wanted = {"username": "Chen", "display_name": "陈", "role": "clerk", "units": ["441202"]}
    added = client.post(USERS, json=wanted, headers=admin)
    assert added.status_code == 201
    given = added.json()["password"]
    secret = second_factor(session)
    assert signs_in(client, password=given, code=code(secret)).json()["code"] == "password_due"
    chosen = signs_in(client, password=given, code=code(secret, later=1), new_password=OTHER)
    assert (chosen.status_code, chosen.json()["units"]) == (200, ["441202"])
    assert client.post(USERS, json=wanted, headers=admin).json()["code"] == "username_taken"
    listed = {each["username"]: each for each in client.get(USERS, headers=admin).json()["items"]}
    assert (listed["chen"]["second_factor"], listed["wang"]["second_factor"]) == (True, False)
    assert not {"password_hash", "sealed"} & set(listed["chen"])


@pytest.mark.parametrize(
    ("path", "body"),
    [("role", {"role": "reviewer"}), ("units", {"units": ["441203"]}), ("disable", None), ("password", None)],
)
def test_what_changes_an_account_ends_its_sessions(
    client: TestClient, session: WriteSession, admin: dict[str, str], path: str, body: object
) -> None:
    person(session)
    here = as_person(session)
    assert client.post(f"{USERS}/chen/{path}", json=body, headers=admin).status_code == 200
    assert client.get(f"{V1}/account", headers=here).status_code == 401
    assert client.get(f"{V1}/account", headers=admin).status_code == 200


def test_a_role_and_units_are_those_the_plan_and_the_role_know(
    client: TestClient, session: WriteSession, admin: dict[str, str]
) -> None:
    person(session)
    for path, body, why in (
        ("units", {"units": []}, "units_missing"),
        ("units", {"units": ["441202", "999999"]}, "unit_unknown"),
        ("role", {"role": "reviewer", "units": ["441202"]}, "units_not_allowed"),
        ("email", {"email": "=?utf-8?q?li?=@example.org"}, "email_odd"),
    ):
        answer = client.post(f"{USERS}/chen/{path}", json=body, headers=admin)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, why)
    assert client.post(f"{USERS}/chen/role", json={"role": "mayor"}, headers=admin).status_code == 422
    assert client.post(f"{USERS}/chen/role", json={"role": "assessor"}, headers=admin).json()["units"] == []


@pytest.mark.parametrize(
    ("path", "same", "other"),
    [
        ("role", {"role": "clerk", "units": ["441202"]}, {"role": "reviewer"}),
        ("units", {"units": ["441202"]}, {"units": ["441202", "441203"]}),
    ],
)
def test_a_token_does_not_grow_with_the_role_or_the_units_of_its_owner(
    client: TestClient, session: WriteSession, admin: dict[str, str], path: str, same: object, other: object
) -> None:
    person(session)
    nightly = bearer(token(session, units=["441202"]).secret)
    token(session)
    assert client.post(f"{USERS}/chen/{path}", json=same, headers=admin).json()["tokens_revoked"] == 0
    assert client.get(f"{V1}/account", headers=nightly).status_code == 200
    assert client.post(f"{USERS}/chen/{path}", json=other, headers=admin).json()["tokens_revoked"] == 2
    assert client.get(f"{V1}/account", headers=nightly).json()["code"] == "token_revoked"


def test_the_last_administrator_stays_one(client: TestClient, session: WriteSession, admin: dict[str, str]) -> None:
    zhao = {"username": "zhao", "display_name": "赵", "role": "admin"}
    assert client.post(USERS, json=zhao, headers=admin).status_code == 201  # who never signed in
    for path, body in (("disable", None), ("role", {"role": "evaluator"}), ("password", {"by": "secret"})):
        answer = client.post(f"{USERS}/wang/{path}", json=body, headers=admin)
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    assert client.post(f"{USERS}/zhao/password", headers=admin).status_code == 200
    session.execute(update(User).where(User.username == "zhao").values(password_until=None))
    assert client.post(f"{USERS}/wang/disable", headers=admin).status_code == 200


def test_a_disabled_account_is_enabled_again_without_its_tokens(
    client: TestClient, session: WriteSession, admin: dict[str, str]
) -> None:
    person(session)
    nightly = bearer(token(session).secret)
    assert client.post(f"{USERS}/chen/disable", headers=admin).json()["tokens_revoked"] == 1
    assert signs_in(client).json()["code"] == "sign_in_refused"
    assert client.post(f"{USERS}/chen/password", headers=admin).json()["code"] == "account_disabled"
    assert client.post(f"{USERS}/chen/enable", headers=admin).json()["active"] is True
    assert signs_in(client).json()["code"] == "second_factor_unset"
    assert client.get(f"{V1}/account", headers=nightly).json()["code"] == "token_revoked"


def test_a_lost_second_factor_is_reset_and_sessions_are_listed_and_ended(
    client: TestClient, session: WriteSession, admin: dict[str, str]
) -> None:
    person(session)
    second_factor(session)
    here = as_person(session)
    listed = client.get(f"{USERS}/chen/sessions", headers=admin).json()["items"]
    assert [each["present"] for each in listed] == [False]
    assert client.delete(f"{USERS}/wang/sessions/{listed[0]['id']}", headers=admin).status_code == 404
    assert client.delete(f"{USERS}/chen/sessions/{listed[0]['id']}", headers=admin).status_code == 204
    assert client.get(f"{V1}/account", headers=here).status_code == 401
    as_person(session)
    token(session)
    reset = client.delete(f"{USERS}/chen/second-factor", headers=admin).json()
    assert (reset["sessions_ended"], reset["tokens_revoked"]) == (1, 1)
    assert signs_in(client).json()["code"] == "second_factor_unset"
    as_person(session)
    assert client.delete(f"{USERS}/chen/sessions", headers=admin).json()["sessions_ended"] == 1


def test_a_token_of_an_administrator_opens_an_account_to_nobody_and_may_close_one(
    client: TestClient, session: WriteSession
) -> None:
    person(session)
    person(session, "wang", role=Role.ADMIN)
    scripted = bearer(token(session, "wang").secret)
    wanted = {"username": "li", "display_name": "李", "role": "admin"}
    for method, path, body in (
        ("POST", "", wanted),
        ("POST", "/chen/enable", None),
        ("POST", "/chen/role", {"role": "admin"}),
        ("POST", "/chen/units", {"units": ["441203"]}),
        ("POST", "/chen/email", {"email": "somebody@example.org"}),
        ("POST", "/chen/password", None),
        ("DELETE", "/chen/second-factor", None),
    ):
        answer = client.request(method, USERS + path, json=body, headers=scripted)
        assert (path, answer.status_code, answer.json()["code"]) == (path, 403, "person_needed")
    assert client.get(USERS, headers=scripted).status_code == 200
    assert client.delete(f"{USERS}/chen/sessions", headers=scripted).status_code == 200
    assert client.post(f"{USERS}/chen/disable", headers=scripted).status_code == 200


@pytest.mark.parametrize("name", ["nobody", "%00", "x" * 99, "…"])
def test_an_account_nobody_has_is_not_found(client: TestClient, admin: dict[str, str], name: str) -> None:
    assert client.get(f"{USERS}/{name}", headers=admin).json()["code"] == "user_unknown"
    assert client.post(f"{USERS}/{name}/disable", headers=admin).json()["code"] == "user_unknown"


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """Where e-mail goes."""
    with mailbox() as found, links_by_mail(monkeypatch, found, public="https://biaochi.example.org/"):
        yield found


def set_password(client: TestClient, link: str, password: str) -> Response:
    """What the page behind a link answers to its form."""
    form = {"link": link, "new_password": password}
    return client.post("/set-password?lang=en", data=form, headers=OWN_PAGE | {"Origin": "http://127.0.0.1:8000"})


def test_a_link_goes_to_the_person_alone_and_sets_the_password_once(
    client: TestClient, session: WriteSession, admin: dict[str, str], mailed: Mailbox
) -> None:
    person(session)
    here = as_person(session)
    client.post(f"{USERS}/chen/email", json={"email": "chen@example.org"}, headers=admin)
    asked = client.post(f"{USERS}/chen/password", json={"by": "link"}, headers=admin)
    assert (asked.status_code, asked.json()["password"]) == (200, None)
    assert client.post(f"{USERS}/chen/password", json={"by": "link"}, headers=admin).status_code == 429
    (message,) = mailed.messages
    assert message["To"] == "chen@example.org"
    (link,) = re.findall(r"https://biaochi\.example\.org/set-password#([\w-]{43})", message.get_content())
    assert link not in asked.text
    assert client.get(f"{V1}/account", headers=here).status_code == 200  # nothing has changed yet
    for password, status in (("short", 422), (PASSWORD, 422), (OTHER, 200), ("yet another quiet boat", 409)):
        answer = set_password(client, link, password)
        assert (password, answer.status_code) == (password, status)
        assert password not in answer.text
    assert client.get(f"{V1}/account", headers=here).status_code == 401
    assert signs_in(client, password=OTHER).json()["code"] == "second_factor_unset"
    assert set_password(client, "x" * 43, OTHER).status_code == 404
    assert set_password(client, "", OTHER).status_code == 404


def test_a_newer_link_ends_the_earlier_and_a_changed_password_both(
    client: TestClient, session: WriteSession, admin: dict[str, str], mailed: Mailbox
) -> None:
    person(session)
    client.post(f"{USERS}/chen/email", json={"email": "chen@example.org"}, headers=admin)
    for _link in range(2):
        assert client.post(f"{USERS}/chen/password", json={"by": "link"}, headers=admin).status_code == 200
        session.execute(update(PasswordLink).values(created_at=PasswordLink.created_at - timedelta(minutes=2)))
    links = [re.findall(r"#([\w-]{43})", message.get_content())[0] for message in mailed.messages]
    assert set_password(client, links[0], OTHER).status_code == 409
    assert client.post(f"{USERS}/chen/password", headers=admin).json()["by"] == "secret"
    assert set_password(client, links[1], OTHER).status_code == 409
    mailed.unknown = True
    refused = client.post(f"{USERS}/chen/password", json={"by": "link"}, headers=admin)
    assert (refused.status_code, refused.json()["code"]) == (409, "address_refused")


def test_without_mail_or_address_a_link_is_refused_and_nothing_is_left(
    client: TestClient, session: WriteSession, admin: dict[str, str]
) -> None:
    person(session)
    for why in ("user_without_address", "no_mail_channel"):
        answer = client.post(f"{USERS}/chen/password", json={"by": "link"}, headers=admin)
        assert (answer.status_code, answer.json()["code"]) == (409, why)
        client.post(f"{USERS}/chen/email", json={"email": "chen@example.org"}, headers=admin)
    assert session.scalars(select(PasswordLink)).all() == []
    assert PASSWORD not in session.scalars(select(User.password_hash)).all()
