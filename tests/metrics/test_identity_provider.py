"""How often an identity provider is asked, and what waits for it."""

from __future__ import annotations

import socket
from contextlib import nullcontext
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.errors import TooMany, Unavailable
from metrics.identity_provider import _Discovery
from metrics.limits.sign_in_limits import SignInLimits
from metrics.models import AuditEntry
from metrics.settings import settings
from tests.people import person
from tests.providers import Provider, go


def test_a_provider_that_is_away_is_asked_again_after_ten_seconds(provider: Provider) -> None:
    known, issuer = _Discovery(), provider.issuer
    provider.status = 500
    for now in (0.0, 5.0, 9.9):
        with pytest.raises(Unavailable, match="answers 500"):
            known.of(issuer, now=now)
    assert len(provider.asked) == 1
    provider.status = 0
    with pytest.raises(Unavailable):
        known.of(issuer, now=9.99)
    found = known.of(issuer, now=10.0)
    assert len(provider.asked) == 3  # and the keys
    assert known.of(issuer, now=3600.0) is found
    assert known.of(issuer, now=3611.0) is not found


def test_a_provider_that_stops_answering_in_between_is_not_asked_for_everybody(
    client: TestClient, session: WriteSession, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(session)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        silent = f"http://127.0.0.1:{taken.getsockname()[1]}/token"
        answer = provider.answer

        def elsewhere(path: str, *sent: Any) -> tuple[int, Any]:
            status, said = answer(path, *sent)
            return status, said | {"token_endpoint": silent} if "issuer" in said else said

        monkeypatch.setattr(provider, "answer", elsewhere)
        for status in (303, 503):
            there = client.get("/sign-in/oidc?lang=en", follow_redirects=False)
            assert there.status_code == status
            if status == 303:
                state = parse_qs(urlsplit(there.headers["Location"]).query)["state"][0]
                back = client.get(f"/sign-in/oidc/back?lang=en&code=the-code&state={state}", follow_redirects=False)
                assert (back.status_code, back.headers["Retry-After"]) == (503, "10")
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"]


def test_made_up_codes_are_slowed_by_address_before_the_provider_is_asked(
    client: TestClient, session: WriteSession, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(session)
    provider.claims["amr"] = ["mfa"]
    limits = SignInLimits(failures=2, workers=1)
    monkeypatch.setattr("dashboard.pages.identity_provider.sign_in_limits", lambda: limits)
    for _time in range(4):  # who is let in has not failed
        assert go(client, provider).status_code == 303
    provider.status = 0
    client.cookies.clear()
    answers = [go(client, provider, given="made up") for _time in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert "Too many sign-ins from this address failed" in answers[-1].text
    assert provider.asked.count("/token") == 4 + 2
    rows = session.scalars(select(AuditEntry.code).where(AuditEntry.outcome == "refused").order_by(AuditEntry.id))
    assert list(rows) == ["identity_refused"] * 2 + ["sign_in_slowed"] * 2


@pytest.mark.parametrize(
    ("status", "said"), [(400, 401), (403, 401), (404, 401), (302, 503), (429, 503), (500, 503), (503, 503)]
)
def test_a_provider_that_admits_nobody_is_asked_no_oftener_than_its_limit(
    client: TestClient,
    session: WriteSession,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    said: int,
) -> None:
    person(session)
    provider.claims["amr"] = ["mfa"]
    limits = SignInLimits(failures=2, workers=1)
    monkeypatch.setattr("dashboard.pages.identity_provider.sign_in_limits", lambda: limits)
    assert go(client, provider).status_code == 303  # who is let in has not failed
    provider.asked.clear()
    provider.status = status
    assert [go(client, provider, given="made up").status_code for _time in range(4)] == [said, said, 429, 429]
    assert provider.asked == ["/token"] * 2
    guessed = said == 401  # a provider that is broken is held against nobody's password
    with pytest.raises(TooMany) if guessed else nullcontext():
        limits.admit("chen", address="testclient")


def test_behind_https_no_other_host_can_begin_a_sign_in_for_this_browser(
    client: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAOCHI_SECURE_COOKIES", "1")
    settings.cache_clear()
    there = client.get("/sign-in/oidc", follow_redirects=False)
    name, _, rest = there.headers["Set-Cookie"].partition("=")
    value = rest.partition(";")[0]
    state = parse_qs(urlsplit(there.headers["Location"]).query)["state"][0]
    assert (name, "Path=/;" in rest, "Secure" in rest, "HttpOnly" in rest) == ("__Host-biaochi_oidc", True, True, True)
    client.cookies.clear()
    told = {}
    for sent in (name, "biaochi_oidc"):
        headers = {"Cookie": f"{sent}={value}"}
        told[sent] = client.get(f"/sign-in/oidc/back?lang=en&code=x&state={state}", headers=headers).text
    assert "did not begin here" not in told[name]
    assert "did not begin here" in told["biaochi_oidc"]
