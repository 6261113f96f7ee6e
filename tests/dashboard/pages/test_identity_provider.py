"""Signing in at an identity provider: a small one of the test's own, honest, and dishonest in every way that counts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select
from starlette.testclient import TestClient

from dashboard.window.access import COOKIE
from metrics.commands.change_account import disable_user
from metrics.database import WriteSession
from metrics.identity_provider import _discovered
from metrics.models import AuditEntry
from metrics.settings import settings
from tests.people import NOW, code, person, second_factor

CLIENT, SECRET = "biaochi", "a secret: of/the client"


class Provider:
    """Says of whoever comes that they are `claims`, in a token that `key` signs; tests change what they like."""

    def __init__(self) -> None:
        self.key: Any = RSAKey.generate_key(2048, parameters={"kid": "1"})
        self.published = KeySet([self.key])
        self.header = {"alg": "RS256", "kid": "1"}
        self.claims: dict[str, Any] = {"preferred_username": "Chen", "sub": "4711"}
        self.challenge = self.nonce = self.issuer = ""
        self.token: Callable[[], str] = self.honest_token

    def honest_token(self) -> str:
        return jwt.encode(self.header, self.said(), self.key)

    def said(self) -> dict[str, Any]:
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": self.nonce}
        return {name: value for name, value in (told | self.claims).items() if value is not None}

    def answer(self, path: str, form: dict[str, list[str]], authorization: str) -> tuple[int, object]:
        if path == "/.well-known/openid-configuration":
            parts = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token")}
            return 200, {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **parts}
        if path == "/keys":
            return 200, self.published.as_dict(private=False)
        verifier = form["code_verifier"][0].encode()
        proven = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode() == self.challenge
        client = base64.b64encode(b"biaochi:a%20secret%3A%20of%2Fthe%20client").decode()
        if form["code"] != ["the-code"] or not proven or authorization != f"Basic {client}":
            return 400, {"error": "invalid_grant"}
        return 200, {"id_token": self.token(), "token_type": "Bearer", "access_token": "x"}


@pytest.fixture(scope="module")
def served() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
            status, said = provider.answer(self.path, form, self.headers.get("Authorization", ""))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_said: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def provider(served: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    before = dict(vars(served))
    for name, value in {
        "OIDC_ISSUER": served.issuer,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": SECRET,
        "PUBLIC_URL": "https://biaochi.example.org/",
    }.items():
        monkeypatch.setenv(f"BIAOCHI_{name}", value)
    settings.cache_clear()
    _discovered.cache_clear()
    yield served
    vars(served).update(before | {"claims": {"preferred_username": "Chen", "sub": "4711"}})
    monkeypatch.undo()
    settings.cache_clear()


def go(client: TestClient, provider: Provider, *, state: str | None = None, given: str = "the-code") -> Any:
    """There and back again."""
    there = client.get("/sign-in/oidc?lang=en&next=/units", follow_redirects=False)
    assert there.status_code == 303
    asked = {name: value[0] for name, value in parse_qs(urlsplit(there.headers["Location"]).query).items()}
    assert asked["redirect_uri"] == "https://biaochi.example.org/sign-in/oidc/back"
    provider.challenge, provider.nonce = asked["code_challenge"], asked["nonce"]
    back = f"/sign-in/oidc/back?lang=en&code={given}&state={asked['state'] if state is None else state}"
    return client.get(back, follow_redirects=False)


def test_without_a_provider_neither_address_is_there(client: TestClient) -> None:
    assert client.get("/sign-in/oidc").status_code == client.get("/sign-in/oidc/back").status_code == 404
    assert "oidc" not in client.get("/sign-in").text


def test_whom_the_provider_names_shows_a_second_factor_here(
    client: TestClient, session: WriteSession, provider: Provider
) -> None:
    person(session)
    secret = second_factor(session)
    assert "/sign-in/oidc?lang=zh&amp;next=%2F" in client.get("/sign-in").text
    answer = go(client, provider)
    assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (303, "/sign-in/step")
    assert COOKIE not in client.cookies
    own_page = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8000"}
    step = answer.headers["Location"]
    done = client.post(step, data={"code": code(secret)}, headers=own_page, follow_redirects=False)
    assert (done.status_code, done.headers["Location"], COOKIE in client.cookies) == (303, "/units", True)


def test_a_provider_that_asked_for_many_factors_has_asked_enough(
    client: TestClient, session: WriteSession, provider: Provider
) -> None:
    person(session)
    provider.claims["amr"] = ["pwd", "otp"]
    answer = go(client, provider)
    assert (answer.status_code, answer.headers["Location"], COOKIE in client.cookies) == (303, "/units", True)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example.org"},
        {"aud": "another"},
        {"aud": ["another", CLIENT]},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"nbf": 4102444800},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
    ],
)
def test_a_token_for_somebody_else_or_another_time_is_not_believed(
    client: TestClient, session: WriteSession, provider: Provider, claims: dict[str, Any]
) -> None:
    person(session)
    provider.claims |= {"amr": ["mfa"], **claims}
    assert go(client, provider).status_code == 401
    assert COOKIE not in client.cookies


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def by_secret(claims: object, secret: bytes) -> str:
    """A token that a shared secret signs; libraries refuse to make one with a public key for it."""
    said = f"{encoded({'alg': 'HS256', 'kid': '1'})}.{encoded(claims)}"
    signed = hmac.digest(secret, said.encode(), "sha256")
    return f"{said}.{base64.urlsafe_b64encode(signed).rstrip(b'=').decode()}"


def forged(provider: Provider, how: str) -> None:
    other = RSAKey.generate_key(2048, parameters={"kid": "1"})
    honest = provider.honest_token
    if how == "none":
        provider.token = lambda: f"{encoded({'alg': 'none'})}.{encoded(provider.said())}."
    elif how == "other key":
        provider.token = lambda: jwt.encode(provider.header, provider.said(), other)
    elif how == "public key as secret":
        public = provider.key.as_pem(private=False)
        provider.token = lambda: by_secret(provider.said(), public)
    elif how == "client secret":
        provider.token = lambda: by_secret(provider.said(), SECRET.encode())
    else:
        provider.token = {
            "changed": lambda: honest()[:-4] + "AAAA",
            "empty": lambda: "",
            "no token": lambda: "a.b.c",
        }[how]


@pytest.mark.parametrize(
    "how", ["none", "other key", "public key as secret", "client secret", "changed", "empty", "no token"]
)
def test_a_token_that_the_provider_did_not_sign_is_not_believed(
    client: TestClient, session: WriteSession, provider: Provider, how: str
) -> None:
    person(session)
    provider.claims["amr"] = ["mfa"]
    forged(provider, how)
    assert go(client, provider).status_code == 401
    assert COOKIE not in client.cookies


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    client: TestClient, session: WriteSession, provider: Provider
) -> None:
    person(session)
    provider.claims["amr"] = ["mfa"]
    assert go(client, provider, state="another").status_code == 401
    assert go(client, provider, given="stolen").status_code == 401
    client.cookies.clear()
    assert client.get("/sign-in/oidc/back?code=the-code&state=x", follow_redirects=False).status_code == 401
    assert COOKIE not in client.cookies


@pytest.mark.parametrize("name", ["nobody", "demo", "li", "", "' or true --", 7])
def test_whom_nobody_added_is_not_let_in(
    client: TestClient, session: WriteSession, provider: Provider, name: object
) -> None:
    person(session, "demo", demonstration=True)
    person(session, "li")
    disable_user(session, "li", now=NOW)
    provider.claims |= {"preferred_username": name, "amr": ["mfa"]}
    answer = go(client, provider)
    assert answer.status_code == 401
    assert "You have no account here" in answer.text


def test_a_provider_that_is_away_is_said_and_passwords_still_do(
    client: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for issuer in ("http://127.0.0.1:9", "http://elsewhere.example.org", provider.issuer + "/"):
        monkeypatch.setenv("BIAOCHI_OIDC_ISSUER", issuer)
        settings.cache_clear()
        answer = client.get("/sign-in/oidc?lang=en", follow_redirects=False)
        assert answer.status_code == 503
        assert "sign in with a password" in answer.text


def test_each_way_back_from_the_provider_is_in_the_audit(
    client: TestClient, session: WriteSession, provider: Provider
) -> None:
    person(session)
    provider.claims["amr"] = ["mfa"]
    for state, username in (("another", "chen"), (None, "nobody"), (None, "chen")):
        provider.claims["preferred_username"] = username
        go(client, provider, state=state)
    client.cookies.clear()
    provider.claims["amr"] = ["pwd"]
    assert urlsplit(go(client, provider).headers["Location"]).path == "/sign-in/step"  # nobody is signed in yet
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert [(row.actor, row.action, row.subject, row.outcome, row.code) for row in rows] == [
        ("", "session.sign_in", "", "refused", "sign_in_over"),
        ("", "session.sign_in", "nobody", "refused", "identity_without_account"),
        ("chen", "session.sign_in", "chen", "done", ""),
    ]
