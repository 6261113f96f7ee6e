"""Issuing and revoking bearer tokens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import update

from metrics.commands.sessions import counted
from metrics.commands.users import user_named
from metrics.credentials import digest, new_token_secret
from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, Message, NotFound, Problem
from metrics.evidence import is_visible
from metrics.models.access import Token, User
from metrics.present_act import about
from metrics.principal import ALLOWED, BOUND_TO_UNITS, Role, Scope
from metrics.settings import settings
from metrics.value_types import Sorted

EXPIRES_AFTER = timedelta(days=90)  # unless another number of days is asked for
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token. Its secret is shown this once; it goes into the header `Authorization`, never into an address.

    `units` empty: not narrowed.
    """

    id: int
    secret: Annotated[str, Field(serialization_alias="token")] = field(repr=False)
    username: str
    name: str
    scopes: Annotated[frozenset[Scope], Sorted]
    units: Annotated[frozenset[str], Sorted]
    expires_at: datetime | None


def issue_token(
    session: WriteSession,
    username: str,
    *,
    name: str,
    now: datetime,
    expires_at: datetime | None,
    scopes: Collection[Scope] | None = None,
    units: Collection[str] = (),
) -> IssuedToken:
    """Issue a token for the account `username`; `name` says what it is for.

    `scopes` None gives everything the owner's role may do but `administer`, which is asked for by name; `units` narrows
    a clerk's or leader's units; `expires_at` None: never, where the settings allow it or the demonstration ends it.
    Raises NotFound `user_unknown`, Conflict `account_disabled`, Invalid `token_invalid` with everything that is wrong.
    """
    user = user_named(session, username)
    if not user.demonstration:
        about(user.username)
    if not user.active:
        raise Conflict(
            code="account_disabled",
            message=Message(f"账号“{user.username}”已停用。", f"The account {user.username!r} is disabled."),
        )
    allowed = ALLOWED[Role(user.role)]
    given = allowed - {Scope.ADMINISTER} if scopes is None else frozenset(scopes)
    problems = [
        *_name_problems(name),
        *_expiry_problems(expires_at, now=now, endless=user.demonstration or settings().endless_tokens),
        *_scope_problems(given, allowed=allowed, role=user.role),
        *_unit_problems(units, user=user),
    ]
    if problems:
        raise Invalid(
            code="token_invalid", message=Message("令牌无法签发。", "This token cannot be issued."), problems=problems
        )
    secret = new_token_secret()
    token = Token(
        secret_hash=digest(secret),
        user_id=user.id,
        name=name.strip(),
        scopes=sorted(action.value for action in given),
        units=sorted(set(units)),
        created_at=now,
        expires_at=expires_at,
        revoked_at=None,
    )
    session.add(token)
    session.flush()
    if not user.demonstration:
        about(f"{user.username} token={token.id} scopes={','.join(token.scopes)}")
    return IssuedToken(token.id, secret, user.username, token.name, given, frozenset(units), expires_at)


def usual_expiry(*, now: datetime) -> datetime:
    """Until when a token lasts that is issued `now` without a number of days: 90, or as many as one may have."""
    return now + min(EXPIRES_AFTER, timedelta(days=settings().token_days))


def read_scopes(named: Collection[str] | None) -> frozenset[Scope] | None:
    """The scopes of these names; None for None. Raises Invalid `token_invalid` for a name that is none."""
    known = {scope.value for scope in Scope}
    problems = [
        Problem(
            code="scope_unknown",
            message=Message(f"没有名为“{name}”的权限。", f"There is no scope {name!r}."),
            pointer="/scopes",
            given=name,
        )
        for name in sorted(set(named or ()) - known)
    ]
    if problems:
        raise Invalid("token_invalid", Message("令牌无法签发。", "This token cannot be issued."), problems)
    return None if named is None else frozenset(map(Scope, named))


def revoke_token(session: WriteSession, token_id: int, *, now: datetime, owner: int | None = None) -> datetime:
    """Revoke a token and return since when it is revoked; revoking twice keeps the first instant.

    `owner`: whose it has to be; None: anybody's. Raises NotFound `token_unknown`.
    """
    token = session.get(Token, token_id, with_for_update=True)
    if token is None or owner not in (None, token.user_id):
        raise NotFound(
            code="token_unknown", message=Message(f"没有编号为 {token_id} 的令牌。", f"There is no token {token_id}.")
        )
    if token.revoked_at is None:
        token.revoked_at = now
        session.flush()
    return token.revoked_at


def revoke_tokens(session: WriteSession, user_id: int, *, now: datetime) -> int:
    """Revoke every token of the account, and say how many that were."""
    standing = update(Token).where(Token.user_id == user_id, Token.revoked_at.is_(None))
    return counted(session.execute(standing.values(revoked_at=now)))


def _name_problems(name: str) -> list[Problem]:
    shown = name.strip()
    if is_visible(shown) and len(shown) <= _LONGEST_NAME and shown.isprintable():
        return []
    message = Message("令牌名称须为 1 至 100 个可见字符。", "A token's name has 1 to 100 visible characters.")
    return [Problem(code="name_malformed", message=message, pointer="/name", given=name[:100])]


def _expiry_problems(expires_at: datetime | None, *, now: datetime, endless: bool) -> list[Problem]:
    most = settings().token_days
    if expires_at is None:
        message = Message(
            "本系统不签发永不过期的令牌;确有需要时由运维人员设置 BIAOCHI_ENDLESS_TOKENS=1。",
            "Tokens that never expire are not issued here; an operator who needs one sets BIAOCHI_ENDLESS_TOKENS=1.",
        )
        return [] if endless else [Problem(code="expiry_missing", message=message, pointer="/never_expires")]
    if expires_at <= now:
        message = Message("到期时间须在将来。", "A token expires in the future.")
        return [Problem(code="expiry_past", message=message, pointer="/expires_at", given=expires_at.isoformat())]
    if expires_at > now + timedelta(days=most):
        message = Message(f"令牌最长有效 {most} 天。", f"A token lasts {most:,} days at most.")
        return [Problem(code="expiry_far", message=message, pointer="/days", given=expires_at.isoformat())]
    return []


def _scope_problems(given: frozenset[Scope], *, allowed: frozenset[Scope], role: str) -> list[Problem]:
    if not given:
        message = Message("令牌至少须有一个权限范围。", "A token has at least one scope.")
        return [Problem(code="scopes_missing", message=message, pointer="/scopes")]
    return [
        Problem(
            code="scope_not_allowed",
            message=Message(
                f"角色 {role} 本身没有权限 {action.value}。", f"The role {role} itself may not {action.value}."
            ),
            pointer="/scopes",
            given=action.value,
        )
        for action in sorted(given - allowed)
    ]


def _unit_problems(units: Collection[str], *, user: User) -> list[Problem]:
    if units and Role(user.role) not in BOUND_TO_UNITS:
        message = Message(
            "只有填报员和分管领导的令牌可按单位收窄。", "Only a clerk's or leader's token can be narrowed to units."
        )
        return [
            Problem(code="units_not_allowed", message=message, pointer="/units", given=",".join(sorted(units))[:200])
        ]
    return [
        Problem(
            code="unit_forbidden",
            message=Message(f"该账号不属于填报单位“{unit}”。", f"The account is not one of the unit {unit!r}."),
            pointer="/units",
            given=unit,
        )
        for unit in sorted(set(units) - set(user.units))
    ]
