"""Signing in at an identity provider that is honest, and at one that is dishonest in every way that counts."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import select
from starlette.testclient import TestClient

from dashboard.window.access import COOKIE
from metrics.commands.change_account import disable_user
from metrics.database import WriteSession
from metrics.models import AuditEntry
from metrics.settings import settings
from tests.people import NOW, code, person, second_factor
from tests.providers import CLIENT, SECRET, Provider, go


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
