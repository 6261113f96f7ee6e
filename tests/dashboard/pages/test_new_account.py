"""`/admin/add` and the reset of a password: plain pages that show the password once, to administrators alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from metrics.credentials import matches
from metrics.database import WriteSession
from metrics.models import AuditEntry, Session, User
from metrics.principal import Role
from tests.dashboard.drawn import use_secret
from tests.people import browser_session, person, signed_in

OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8000"}
WANTED = {"username": "Wang.Wu", "display_name": "王五", "role": "clerk", "units": "端州区, 441203", "email": ""}


@pytest.fixture
def admin(client: TestClient, session: WriteSession) -> TestClient:
    use_secret(client, browser_session(session, "root-li", role=Role.ADMIN, display_name="李"))
    return client


def send(client: TestClient, path: str, **form: str) -> Any:
    return client.post(path, data=form, headers=OWN_PAGE, follow_redirects=False)


def shown(page: str) -> str:
    (secret,) = re.findall(r'typed-key">([a-z2-9-]{23})<', page)
    return str(secret)


def test_an_account_is_added_and_its_password_shown_once(admin: TestClient, session: WriteSession) -> None:
    assert "随机密码" in admin.get("/admin/add").text
    answer = send(admin, "/admin/add?lang=en", **WANTED)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    secret = shown(answer.text)
    added = session.scalars(select(User).where(User.username == "wang.wu")).one()
    assert (added.role, added.units, added.active) == ("clerk", ["441202", "441203"], True)
    assert added.password_until is not None
    assert matches(secret, added.password_hash)[0]
    assert 'href="/admin/accounts/wang.wu?lang=en"' in answer.text
    assert secret not in admin.get("/admin/add").text
    (row,) = session.scalars(select(AuditEntry))
    assert (row.actor, row.action, row.subject, row.outcome) == (
        "root-li",
        "user.add",
        "wang.wu role=clerk units=441202,441203",
        "done",
    )


def test_everything_wrong_is_said_at_its_field_beside_what_was_typed(admin: TestClient, session: WriteSession) -> None:
    wrong = {"username": "9", "display_name": " ", "role": "clerk", "units": "乌有县", "email": "nobody"}
    for language, words in (("zh", "用户名须以字母开头"), ("en", "A username has 2 to 64")):
        answer = send(admin, f"/admin/add?lang={language}", **wrong)
        assert answer.status_code == 422
        at = dict(re.findall(r'id="wrong-(\w+)">([^<]+)<', answer.text))
        assert at.keys() == {"username", "display_name", "units", "email"}
        assert words in at["username"]
        assert 'value="乌有县"' in answer.text
        assert "typed-key" not in answer.text
    person(session, "chen")
    taken = send(admin, "/admin/add", **(WANTED | {"username": "chen"}))
    assert taken.status_code == 409
    assert 'id="wrong-username">用户名“chen”已被使用。<' in taken.text
    assert send(admin, "/admin/add", **(WANTED | {"role": "king"})).status_code == 422


def test_a_reset_shows_the_new_password_once_and_ends_the_sessions(admin: TestClient, session: WriteSession) -> None:
    person(session, "chen")
    signed_in(session)
    answer = send(admin, "/admin/password", username="chen")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "chen 的密码已重置" in answer.text
    session.expire_all()
    user = session.scalars(select(User).where(User.username == "chen")).one()
    assert matches(shown(answer.text), user.password_hash)[0]
    assert list(session.scalars(select(Session).where(Session.user_id == user.id))) == []
    assert admin.get("/admin/password", follow_redirects=False).headers["Location"] == "/admin?show=accounts"
    assert send(admin, "/admin/password", username="nobody").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_else_is_let_in(client: TestClient, session: WriteSession, role: Role) -> None:
    person(session, "chen")
    before = session.scalars(select(User.password_hash).where(User.username == "chen")).one()
    use_secret(client, browser_session(session, "wang", role=role))
    for answer in (
        client.get("/admin/add"),
        send(client, "/admin/add", **WANTED),
        send(client, "/admin/password", username="chen"),
    ):
        assert answer.status_code == 403
        assert "typed-key" not in answer.text
    session.expire_all()
    assert session.scalars(select(User).where(User.username == "wang.wu")).all() == []
    assert session.scalars(select(User.password_hash).where(User.username == "chen")).one() == before


def test_strangers_and_other_sites_are_sent_away(client: TestClient, session: WriteSession) -> None:
    assert client.get("/admin/add", follow_redirects=False).status_code == 303
    assert send(client, "/admin/add", **WANTED).status_code == 303
    use_secret(client, browser_session(session, "root-li", role=Role.ADMIN))
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert client.post("/admin/add", data=WANTED, headers=foreign).status_code == 403
    assert session.scalars(select(User).where(User.username == "wang.wu")).all() == []
