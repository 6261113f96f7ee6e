"""Accounts, for administrators: added, changed, disabled; their passwords reset, their sessions ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, OptionalJsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal
from metrics.commands.change_account import (
    AccountChanged,
    change_email,
    change_role,
    change_units,
    disable_user,
    enable_user,
    end_all_sessions,
    reset_second_factor,
)
from metrics.commands.passwords import new_temporary_password, reset_password
from metrics.commands.sessions import end_session
from metrics.commands.users import add_user, user_named
from metrics.plan.store import plan_at
from metrics.principal import Role, Scope
from metrics.queries.accounts import AccountListed, SessionListed, account, accounts, open_sessions
from metrics.reminders.password_link import send_password_link
from metrics.settings import settings
from metrics.supervision.bodies import bodies

router = APIRouter(prefix="/users", tags=["administer"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not an administrator"},
    404: {"description": "No such account"},
}
_BODY: dict[int | str, dict[str, Any]] = {
    409: {"description": "The name is taken, the account is disabled or the last administrator, or no mail goes there"},
    422: {"description": "Not accepted; `errors` says what"},
}

Name = Annotated[str, Path(max_length=100)]
RoleName = Literal["clerk", "reviewer", "evaluator", "assessor", "admin", "leader"]
Units = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=500)]


class UserWanted(BaseModel):
    """A new account. `units`: of a clerk or leader."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(max_length=100)
    display_name: str = Field(max_length=100)
    role: RoleName
    units: Units = []
    email: str = Field(default="", max_length=260)


class RoleWanted(BaseModel):
    """Another role, with the units that a clerk or leader has."""

    model_config = ConfigDict(extra="forbid")

    role: RoleName
    units: Units = []


class UnitsWanted(BaseModel):
    """All units that a clerk or leader has from now on."""

    model_config = ConfigDict(extra="forbid")

    units: Units


class EmailWanted(BaseModel):
    """Where links to set a password go; empty: nowhere."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=260)


class ResetWanted(BaseModel):
    """`link`: e-mailed to the person. `secret`: shown once here, to be changed at the next sign-in."""

    model_config = ConfigDict(extra="forbid")

    by: Literal["link", "secret"] = "secret"


class PasswordReset(BaseModel):  # a copy: a secret and a link are answered alike
    """How the person gets a password: `password`, shown this once, or None if a link was sent; good until `until`.

    By a secret, `tokens_revoked` at once; by a link, when it is used.
    """

    username: str
    by: Literal["link", "secret"]
    password: str | None
    until: datetime
    tokens_revoked: int = 0


class Users(BaseModel):
    """By username, disabled ones included."""

    items: list[AccountListed]


class SessionsOf(BaseModel):
    """Browsers in which the account is signed in, last seen first."""

    items: list[SessionListed]


@router.get("", response_model=Users, responses=_REFUSALS)
def list_accounts(principal: CurrentPrincipal, session: ReadDatabase) -> Response:
    """Every account: what it may, whether it has a second factor, when it was last seen."""
    principal.require(Scope.ADMINISTER)
    return json_answer(Users(items=list(accounts(session))))


@router.post(
    "",
    status_code=201,
    response_model=PasswordReset,
    responses={**_REFUSALS, **_BODY},
    openapi_extra=documented(UserWanted),
)
def add_account(principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase) -> Response:
    """Add an account. Its first password is random, shown this once, and to be changed at the first sign-in."""
    principal.require(Scope.ADMINISTER)
    wanted, now = as_model(UserWanted, body), datetime.now(UTC)
    secret, until = new_temporary_password(), now + timedelta(days=settings().confirmation_days)
    added = add_user(
        session,
        wanted.username,
        display_name=wanted.display_name,
        role=Role(wanted.role),
        units=wanted.units,
        password=secret,
        known_units=_known_units(session),
        now=now,
        email=wanted.email,
        password_until=until,
    )
    told = PasswordReset(username=added.username, by="secret", password=secret, until=until)
    return json_answer(told, status=201)


@router.get("/{name}", response_model=AccountListed, responses=_REFUSALS)
def one_account(principal: CurrentPrincipal, session: ReadDatabase, name: Name) -> Response:
    """One account."""
    principal.require(Scope.ADMINISTER)
    return json_answer(account(session, name))


@router.post("/{name}/enable", response_model=AccountChanged, responses=_REFUSALS)
def enable_account(principal: CurrentPrincipal, session: WriteDatabase, name: Name) -> Response:
    """Let a disabled account sign in again; its tokens stay revoked."""
    return json_answer(enable_user(session, name, by=principal))


@router.post("/{name}/disable", response_model=AccountChanged, responses={**_REFUSALS, 409: _BODY[409]})
def disable_account(principal: CurrentPrincipal, session: WriteDatabase, name: Name) -> Response:
    """Disable an account: its sessions end and its tokens are revoked. What it did stays."""
    return json_answer(disable_user(session, name, now=datetime.now(UTC), by=principal))


@router.post(
    "/{name}/role",
    response_model=AccountChanged,
    responses={**_REFUSALS, **_BODY},
    openapi_extra=documented(RoleWanted),
)
def set_role(principal: CurrentPrincipal, name: Name, body: JsonBody, session: WriteDatabase) -> Response:
    """Give an account another role and its units; its sessions end and its tokens are revoked."""
    principal.require(Scope.ADMINISTER)
    wanted, known, now = as_model(RoleWanted, body), _known_units(session), datetime.now(UTC)
    given = Role(wanted.role)
    changed = change_role(session, name, role=given, units=wanted.units, known_units=known, now=now, by=principal)
    return json_answer(changed)


@router.post(
    "/{name}/units",
    response_model=AccountChanged,
    responses={**_REFUSALS, **_BODY},
    openapi_extra=documented(UnitsWanted),
)
def set_units(principal: CurrentPrincipal, name: Name, body: JsonBody, session: WriteDatabase) -> Response:
    """Give a clerk or leader other units; its sessions end and its tokens are revoked."""
    principal.require(Scope.ADMINISTER)
    wanted, known, now = as_model(UnitsWanted, body), _known_units(session), datetime.now(UTC)
    return json_answer(change_units(session, name, units=wanted.units, known_units=known, now=now, by=principal))


@router.post(
    "/{name}/email",
    response_model=AccountChanged,
    responses={**_REFUSALS, **_BODY},
    openapi_extra=documented(EmailWanted),
)
def set_email(principal: CurrentPrincipal, name: Name, body: JsonBody, session: WriteDatabase) -> Response:
    """Record where links to set a password go; those that went to the earlier address end."""
    principal.require(Scope.ADMINISTER)
    wanted, now = as_model(EmailWanted, body), datetime.now(UTC)
    return json_answer(change_email(session, name, email=wanted.email, now=now, by=principal))


@router.post(
    "/{name}/password",
    response_model=PasswordReset,
    responses={**_REFUSALS, **_BODY, 429: {"description": "Asked just now"}, 503: {"description": "No mail went out"}},
    openapi_extra=documented(ResetWanted, required=False),
)
def set_password(principal: CurrentPrincipal, name: Name, body: OptionalJsonBody) -> Response:
    """Reset a password: by a random one that is shown this once, or by a link to the person's own address."""
    principal.require(Scope.ADMINISTER)
    wanted, now = as_model(ResetWanted, body), datetime.now(UTC)
    if wanted.by == "link":
        sent = send_password_link(settings(), name, by=principal)
        return json_answer(PasswordReset(username=sent.username, by="link", password=None, until=sent.expires_at))
    lasts = timedelta(days=settings().confirmation_days)
    made = reset_password(name, now=now, lasts=lasts, by=principal)
    told = PasswordReset(
        username=made.username,
        by="secret",
        password=made.password,
        until=made.until,
        tokens_revoked=made.tokens_revoked,
    )
    return json_answer(told)


@router.delete("/{name}/second-factor", response_model=AccountChanged, responses=_REFUSALS)
def forget_second_factor_of(principal: CurrentPrincipal, session: WriteDatabase, name: Name) -> Response:
    """Forget the second factor of somebody who lost it: the next sign-in sets up another. Sessions end."""
    return json_answer(reset_second_factor(session, name, now=datetime.now(UTC), by=principal))


@router.get("/{name}/sessions", response_model=SessionsOf, responses=_REFUSALS)
def sessions_of(principal: CurrentPrincipal, session: ReadDatabase, name: Name) -> Response:
    """Where the account is signed in."""
    principal.require(Scope.ADMINISTER)
    found = account(session, name)
    return json_answer(SessionsOf(items=list(open_sessions(session, found.username, now=datetime.now(UTC)))))


@router.delete("/{name}/sessions", response_model=AccountChanged, responses=_REFUSALS)
def end_sessions_of(principal: CurrentPrincipal, session: WriteDatabase, name: Name) -> Response:
    """End every session of the account."""
    return json_answer(end_all_sessions(session, name, by=principal))


@router.delete("/{name}/sessions/{session_id}", status_code=204, responses=_REFUSALS)
def end_session_of(
    principal: CurrentPrincipal,
    session: WriteDatabase,
    name: Name,
    session_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
) -> Response:
    """End one session of the account."""
    principal.require(Scope.ADMINISTER)
    end_session(session, session_id, user_id=user_named(session, name).id)
    return Response(status_code=204)


def _known_units(session: ReadDatabase) -> set[str]:
    return set(bodies(plan_at(session)))
