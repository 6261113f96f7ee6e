"""Who stands behind a secret. Every request and every page asks here, each time: nothing is remembered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import select, text

from metrics.credentials import TOKEN_PREFIX, digest
from metrics.database import ReadSession
from metrics.errors import Message, NotFound, Unauthenticated
from metrics.models.access import User
from metrics.principal import BOUND_TO_UNITS, Credential, Principal, Role, Scope
from metrics.queries.blindness import is_blind
from metrics.settings import settings

# As text: every request asks, and objects made of the rows cost more than the answer.
_ACCOUNT = "u.id, u.username, u.display_name, u.role, u.units, u.active, u.demonstration"
_BY_TOKEN = text(
    f"select {_ACCOUNT}, t.id as token_id, t.name as token_name, t.scopes, t.units as token_units,"  # noqa: S608  ours
    " t.expires_at, t.revoked_at, t.last_used_at"
    " from tokens t join users u on u.id = t.user_id where t.secret_hash = :hash"
)
_BY_SESSION = text(
    f"select {_ACCOUNT}, s.id as session_id, s.expires_at, s.last_seen_at"  # noqa: S608  ours
    " from sessions s join users u on u.id = s.user_id where s.secret_hash = :hash"
)
# What a token of a role without units must not do once somebody has narrowed it to units.
_POSTING = frozenset({Scope.POST_SUBMISSION, Scope.BULK})


class _SignsIn(Protocol):
    """What is asked of an account here: :class:`metrics.models.access.User`, or a row with its columns."""

    @property
    def id(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def units(self) -> list[str]: ...
    @property
    def active(self) -> bool: ...
    @property
    def demonstration(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Token:
    """What a token narrows."""

    name: str
    scopes: list[str]
    units: list[str]


def principal_by_token(session: ReadSession, secret: str, *, now: datetime | None = None) -> Principal:
    """The principal of a bearer token, with the token's scopes and units.

    A scope the program does not know is left out, a token without scopes may do nothing; a token's units narrow its
    owner's present units and never add to them. Raises Unauthenticated: `token_unknown`, `token_revoked`,
    `token_expired`, `account_disabled`, `demonstration_over`.
    """
    found = None
    if secret.startswith(TOKEN_PREFIX):
        found = session.execute(_BY_TOKEN, {"hash": digest(secret)}).one_or_none()
    if found is None:
        raise Unauthenticated(
            code="token_unknown", message=Message("令牌无效。", "This token is not known, or is not a bearer token.")
        )
    if found.revoked_at is not None:
        raise Unauthenticated(code="token_revoked", message=Message("令牌已被撤销。", "This token has been revoked."))
    if found.expires_at is not None and found.expires_at <= (now or datetime.now(UTC)):
        raise Unauthenticated(code="token_expired", message=Message("令牌已过期。", "This token has expired."))
    token = _Token(found.token_name, found.scopes, found.token_units)
    used = Credential("token", found.token_id, found.last_used_at, found.token_name)
    return _principal(found, token=token, credential=used)


def principal_by_session(session: ReadSession, secret: str, *, now: datetime | None = None) -> Principal:
    """The principal of a signed-in browser.

    Raises Unauthenticated: `session_expired` (too old, too long unused, or unknown: sessions are deleted when they
    end), `account_disabled`, `demonstration_over`.
    """
    found = session.execute(_BY_SESSION, {"hash": digest(secret)}).one_or_none()
    at = now or datetime.now(UTC)
    idle = timedelta(minutes=settings().idle_minutes)
    if found is None or found.expires_at <= at or found.last_seen_at <= at - idle:
        raise Unauthenticated(
            code="session_expired",
            message=Message("登录已失效,请重新登录。", "You are no longer signed in: sign in again."),
        )
    return _principal(found, credential=Credential("session", found.session_id, found.last_seen_at))


def principal_by_username(session: ReadSession, username: str) -> Principal:
    """The principal of an account, for commands of the command line: whoever runs those holds the database anyway.

    Raises NotFound `user_unknown`, Unauthenticated `account_disabled`.
    """
    user = session.scalars(select(User).where(User.username == username)).one_or_none()
    if user is None:
        raise NotFound(
            code="user_unknown",
            message=Message(f"没有用户“{username}”。", f"There is no user {username!r}."),
        )
    return _principal(user)


def may_sign_in(user: _SignsIn) -> bool:
    """False for a disabled account, and for one of the demonstration where none is to be."""
    return user.active and (settings().demo or not user.demonstration)


def told_of_verdicts(session: ReadSession, users: Collection[int]) -> dict[int, str]:
    """Those of the accounts that are in use and may see every verdict, with their e-mail addresses, empty for none."""
    rows = session.scalars(select(User).where(User.id.in_(users)))
    found = {user.id: user for user in rows if may_sign_in(user)}
    return {known: user.email for known, user in found.items() if not is_blind(_principal(user))}


def _principal(user: _SignsIn, *, token: _Token | None = None, credential: Credential | None = None) -> Principal:
    if not user.active:
        raise Unauthenticated(code="account_disabled", message=Message("账号已停用。", "This account is disabled."))
    if not may_sign_in(user):
        message = Message("演示已结束,演示账号不可使用。", "The demonstration is over, and with it its accounts.")
        raise Unauthenticated(code="demonstration_over", message=message)
    role = Role(user.role)
    units = frozenset(user.units) if role in BOUND_TO_UNITS else frozenset()
    scopes = None
    if token is not None:
        scopes = frozenset(action for action in Scope if action.value in token.scopes)
        if token.units and role in BOUND_TO_UNITS:
            units &= frozenset(token.units)
        elif token.units:  # never issued; a role that posts for any unit cannot be narrowed, so it does not post
            scopes -= _POSTING
    return Principal(
        user_id=user.id,
        username=user.username,
        display_name=user.display_name,
        role=role,
        units=units,
        scopes=scopes,
        token="" if token is None else token.name,
        credential=credential,
    )
