from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from api.problems import install_problems
from api.security.cookies import SESSION_COOKIE
from api.security.dependencies import CurrentPrincipal, OptionalPrincipal, Reader
from api.security.routes import ROUTES, Operation
from metrics.access import EVERYBODY, Access
from metrics.commands.tokens import revoke_token
from metrics.database import WriteSession
from metrics.models.access import Session, Token, User
from metrics.principal import Scope
from tests.people import NOW, bearer, person, signed_in, token

ORIGIN = "http://biaochi.test:8000"
OWN_PAGE = {"Origin": ORIGIN}
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def probe(session: WriteSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """An application whose every route only says who is asking; each is declared to be for everybody."""
    app = FastAPI()
    for route in ("/change", "/maybe", "/read"):
        for method in ("GET", *CHANGING):
            monkeypatch.setitem(ROUTES, f"{method.lower()} {route}", Operation(Access(EVERYBODY, blind=True)))
    install_problems(app)

    def change(principal: CurrentPrincipal) -> str:
        return principal.username

    def maybe(principal: OptionalPrincipal) -> str | None:
        return None if principal is None else principal.username

    def read(principal: Reader) -> str | None:
        return None if principal is None else principal.username

    app.add_api_route("/change", change, methods=["GET", *CHANGING])
    app.add_api_route("/maybe", maybe, methods=["GET", "POST"])
    app.add_api_route("/read", read, methods=["GET"])
    with TestClient(app, base_url=ORIGIN) as client:
        yield client


@pytest.fixture
def cookie(session: WriteSession) -> dict[str, str]:
    """The header with the cookie of `chen`, who is signed in."""
    person(session)
    return {"Cookie": f"{SESSION_COOKIE}={signed_in(session).secret}"}


def refused(probe: TestClient, headers: dict[str, str], *, path: str = "/change") -> str:
    """The code of a 401 in the shape every problem has."""
    response = probe.get(path, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.headers["Content-Type"] == "application/problem+json"
    code: str = response.json()["code"]
    return code


def test_nobody_is_asked_to_say_who(probe: TestClient) -> None:
    assert refused(probe, {}) == "credentials_missing"
    assert refused(probe, {"Cookie": f"{SESSION_COOKIE}="}) == "credentials_missing"


def test_a_token_is_taken_from_the_header_for_any_method(probe: TestClient, session: WriteSession) -> None:
    person(session)
    headers = bearer(token(session).secret)
    for method in ("GET", *CHANGING):
        assert probe.request(method, "/change", headers=headers).json() == "chen"


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer biaochi_forged",
        b"Basic Y2hlbjpwYXNz",
        b"biaochi_x",
        b"Bearer biaochi_\xff\xfe",
        b"Bearer a b",
    ],
)
def test_a_header_without_a_good_token_is_refused_even_beside_a_good_cookie(
    probe: TestClient, cookie: dict[str, str], header: bytes
) -> None:
    for path in ("/change", "/maybe", "/read"):
        response = probe.get(path, headers={b"Authorization": header, b"Cookie": cookie["Cookie"].encode()})
        assert response.status_code == 401
        assert response.json()["code"] == "token_unknown"


def test_revoked_expired_and_swapped_tokens_are_refused(probe: TestClient, session: WriteSession) -> None:
    person(session)
    revoked, expired, good = token(session), token(session), token(session)
    revoke_token(session, revoked.id, now=NOW)
    session.scalars(select(Token).where(Token.id == expired.id)).one().expires_at = NOW - timedelta(seconds=1)
    session.flush()
    assert refused(probe, bearer(revoked.secret)) == "token_revoked"
    assert refused(probe, bearer(expired.secret)) == "token_expired"
    assert refused(probe, {"Cookie": f"{SESSION_COOKIE}={good.secret}"}) == "session_expired"
    assert probe.get("/change", params={"token": good.secret}).status_code == 401


def test_a_session_secret_is_no_bearer_token(probe: TestClient, cookie: dict[str, str]) -> None:
    secret = cookie["Cookie"].partition("=")[2]
    assert refused(probe, bearer(secret)) == "token_unknown"


def test_an_expired_session_and_a_disabled_account_are_refused(
    probe: TestClient, session: WriteSession, cookie: dict[str, str]
) -> None:
    headers = bearer(token(session).secret)
    user = session.scalars(select(User)).one()
    user.active = False
    session.flush()
    assert refused(probe, cookie) == "account_disabled"
    assert refused(probe, headers) == "account_disabled"
    user.active = True
    session.scalars(select(Session)).one().expires_at = NOW - timedelta(seconds=1)
    session.flush()
    assert refused(probe, cookie) == "session_expired"


@pytest.mark.parametrize("method", CHANGING)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ORIGIN},
        {"Origin": ORIGIN.upper()},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://name-before-a-proxy"},
    ],
)
def test_own_pages_change_with_the_cookie(
    probe: TestClient, cookie: dict[str, str], method: str, headers: dict[str, str]
) -> None:
    assert probe.request(method, "/change", headers=cookie | headers).json() == "chen"


@pytest.mark.parametrize("method", CHANGING)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.test"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://biaochi.test:8001"},
        {"Origin": "https://biaochi.test:8000"},
        {"Origin": "http://biaochi.test:8000.elsewhere.test"},
        {"Origin": "http://sub.biaochi.test:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": ""},
        {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
        {"Referer": f"{ORIGIN}/collect"},
    ],
)
def test_other_sites_do_not_change_with_the_cookie(
    probe: TestClient, cookie: dict[str, str], method: str, headers: dict[str, str]
) -> None:
    response = probe.request(method, "/change", headers=cookie | headers)
    assert response.status_code == 403
    assert response.json()["code"] == "cross_site"


def test_reading_with_the_cookie_asks_for_no_origin(probe: TestClient, cookie: dict[str, str]) -> None:
    assert probe.get("/change", headers=cookie).json() == "chen"


@pytest.mark.usefixtures("secure_cookies")
def test_behind_https_the_origin_is_https(probe: TestClient, cookie: dict[str, str]) -> None:
    assert probe.post("/change", headers=cookie | {"Origin": ORIGIN}).status_code == 403
    assert probe.post("/change", headers=cookie | {"Origin": ORIGIN.replace("http", "https")}).json() == "chen"


def test_optional_takes_nobody_and_a_stale_cookie_but_not_another_site(
    probe: TestClient, cookie: dict[str, str]
) -> None:
    assert probe.get("/maybe").json() is None
    assert probe.get("/maybe", headers={"Cookie": f"{SESSION_COOKIE}=stale"}).json() is None
    assert probe.get("/maybe", headers=cookie).json() == "chen"
    assert probe.post("/maybe", headers=cookie).status_code == 403
    assert probe.post("/maybe", headers=cookie | OWN_PAGE).json() == "chen"


def test_readers_sign_in_unless_reading_is_public(probe: TestClient, cookie: dict[str, str]) -> None:
    assert refused(probe, {}, path="/read") == "credentials_missing"
    assert refused(probe, {"Cookie": f"{SESSION_COOKIE}=stale"}, path="/read") == "credentials_missing"
    assert probe.get("/read", headers=cookie).json() == "chen"


@pytest.mark.usefixtures("public_read")
def test_public_reading_takes_anyone_but_no_bad_token(probe: TestClient) -> None:
    assert probe.get("/read").json() is None
    assert refused(probe, bearer("biaochi_forged"), path="/read") == "token_unknown"
    assert refused(probe, {}) == "credentials_missing"  # public reading opens nothing else


def test_a_token_without_the_read_scope_does_not_read(probe: TestClient, session: WriteSession) -> None:
    person(session)
    response = probe.get("/read", headers=bearer(token(session, scopes=[Scope.POST_SUBMISSION]).secret))
    assert (response.status_code, response.json()["code"]) == (403, "role_forbidden")
