"""An identity provider of the tests' own: honest, and dishonest in every way that a test wants."""

from __future__ import annotations

import base64
import hashlib
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
from starlette.testclient import TestClient

from metrics.identity_provider import _discovery
from metrics.settings import settings

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
        self.asked: list[str] = []
        self.status = 0  # what everything is answered with, if not 0

    def honest_token(self) -> str:
        return jwt.encode(self.header, self.said(), self.key)

    def said(self) -> dict[str, Any]:
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": self.nonce}
        return {name: value for name, value in (told | self.claims).items() if value is not None}

    def answer(self, path: str, form: dict[str, list[str]], authorization: str) -> tuple[int, Any]:
        self.asked.append(path)
        if self.status:
            return self.status, {}
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
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
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
    _discovery.cache_clear()
    served.asked.clear()
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
