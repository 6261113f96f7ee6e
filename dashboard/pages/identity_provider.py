"""Signing in at the identity provider: there, and back again (metrics/identity_provider.py)."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

import structlog
from flask import Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.locale import _, language, speaking
from dashboard.window.access import COOKIE, local_path, onwards, signed_in, to_step
from dashboard.window.outage import AWAY
from dashboard.window.plain_page import DATABASE_AWAY, asked_language, browser_of, plain_page, sentences
from metrics.audit_acts import AuditAction
from metrics.commands.sessions import SignedIn
from metrics.commands.sign_in_steps import MoreToShow, SignInRefused, admit_known
from metrics.errors import BiaochiError, Message, TooMany, Unauthenticated
from metrics.identity_provider import BACK, Begun, ProviderBroken, authorization_address, identity_of, is_set_up
from metrics.limits.sign_in_limits import sign_in_limits
from metrics.present_act import named
from metrics.settings import settings

log = structlog.get_logger(__name__)
BEGIN = "/sign-in/oidc"
_COOKIE = "biaochi_oidc"
_LASTS = 600  # seconds


def install_identity_provider(server: Flask) -> None:
    """Add both addresses to `server`; without a provider neither is there."""
    server.add_url_rule(BEGIN, "oidc", _begin, methods=["GET"])
    server.add_url_rule(BACK, "oidc_back", _back, methods=["GET"])


def _begin() -> AnyResponse:
    """Send the browser to the provider; what has to come back with it stays in a cookie."""
    if not is_set_up(settings()):
        abort(404)
    begun = Begun.new()
    with speaking(asked_language()):
        try:
            response = redirect(authorization_address(settings(), begun), 303)
        except BiaochiError as refused:
            return _refused(refused)
        kept = urlencode({"next": local_path(request.args.get("next")), "lang": language()})
    response.set_cookie(
        _COOKIE,
        f"{begun}.{kept.encode().hex()}",
        max_age=_LASTS,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=settings().secure_cookies,
    )
    return response


def _back() -> AnyResponse:
    """Take the provider's answer, if it is one to what this browser asked."""
    if not is_set_up(settings()):
        abort(404)
    named(AuditAction.SIGN_IN)
    begun = Begun.read(request.cookies.get(_COOKIE, "").rpartition(".")[0])
    given = request.args.get("state", "")
    with speaking(asked_language()):
        try:
            if begun is None or not hmac.compare_digest(begun.state.encode(), given.encode("utf-8", "replace")):
                message = Message(
                    "登录未在本浏览器发起或已超时,请重新登录。", "This sign-in did not begin here, or is over."
                )
                raise Unauthenticated("sign_in_over", message)
            outcome = _admitted(begun)
        except BiaochiError as refused:
            named(AuditAction.SIGN_IN, code=refused.code)
            return _refused(refused)
        except AWAY:
            return _drawn(503, DATABASE_AWAY.in_language(language()), retry_after=5)
        if isinstance(outcome, SignInRefused):
            named(AuditAction.SIGN_IN, code=outcome.code)
            return _drawn(401, outcome.message.in_language(language()))
    if isinstance(outcome, MoreToShow):  # nobody is signed in yet: the last step is what the audit has
        named(AuditAction.LOOK)
    response = redirect(onwards(outcome, _asked()), 303)
    response.delete_cookie(_COOKIE, path="/", httponly=True, samesite="Lax", secure=settings().secure_cookies)
    return signed_in(outcome, response) if isinstance(outcome, SignedIn) else to_step(outcome, response)


def _admitted(begun: Begun) -> SignedIn | MoreToShow | SignInRefused:
    """Who came back, let in or not. A failure of the address until it is known to be none, before anybody is asked.

    Raises TooMany, and as :func:`identity_of`.
    """
    browser = browser_of(request.cookies.get(COOKIE))
    sign_in_limits().admit_from(address=browser.address)
    try:
        identity = identity_of(settings(), request.args.get("code", ""), begun=begun)
        known = admit_known(identity.username, proven=identity.many_factors, browser=browser, now=datetime.now(UTC))
    except ProviderBroken:
        sign_in_limits().not_tried(address=browser.address)
        raise
    except AWAY:
        sign_in_limits().asked_rightly(address=browser.address)
        raise
    if not isinstance(known, SignInRefused):
        sign_in_limits().asked_rightly(address=browser.address)
    return known


def _asked() -> str:
    """The page asked for before, from the cookie: a path of this site, whatever stands there."""
    try:
        kept = bytes.fromhex(request.cookies.get(_COOKIE, "").rpartition(".")[2]).decode()
    except ValueError:
        return "/"
    return local_path(parse_qs(kept).get("next", ["/"])[0])


def _refused(refused: BiaochiError) -> Response:
    log.warning("identity_provider", code=refused.code, reason=refused.message.en)
    if isinstance(refused, TooMany):
        return _drawn(429, sentences(refused), retry_after=refused.retry_after)
    known = isinstance(refused, Unauthenticated)
    return _drawn(401 if known else 503, sentences(refused), retry_after=None if known else 10)


def _drawn(status: int, message: str, *, retry_after: int | None = None) -> Response:
    return plain_page("sign_in_again.html", title=_("Sign in"), status=status, message=message, retry_after=retry_after)
