"""Signing in, signing out, and who is signed in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Request, Response

from api.answers import json_answer
from api.dependencies import WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.problems import problem
from api.schemas.session import Credentials, SignedInAs
from api.security.cookies import SESSION_COOKIE, clear_session_cookie, set_session_cookie
from api.security.cross_site import refuse_cross_site
from api.security.dependencies import CurrentPrincipal
from metrics.commands.sign_in import SignInRefused, sign_in
from metrics.commands.sign_out import sign_out

router = APIRouter(prefix="/session", tags=["session"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "Refused"},
    403: {"description": "Asked for by another site"},
}


@router.post(
    "",
    response_model=SignedInAs,
    responses={**_REFUSALS, 429: {"description": "Too many failures"}},
    openapi_extra=documented(Credentials),
)
def open_session(request: Request, body: JsonBody, session: WriteDatabase) -> Response:
    """Sign in. The answer sets the cookie `biaochi_session`.

    401 if name or password is not right, 429 with `Retry-After` after five failures from the same address.
    """
    refuse_cross_site(request, allow_unsaid=True)  # no cookie is at stake yet; a page must not sign a visitor in
    credentials = as_model(Credentials, body)
    outcome = sign_in(
        session,
        credentials.username,
        password=credentials.password.get_secret_value(),
        address=request.client.host if request.client else "unknown",
        now=datetime.now(UTC),
    )
    if isinstance(outcome, SignInRefused):  # answered, not raised: the recorded failure is to be committed
        challenge = {"WWW-Authenticate": 'Bearer realm="biaochi"'}
        return problem(request, 401, code=outcome.code, message=outcome.message, headers=challenge)
    response = json_answer(SignedInAs.of(outcome.principal))
    set_session_cookie(response, outcome.secret, expires_at=outcome.expires_at)
    return response


@router.get("", responses={401: _REFUSALS[401]})
def who_is_signed_in(principal: CurrentPrincipal) -> SignedInAs:
    """Who is asking: the person signed in, or the owner of the token."""
    return SignedInAs.of(principal)


@router.delete("", status_code=204, responses={403: _REFUSALS[403]})
def close_session(
    request: Request,
    session: WriteDatabase,
    cookie: Annotated[str | None, Cookie(alias=SESSION_COOKIE, include_in_schema=False)] = None,
) -> Response:
    """Sign out: the session ends, the cookie is cleared. Harmless for whoever is not signed in."""
    response = Response(status_code=204)
    if cookie:
        refuse_cross_site(request)
        sign_out(session, cookie)
        clear_session_cookie(response)
    return response
