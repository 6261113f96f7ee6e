"""Signing in at the organisation's own identity provider: OpenID Connect, the code flow with PKCE.

The provider is asked at its address (`BIAOCHI_OIDC_ISSUER`) where its parts are. What it says about a person is
believed from a token that its key signed, for this service, now, and in answer to this very request: signature, issuer,
audience, times and nonce are checked by joserfc, Authlib's own library. It names an account; it makes none.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from metrics.errors import Message, Unauthenticated, Unavailable
from metrics.settings import Settings

BACK = "/sign-in/oidc/back"
_SIGNED_BY = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")  # never `none`, never with the shared secret
_MANY_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "sc", "fpt"})  # RFC 8176
_TIMEOUT = 5.0  # seconds
_LARGEST = 1_000_000  # bytes
_KEPT = 3600  # seconds that the provider's addresses and keys are kept
_AWAY_FOR = 10.0  # seconds for which a provider that was away is not asked again
_COME_BACK_LATER = (408, 429)  # says nothing of the code
_LEEWAY = 60  # seconds that clocks may differ


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was sent to the provider. All three stay in the browser's cookie until it comes back."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def new(cls) -> Begun:
        return cls(*(secrets.token_urlsafe(32) for _part in range(3)))

    @classmethod
    def read(cls, cookie: str) -> Begun | None:
        parts = cookie.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None

    def __str__(self) -> str:
        return f"{self.state}.{self.nonce}.{self.verifier}"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for. `many_factors`: it says that it asked for more than a password."""

    username: str
    many_factors: bool


@dataclass(frozen=True, slots=True)
class _Provider:
    authorization: str
    token: str
    keys: KeySet


def is_set_up(configured: Settings) -> bool:
    """True where people may sign in at a provider."""
    return bool(configured.oidc_issuer and configured.oidc_client_id and configured.public_url)


def authorization_address(configured: Settings, begun: Begun) -> str:
    """Where the browser is sent. Raises Unavailable if the provider does not answer."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": configured.oidc_client_id,
        "redirect_uri": _back(configured),
        "scope": "openid profile",
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    address = _provider(configured).authorization
    return address + ("&" if urlsplit(address).query else "?") + urlencode(asked)


def identity_of(configured: Settings, code: str, *, begun: Begun) -> Identity:
    """Whom the provider gave `code` for. Raises Unauthenticated `identity_refused`, Unavailable, ProviderBroken."""
    secret = configured.oidc_client_secret.get_secret_value()
    pair = f"{quote(configured.oidc_client_id, safe='')}:{quote(secret, safe='')}"
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _back(configured),
        "code_verifier": begun.verifier,
    }
    basic = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    address = _provider(configured).token
    try:
        answer = _asked(address, form=form, headers=basic)
    except _Silent as silent:
        _discovery().note_away(configured.oidc_issuer, silent)
        raise
    claims = _verified(configured, str(answer.get("id_token", "")), nonce=begun.nonce)
    named = claims.get("preferred_username") or claims.get("sub")
    methods = claims.get("amr")
    many = isinstance(methods, list) and any(str(method) in _MANY_FACTORS for method in methods)
    return Identity(str(named or ""), many)


def _verified(configured: Settings, token: str, *, nonce: str) -> Mapping[str, Any]:
    """The claims of an id token that is the provider's, for us, valid now, and the answer to what was asked."""
    issuer, client = configured.oidc_issuer, configured.oidc_client_id
    rules = jwt.JWTClaimsRegistry(
        leeway=_LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        claims = jwt.decode(token, _provider(configured).keys, algorithms=list(_SIGNED_BY)).claims
        rules.validate(claims)
    except (JoseError, ValueError, TypeError) as refused:
        raise _not_believed() from refused
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client:
        raise _not_believed()
    return claims


def _provider(configured: Settings) -> _Provider:
    return _discovery().of(configured.oidc_issuer)


class _Discovery:
    """What the provider said of itself, for an hour; that it is away, for ten seconds.

    One at a time asks it: who comes meanwhile waits for the same answer. So nobody can have it asked by the thousand.
    """

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._found: dict[str, tuple[_Provider | Unavailable, float]] = {}  # and until when, of the monotonic clock

    def of(self, issuer: str, *, now: float | None = None) -> _Provider:
        """Raises Unavailable, anew or as a moment ago."""
        with self._asking:
            found, until = self._found.get(issuer, (None, 0.0))
            if found is None or (time.monotonic() if now is None else now) >= until:
                try:
                    found, lasts = _discovered(issuer), float(_KEPT)
                except Unavailable as away:
                    found, lasts = away, _AWAY_FOR
                self._found[issuer] = found, (time.monotonic() if now is None else now) + lasts
        if isinstance(found, Unavailable):
            raise Unavailable(found.code, found.message)
        return found

    def note_away(self, issuer: str, away: Unavailable) -> None:
        """Say that it answers no longer."""
        with self._asking:
            self._found[issuer] = away, time.monotonic() + _AWAY_FOR


@lru_cache(maxsize=1)
def _discovery() -> _Discovery:
    return _Discovery()


def _discovered(issuer: str) -> _Provider:
    """Where the provider's parts are, and its keys, as it says just now."""
    said = _asked(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if said.get("issuer") != issuer:
        raise _away("it calls itself another issuer")
    parts = [str(said.get(name, "")) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    try:
        keys = KeySet.import_key_set({"keys": list(_asked(parts[2]).get("keys", []))})
    except (JoseError, ValueError, TypeError, KeyError) as refused:
        raise _away("its keys cannot be read") from refused
    return _Provider(_safe(parts[0]), parts[1], keys)


def _safe(address: str) -> str:
    """`address` if it is HTTPS, or of this machine, as a test's is. Raises Unavailable."""
    split = urlsplit(address)
    if split.scheme == "https" or (split.scheme == "http" and split.hostname in ("127.0.0.1", "::1", "localhost")):
        return address
    raise _away("an address of it is not https")


class _Silent(Unavailable):
    """It did not answer at all, which is remembered for everybody."""


class ProviderBroken(Unavailable):
    """It answered, but not what it should. Perhaps a stranger's made-up code brought that about: not remembered."""


class _Stay(HTTPRedirectHandler):
    """A provider that sends us elsewhere is not followed: what is sent holds the client's secret."""

    def redirect_request(self, *_given: Any, **_more: Any) -> None:
        return None


def _asked(
    address: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What is answered at `address`, an object; `form` is sent there."""
    data = None if form is None else urlencode(form).encode()
    request = Request(_safe(address), data=data, headers=dict(headers or {}))  # noqa: S310  looked at just now
    try:
        with build_opener(_Stay).open(request, timeout=_TIMEOUT) as answer:
            found = json.loads(answer.read(_LARGEST))
    except HTTPError as refused:
        refused.close()
        if form is not None and 400 <= refused.code < 500 and refused.code not in _COME_BACK_LATER:
            raise _not_believed() from None  # the code is none of its own, or was used
        raise _away(f"it answers {refused.code}", ProviderBroken) from None
    except (URLError, OSError, HTTPException) as refused:
        raise _away(type(refused).__name__, _Silent) from None
    except ValueError as refused:
        raise _away(type(refused).__name__, ProviderBroken) from None
    if not isinstance(found, dict):
        raise _away("its answer is no object", ProviderBroken)
    return found


def _back(configured: Settings) -> str:
    return configured.public_url.rstrip("/") + BACK


def _away(reason: str, kind: type[Unavailable] = Unavailable) -> Unavailable:
    message = Message(
        "统一身份认证暂时不可用,请稍后再试,或用密码登录。",
        f"The identity provider cannot be used just now ({reason}): try again, or sign in with a password.",
    )
    return kind("identity_provider_away", message)


def _not_believed() -> Unauthenticated:
    message = Message("统一身份认证未通过,请重新登录。", "The identity provider's answer is not accepted: begin anew.")
    return Unauthenticated("identity_refused", message)
