"""Signing in, signing out, and who is signed in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.answers import json_answer
from api.dependencies import WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.problems import problem
from api.security.cookies import SESSION_COOKIE, clear_session_cookie, set_session_cookie
from api.security.cross_site import refuse_cross_site
from api.security.dependencies import CurrentPrincipal
from metrics.addresses import client_address
from metrics.audit_acts import AuditAction
from metrics.commands.sessions import Browser, SignedIn, sign_out
from metrics.commands.sign_in import sign_in
from metrics.commands.sign_in_steps import (
    PASSWORD_DUE,
    MoreToShow,
    NextStep,
    SetUpDone,
    SignInRefused,
    against_password,
    begin_second_factor,
    choose_password,
    confirm_second_factor,
    show_second_factor,
)
from metrics.errors import Conflict, Message
from metrics.present_act import named
from metrics.principal import Principal, Role

router = APIRouter(prefix="/session", tags=["session"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "Refused, or more is to be shown: `code` says which"},
    403: {"description": "Asked for by another site"},
}
# What is to be shown next, where it was not sent along.
_MISSING = {
    NextStep.CODE: SignInRefused(
        "second_factor_missing",
        Message("请同时提交第二因素验证码(code)。", "Send the code of the second factor along (`code`)."),
    ),
    NextStep.SET_UP: SignInRefused(
        "second_factor_unset",
        Message(
            "该账号尚未设置第二因素:请在登录页设置,或使用 POST /session/second-factor。",
            "This account has no second factor yet: set it up on the sign-in page, or by POST /session/second-factor.",
        ),
    ),
    NextStep.PASSWORD: PASSWORD_DUE,
}


class Credentials(BaseModel):
    """Name and password of a person."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(max_length=1024)
    password: SecretStr = Field(max_length=1024)


class SignIn(Credentials):
    """`code`: of the second factor, or a recovery code. `new_password`: where the present one is to be changed."""

    code: SecretStr | None = Field(default=None, max_length=100)
    new_password: SecretStr | None = Field(default=None, max_length=1024)


class SignedInAs(BaseModel):  # a copy: a principal holds more than it is told
    """Who is signed in. `units`: those a clerk posts for or a leader signs for, sorted; empty for every other role."""

    username: str
    display_name: str
    role: Role
    units: list[str]

    @classmethod
    def of(cls, principal: Principal) -> SignedInAs:
        """The public face of `principal`."""
        return cls(
            username=principal.username,
            display_name=principal.display_name,
            role=principal.role,
            units=sorted(principal.units),
        )


class SignedInNow(SignedInAs):
    """Who is signed in from now on. `recovery_codes`: shown this once, when the second factor was set up with it."""

    recovery_codes: list[str] | None = None


class ToSetUp(BaseModel):
    """What an authenticator is given: the secret in base 32, or the address as a QR code holds it."""

    secret: str
    address: str


@router.post(
    "",
    response_model=SignedInNow,
    responses={**_REFUSALS, 429: {"description": "Too many failures"}},
    openapi_extra=documented(SignIn),
)
def open_session(
    request: Request,
    body: JsonBody,
    cookie: Annotated[str | None, Cookie(alias=SESSION_COOKIE, include_in_schema=False)] = None,
) -> Response:
    """Sign in. The answer sets the cookie `biaochi_session`; a session that the cookie names already ends.

    401 `sign_in_refused` if name or password is not right; once they are, `second_factor_missing`, `password_due`,
    `second_factor_wrong` or `second_factor_unset`. 429 with `Retry-After` after five failures from the same address,
    after many of different names, after five wrong codes, and while too many people sign in.
    """
    refuse_cross_site(request, allow_unsaid=True)  # no cookie is at stake yet; a page must not sign a visitor in
    given = as_model(SignIn, body)
    browser = _browser(request, cookie)
    outcome: SignedIn | MoreToShow | SignInRefused | SetUpDone = _first(given, browser)
    recovery_codes: tuple[str, ...] = ()
    if isinstance(outcome, MoreToShow) and outcome.step is not NextStep.PASSWORD and given.code is not None:
        outcome = _with_code(outcome, given.code.get_secret_value(), given.new_password, browser)
    if isinstance(outcome, SetUpDone):
        recovery_codes, outcome = outcome.recovery_codes, outcome.then
    if isinstance(outcome, MoreToShow) and outcome.step is NextStep.PASSWORD and given.new_password is not None:
        chosen = given.new_password.get_secret_value()
        outcome = choose_password(outcome.secret, password=chosen, browser=browser, now=datetime.now(UTC))
    if not isinstance(outcome, SignedIn):
        return _refused(request, outcome if isinstance(outcome, SignInRefused) else _MISSING[outcome.step])
    told = SignedInAs.of(outcome.principal)
    if recovery_codes:
        told = SignedInNow(**told.model_dump(), recovery_codes=list(recovery_codes))
    response = json_answer(told)
    set_session_cookie(response, outcome.secret, expires_at=outcome.expires_at)
    return response


@router.post(
    "/second-factor",
    response_model=ToSetUp,
    responses={**_REFUSALS, 409: {"description": "The account has one"}, 429: {"description": "Too many failures"}},
    openapi_extra=documented(Credentials),
)
def set_up_second_factor(request: Request, body: JsonBody) -> Response:
    """What to give to an authenticator, where there is no second factor yet. Its first code goes to `POST /session`."""
    refuse_cross_site(request, allow_unsaid=True)
    outcome = _first(as_model(Credentials, body), _browser(request, None))
    if isinstance(outcome, MoreToShow) and outcome.step is not NextStep.PASSWORD:
        given = begin_second_factor(outcome.secret, now=datetime.now(UTC))
        named(AuditAction.LOOK)  # nobody is signed in; that it was begun stands in the audit already
        return json_answer(ToSetUp(secret=given.secret, address=given.address))
    none = SignInRefused(
        "second_factor_not_asked",
        Message("该账号不需要第二因素。", "No second factor is asked of this account."),
    )
    return _refused(request, outcome if isinstance(outcome, SignInRefused) else none)


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


def _first(given: Credentials, browser: Browser) -> SignedIn | MoreToShow | SignInRefused:
    password = given.password.get_secret_value()
    return sign_in(given.username, password=password, browser=browser, now=datetime.now(UTC))


def _with_code(
    more: MoreToShow, code: str, chosen: SecretStr | None, browser: Browser
) -> SignedIn | MoreToShow | SignInRefused | SetUpDone:
    """The code shown to what asks for it: the second factor that is there, or the one that is being set up.

    It is not used up, and no recovery codes are made that nobody would see, while a password is due and none is good.
    """
    now = datetime.now(UTC)
    password = None if chosen is None else chosen.get_secret_value()
    against = against_password(more.secret, password=password, now=now)
    if more.step is NextStep.CODE:
        return show_second_factor(more.secret, code=code, browser=browser, now=now, against=against)
    try:
        return confirm_second_factor(more.secret, code=code, browser=browser, now=now, against=against)
    except Conflict:  # nothing was begun, or another sign-in has ended what was
        return _MISSING[NextStep.SET_UP]


def _browser(request: Request, cookie: str | None) -> Browser:
    return Browser(client_address(request.scope), request.headers.get("user-agent", ""), cookie)


def _refused(request: Request, why: SignInRefused) -> Response:
    challenge = {"WWW-Authenticate": 'Bearer realm="biaochi"'}
    return problem(request, 401, code=why.code, message=why.message, headers=challenge)
