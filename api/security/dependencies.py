"""Who is asking, for routes.

`CurrentPrincipal` wants somebody, `OptionalPrincipal` takes nobody too, `Reader` is what routes that only read want.
`PrincipalToLookUp` wants somebody without a thread of its own for it, where a nation posts on one day.
The look-up has a transaction of its own that ends before the route's begins: a request that held one connection and
waited for a second could, with enough others, wait for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.security.cookies import SESSION_COOKIE
from api.security.cross_site import refuse_cross_site
from api.security.routes import declared
from metrics.access import role_forbidden
from metrics.authority import PUBLIC, authority_of
from metrics.commands.note_use import note_use
from metrics.database import present_sessions
from metrics.database_faults import database_fault
from metrics.errors import BiaochiError, Message, Unauthenticated, Unavailable
from metrics.present_act import seen
from metrics.principal import Principal, Scope
from metrics.queries.blindness import refuse_blind
from metrics.queries.principals import principal_by_session, principal_by_token
from metrics.settings import settings

BearerToken = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, description="A token from `biaochi token issue`.")),
]
SessionCookie = Annotated[
    str | None, Security(APIKeyCookie(name=SESSION_COOKIE, auto_error=False, description="From `POST /session`."))
]


def current_principal(request: Request, token: BearerToken, cookie: SessionCookie) -> Principal:
    """The principal of the bearer token or, without an `Authorization` header, of the session cookie.

    Raises Unauthenticated without either or if it is not good (any more), Forbidden `cross_site` if another site
    uses the cookie to change something, `blind_assessment` if the route would show an assessor what is kept from it.
    """
    if "authorization" in request.headers:
        return _seeing(request, _by_token(token))
    if cookie:
        refuse_cross_site(request)
        principal = present_sessions().glance(partial(principal_by_session, secret=cookie))
        note_use(principal)
        return _seeing(request, principal)
    raise _nobody()


async def principal_to_look_up(request: Request, token: BearerToken, cookie: SessionCookie) -> Callable[[], Principal]:
    """:func:`current_principal`, for a route that calls it first of all, in the thread that it runs in itself."""
    return partial(current_principal, request, token, cookie)


def sender(request: Request) -> Principal | None:
    """The bearer of the request's token, or who its cookie belongs to; None if nobody is known to be.

    Raises Unavailable where the database cannot say: who cannot be looked up is not nobody.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme:
            secret = token.strip() if scheme.lower() == "bearer" else ""
            return present_sessions().glance(partial(principal_by_token, secret=secret))
        secret = request.cookies.get(SESSION_COOKIE, "")
        return present_sessions().glance(partial(principal_by_session, secret=secret))
    except (DBAPIError, PoolTimeout) as error:
        fault = database_fault(error)
        if fault is None:
            raise
        raise fault from error
    except Unavailable:
        raise
    except BiaochiError:
        return None  # whatever is asked for says why


def optional_principal(request: Request, token: BearerToken, cookie: SessionCookie) -> Principal | None:
    """As :func:`current_principal`, but None without credentials.

    A cookie that has run out is nobody as well: browsers send it unasked. A token that is not good is refused.
    """
    if "authorization" in request.headers:
        return _seeing(request, _by_token(token))
    try:
        return current_principal(request, token, cookie)
    except Unauthenticated:
        return None


def reader(request: Request, principal: Annotated[Principal | None, Depends(optional_principal)]) -> Principal | None:
    """Who reads; None for an anonymous reader where `BIAOCHI_PUBLIC_READ` lets anyone read.

    Raises Unauthenticated for anonymous readers elsewhere, Forbidden if a token's scopes leave out `read`.
    """
    if principal is not None:
        principal.require(Scope.READ)
    elif not settings().public_read:
        raise _nobody()
    else:
        request.state.authority = PUBLIC
    return principal


CurrentPrincipal = Annotated[Principal, Depends(current_principal)]
PrincipalToLookUp = Annotated[Callable[[], Principal], Depends(principal_to_look_up)]
OptionalPrincipal = Annotated[Principal | None, Depends(optional_principal)]
Reader = Annotated[Principal | None, Depends(reader)]


def _seeing(request: Request, principal: Principal) -> Principal:
    """The principal, if the route is declared to be for it. Raises Forbidden if not, or if nothing is declared."""
    request.state.principal = principal  # for the log of refusals
    seen(principal)
    request.state.authority = authority_of(principal)
    operation = declared(request.method, request.scope["route"].path)
    if operation is None:
        raise role_forbidden(principal.role)
    operation.access.require(principal)
    if not operation.access.blind:
        refuse_blind(principal)
    return principal


def _by_token(token: HTTPAuthorizationCredentials | None) -> Principal:
    secret = "" if token is None else token.credentials  # None: another scheme than Bearer
    principal = present_sessions().glance(partial(principal_by_token, secret=secret))
    note_use(principal)
    return principal


def _nobody() -> Unauthenticated:
    return Unauthenticated(
        code="credentials_missing",
        message=Message("请先登录,或使用令牌访问。", "Sign in first, or send a bearer token."),
    )
