"""One's own account: password, second factor, and the browsers that are signed in. For the person, not for tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.problems import problem
from api.security.cookies import SESSION_COOKIE
from api.security.dependencies import CurrentPrincipal
from metrics.addresses import client_address
from metrics.commands.change_password import change_password
from metrics.commands.own_second_factor import give_up_second_factor, new_recovery_codes
from metrics.commands.sessions import end_session, end_sessions
from metrics.commands.sign_in_steps import WRONG_CODE
from metrics.database import read_session
from metrics.queries.accounts import AccountListed, SessionListed, account, open_sessions

router = APIRouter(prefix="/account", tags=["session"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "Nobody known is asking"},
    403: {"description": "A token is asking, or another site"},
}
_BODY: dict[int | str, dict[str, Any]] = {
    409: {"description": "There is no second factor, or the password was changed just now"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "The present password or the code is not right, or the new password is not accepted"},
    429: {"description": "Too many failures"},
}

SessionSecret = Annotated[str | None, Cookie(alias=SESSION_COOKIE, include_in_schema=False)]


class PasswordChange(BaseModel):
    """The present password, and the one to have from now on."""

    model_config = ConfigDict(extra="forbid")

    old_password: SecretStr = Field(max_length=1024)
    new_password: SecretStr = Field(max_length=1024)


class CodeShown(BaseModel):
    """A code of the second factor, or a recovery code."""

    model_config = ConfigDict(extra="forbid")

    code: SecretStr = Field(max_length=100)


class EndedSessions(BaseModel):
    """How many sessions ended."""

    sessions_ended: int


class PasswordChanged(EndedSessions):
    """Tokens are not revoked by it: `tokens_left` still hold (`GET /tokens`)."""

    tokens_left: int


class OpenSessions(BaseModel):
    """Browsers that are signed in, last seen first."""

    items: list[SessionListed]


class NewRecoveryCodes(BaseModel):
    """Shown this once. Each is good once; the earlier ones have ended."""

    recovery_codes: list[str]


@router.get("", response_model=AccountListed, responses={401: _REFUSALS[401]})
def own_account(principal: CurrentPrincipal, session: ReadDatabase) -> Response:
    """One's own account, as administrators see it."""
    return json_answer(account(session, principal.username))


@router.post(
    "/password",
    response_model=PasswordChanged,
    responses={**_REFUSALS, **_BODY},
    openapi_extra=documented(PasswordChange),
)
def change_own_password(
    request: Request, principal: CurrentPrincipal, body: JsonBody, secret: SessionSecret = None
) -> Response:
    """Change one's password, knowing the present one. Every other session ends; tokens stay, and are counted."""
    principal.require_person()
    given = as_model(PasswordChange, body)
    ended = change_password(
        principal,
        old=given.old_password.get_secret_value(),
        new=given.new_password.get_secret_value(),
        address=client_address(request.scope),
        now=datetime.now(UTC),
        secret=secret,
    )
    with read_session() as reading:
        left = account(reading, principal.username).tokens
    return json_answer(PasswordChanged(sessions_ended=ended, tokens_left=left))


@router.post(
    "/recovery-codes",
    response_model=NewRecoveryCodes,
    responses={**_REFUSALS, **_BODY},
    openapi_extra=documented(CodeShown),
)
def renew_recovery_codes(request: Request, principal: CurrentPrincipal, body: JsonBody) -> Response:
    """New recovery codes in place of the earlier ones, for who shows a code."""
    principal.require_person()
    code = as_model(CodeShown, body).code.get_secret_value()
    codes = new_recovery_codes(principal, code=code, now=datetime.now(UTC))
    if codes is None:  # answered, not raised: the wrong code is counted
        return problem(request, 422, code=WRONG_CODE.code, message=WRONG_CODE.message)
    return json_answer(NewRecoveryCodes(recovery_codes=list(codes)))


@router.post(
    "/second-factor",
    response_model=EndedSessions,
    responses={**_REFUSALS, **_BODY},
    openapi_extra=documented(CodeShown),
)
def give_up_own_second_factor(request: Request, principal: CurrentPrincipal, body: JsonBody) -> Response:
    """Give up the second factor, showing a code of it: every session ends, the next sign-in sets up another."""
    principal.require_person()
    code = as_model(CodeShown, body).code.get_secret_value()
    ended = give_up_second_factor(principal, code=code, now=datetime.now(UTC))
    if ended is None:
        return problem(request, 422, code=WRONG_CODE.code, message=WRONG_CODE.message)
    return json_answer(EndedSessions(sessions_ended=ended))


@router.get("/sessions", response_model=OpenSessions, responses=_REFUSALS)
def own_sessions(principal: CurrentPrincipal, session: ReadDatabase) -> Response:
    """Where one is signed in: from which address, with which browser, since when, seen when."""
    principal.require_person()
    present = None if principal.credential is None else principal.credential.id
    found = open_sessions(session, principal.username, now=datetime.now(UTC), present=present)
    return json_answer(OpenSessions(items=list(found)))


@router.delete("/sessions", response_model=EndedSessions, responses=_REFUSALS)
def end_other_sessions(principal: CurrentPrincipal, session: WriteDatabase, secret: SessionSecret = None) -> Response:
    """End every session of one's own but this one."""
    principal.require_person()
    return json_answer(EndedSessions(sessions_ended=end_sessions(session, principal.user_id, but=secret)))


@router.delete(
    "/sessions/{session_id}", status_code=204, responses={**_REFUSALS, 404: {"description": "No such session of yours"}}
)
def end_own_session(
    principal: CurrentPrincipal, session: WriteDatabase, session_id: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> Response:
    """End one session of one's own; this one too."""
    principal.require_person()
    end_session(session, session_id, user_id=principal.user_id)
    return Response(status_code=204)
