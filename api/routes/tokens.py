"""Bearer tokens for scripts: one's own, and for administrators everybody's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal
from metrics.commands.tokens import (
    EXPIRES_AFTER,
    IssuedToken,
    issue_token,
    read_scopes,
    revoke_token,
    usual_expiry,
)
from metrics.errors import Forbidden, Invalid, Message, Problem
from metrics.principal import Scope
from metrics.queries.accounts import TokenListed, issued_tokens

router = APIRouter(prefix="/tokens", tags=["session"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed, or a token is asking"},
}


class TokenWanted(BaseModel):
    """What the token is for. Without `scopes`: all that the account may but `administer`; without `units`: all of its.

    `days`: until it expires, 90 unless said, at most `BIAOCHI_TOKEN_DAYS` (366). `never_expires` instead is taken where
    the operator allows it (`BIAOCHI_ENDLESS_TOKENS`).
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=100)
    scopes: list[Annotated[str, Field(max_length=40)]] | None = Field(default=None, max_length=20)
    units: list[Annotated[str, Field(max_length=100)]] = Field(default=[], max_length=500)
    days: int = Field(default=EXPIRES_AFTER.days, ge=1, le=3650)
    never_expires: bool = False

    def expires_at(self, now: datetime) -> datetime | None:
        """None: never. Raises Invalid `token_invalid` if both are said."""
        said = "days" in self.model_fields_set
        if self.never_expires and said:
            message = Message("有效天数与永不过期只能选一。", "Either so many days or never.")
            given = Problem(code="expiry_twice", message=message, pointer="/never_expires")
            raise Invalid("token_invalid", Message("令牌无法签发。", "This token cannot be issued."), [given])
        if self.never_expires:
            return None
        return now + timedelta(days=self.days) if said else usual_expiry(now=now)


class Tokens(BaseModel):
    """Oldest first, expired and revoked ones included. No secrets: they are not kept."""

    items: list[TokenListed]


@router.get("", response_model=Tokens, responses=_REFUSALS)
def list_tokens(
    principal: CurrentPrincipal,
    session: ReadDatabase,
    user: Annotated[str | None, Query(max_length=100, description="One account's; for administrators")] = None,
) -> Response:
    """One's own tokens; an administrator sees everybody's. `last_used_at` is at most a minute behind."""
    everybody = principal.may(Scope.ADMINISTER)
    if not everybody and user not in (None, principal.username):
        raise Forbidden("not_yours", Message("只能查看自己的令牌。", "These are another person's tokens."))
    return json_answer(Tokens(items=list(issued_tokens(session, user if everybody else principal.username))))


@router.post(
    "",
    status_code=201,
    response_model=IssuedToken,
    responses={**_REFUSALS, 422: {"description": "What is wanted is not the account's to give"}},
    openapi_extra=documented(TokenWanted),
)
def issue_own_token(principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase) -> Response:
    """Issue a token for oneself. Who is signed in does; a token makes no tokens, which would outlive it."""
    principal.require_person()
    wanted, now = as_model(TokenWanted, body), datetime.now(UTC)
    issued = issue_token(
        session,
        principal.username,
        name=wanted.name,
        scopes=read_scopes(wanted.scopes),
        units=wanted.units,
        expires_at=wanted.expires_at(now),
        now=now,
    )
    return json_answer(issued, status=201)


@router.delete(
    "/{token_id}", status_code=204, responses={**_REFUSALS, 404: {"description": "No such token that is yours to see"}}
)
def revoke_one_token(
    principal: CurrentPrincipal, session: WriteDatabase, token_id: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> Response:
    """Revoke a token of one's own, an administrator anybody's; it is refused from now on. Harmless on a revoked one."""
    if not principal.may(Scope.ADMINISTER):
        principal.require_person()
    owner = None if principal.may(Scope.ADMINISTER) else principal.user_id
    revoke_token(session, token_id, now=datetime.now(UTC), owner=owner)
    return Response(status_code=204)
