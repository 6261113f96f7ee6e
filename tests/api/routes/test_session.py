from functools import partial
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.security.cookies import SESSION_COOKIE
from metrics.database import WriteSession
from metrics.models.access import Session, SignInFailure
from metrics.principal import Role
from tests import people
from tests.people import PASSWORD, bearer, token

ADDRESS = "/api/v1/session"
GOOD = {"username": "chen", "password": PASSWORD}
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
person = partial(people.person, demonstration=True)  # without a second factor


def cookie_in(response: Any) -> Morsel[str]:
    return SimpleCookie(response.headers["Set-Cookie"])[SESSION_COOKIE]


def sessions(session: WriteSession) -> int:
    return session.scalars(select(func.count()).select_from(Session)).one()


def test_signing_in_says_who_and_sets_a_cookie_that_scripts_cannot_read(
    client: TestClient, session: WriteSession
) -> None:
    person(session, units={"441203", "441202"})
    response = client.post(ADDRESS, json=GOOD, headers=OWN_PAGE)
    assert response.status_code == 200
    assert response.json() == {
        "username": "chen",
        "display_name": "陈",
        "role": "clerk",
        "units": ["441202", "441203"],
    }
    cookie = cookie_in(response)
    assert (cookie["httponly"], cookie["samesite"].lower(), cookie["path"]) == (True, "lax", "/")
    assert cookie["secure"] == ""
    assert cookie["domain"] == ""
    assert cookie["expires"]
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get(ADDRESS).json() == response.json()


@pytest.mark.usefixtures("secure_cookies")
def test_behind_https_the_cookie_is_for_https_only(client: TestClient, session: WriteSession) -> None:
    person(session)
    answer = client.post(ADDRESS, json=GOOD)
    cookies = SimpleCookie(answer.headers["Set-Cookie"])
    assert list(cookies) == [f"__Host-{SESSION_COOKIE}"]
    marked = cookies[f"__Host-{SESSION_COOKIE}"]
    assert (marked["secure"], marked["path"], marked["domain"]) == (True, "/", "")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    client.cookies.clear()
    for path in (ADDRESS, "/"):
        for name, status in ((f"__Host-{SESSION_COOKIE}", 200), (SESSION_COOKIE, 401)):
            headers = {"Cookie": f"theme=dark; {name}={marked.value}; other=1"}
            found = client.get(path, headers=headers, follow_redirects=False)
            assert found.status_code in (status, 303 if path == "/" and status == 401 else status)


def test_wrong_password_and_unknown_name_are_refused_in_the_same_words(
    client: TestClient, session: WriteSession
) -> None:
    person(session)
    wrong = client.post(ADDRESS, json=GOOD | {"password": "not the password"})
    unknown = client.post(ADDRESS, json=GOOD | {"username": "nobody"})
    for response in (wrong, unknown):
        assert response.status_code == 401
        assert response.headers["Content-Type"] == "application/problem+json"
        assert "WWW-Authenticate" in response.headers
        assert "Set-Cookie" not in response.headers
    told = [{k: v for k, v in response.json().items() if k != "request_id"} for response in (wrong, unknown)]
    assert told[0] == told[1]
    assert told[0]["code"] == "sign_in_refused"


def test_a_refusal_is_counted_and_the_sixth_attempt_waits(client: TestClient, session: WriteSession) -> None:
    person(session)
    for _ in range(5):
        assert client.post(ADDRESS, json=GOOD | {"password": "not the password"}).status_code == 401
    assert session.scalars(select(func.count()).select_from(SignInFailure)).one() == 5
    response = client.post(ADDRESS, json=GOOD)
    assert response.status_code == 429
    assert response.json()["code"] == "sign_in_locked"
    assert 0 < int(response.headers["Retry-After"]) <= 901
    assert sessions(session) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"username": "chen"}',
        b'{"username": 1, "password": true}',
        b'{"username": "chen", "password": "\\ud800"}',
        b'{"username": "\\ud800", "password": "x"}',
        b'{"username": "chen", "password": "x", "role": "admin"}',
        b'{"username": "chen\\u0000", "password": "x"}',
        b"\xff\xfe",
    ],
)
def test_a_malformed_body_is_refused(client: TestClient, session: WriteSession, body: bytes) -> None:
    response = client.post(ADDRESS, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert sessions(session) == 0


@pytest.mark.parametrize("username", ["CHEN' or 'a'='a", "🛶"])
def test_an_odd_username_is_just_not_right(client: TestClient, session: WriteSession, username: str) -> None:
    person(session)
    assert client.post(ADDRESS, json=GOOD | {"username": username}).status_code == 401


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.test"}])
def test_another_site_signs_nobody_in(client: TestClient, session: WriteSession, headers: dict[str, str]) -> None:
    person(session)
    response = client.post(ADDRESS, json=GOOD, headers=headers)
    assert (response.status_code, response.json()["code"]) == (403, "cross_site")
    assert sessions(session) == 0


def test_a_form_of_another_site_cannot_pass_for_json(client: TestClient, session: WriteSession) -> None:
    person(session)
    content = f'{{"username": "chen", "password": "{PASSWORD}"}}'
    response = client.post(ADDRESS, content=content, headers={"Content-Type": "text/plain"})
    assert response.status_code == 415
    assert sessions(session) == 0


def test_a_body_of_any_size_is_not_read(client: TestClient, session: WriteSession) -> None:
    person(session)
    response = client.post(ADDRESS, json=GOOD | {"password": "x" * 2_000_000})
    assert response.status_code == 413
    assert sessions(session) == 0


@pytest.mark.parametrize("password", [12345678, ["long river"], "long river, quiet boat" * 100])
def test_a_refused_password_is_not_shown_again(client: TestClient, session: WriteSession, password: object) -> None:
    person(session)
    response = client.post(ADDRESS, json=GOOD | {"password": password})
    assert response.status_code == 422
    assert response.json()["errors"][0]["given"] is None
    assert "river" not in response.text
    assert "12345678" not in response.text


def test_signing_out_ends_the_session_and_clears_the_cookie(client: TestClient, session: WriteSession) -> None:
    person(session)
    secret = cookie_in(client.post(ADDRESS, json=GOOD)).value
    response = client.delete(ADDRESS, headers=OWN_PAGE)
    assert response.status_code == 204
    cleared = cookie_in(response)
    assert (cleared.value, cleared["max-age"], cleared["httponly"]) == ("", "0", True)
    assert sessions(session) == 0
    client.cookies.clear()
    replayed = client.get(ADDRESS, headers={"Cookie": f"{SESSION_COOKIE}={secret}"})
    assert (replayed.status_code, replayed.json()["code"]) == (401, "session_expired")


def test_another_site_signs_nobody_out(client: TestClient, session: WriteSession) -> None:
    person(session)
    client.post(ADDRESS, json=GOOD)
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.test"}):
        assert client.delete(ADDRESS, headers=headers).status_code == 403
    assert client.get(ADDRESS).status_code == 200


def test_signing_out_is_harmless_for_whoever_is_not_signed_in(client: TestClient) -> None:
    assert client.delete(ADDRESS).status_code == 204
    stale = {"Cookie": f"{SESSION_COOKIE}=stale"}
    assert client.delete(ADDRESS, headers=OWN_PAGE | stale).status_code == 204


def test_a_token_says_who_it_stands_for(client: TestClient, session: WriteSession) -> None:
    person(session, "wang", role=Role.REVIEWER)
    response = client.get(ADDRESS, headers=bearer(token(session, "wang").secret))
    assert response.json() == {"username": "wang", "display_name": "陈", "role": "reviewer", "units": []}


def test_nobody_is_nobody(client: TestClient) -> None:
    assert client.get(ADDRESS).status_code == 401
