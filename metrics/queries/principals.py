"""Who stands behind a secret. Every request and every page asks here, each time: nothing is remembered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from metrics.credentials import TOKEN_PREFIX, digest
from metrics.database import ReadSession
from metrics.errors import Message, NotFound, Unauthenticated
from metrics.models.access import Session, Token, User
from metrics.principal import BOUND_TO_UNITS, Credential, Principal, Role, Scope
from metrics.queries.blindness import is_blind
from metrics.settings import settings

# What a token of a role without units must not do once somebody has narrowed it to units.
_POSTING = frozenset({Scope.POST_SUBMISSION, Scope.BULK})


def principal_by_token(session: ReadSession, secret: str, *, now: datetime | None = None) -> Principal:
    """The principal of a bearer token, with the token's scopes and units.

    A scope the program does not know is left out, a token without scopes may do nothing; a token's units narrow its
    owner's present units and never add to them. Raises Unauthenticated: `token_unknown`, `token_revoked`,
    `token_expired`, `account_disabled`, `demonstration_over`.
    """
    found = None
    if secret.startswith(TOKEN_PREFIX):
        asked = select(Token, User).join(User, User.id == Token.user_id).where(Token.secret_hash == digest(secret))
        found = session.execute(asked).one_or_none()
    if found is None:
        raise Unauthenticated(
            code="token_unknown", message=Message("令牌无效。", "This token is not known, or is not a bearer token.")
        )
    token, user = found
    if token.revoked_at is not None:
        raise Unauthenticated(code="token_revoked", message=Message("令牌已被撤销。", "This token has been revoked."))
    if token.expires_at is not None and token.expires_at <= (now or datetime.now(UTC)):
        raise Unauthenticated(code="token_expired", message=Message("令牌已过期。", "This token has expired."))
    return _principal(user, token=token, credential=Credential("token", token.id, token.last_used_at, token.name))


def principal_by_session(session: ReadSession, secret: str, *, now: datetime | None = None) -> Principal:
    """The principal of a signed-in browser.

    Raises Unauthenticated: `session_expired` (too old, too long unused, or unknown: sessions are deleted when they
    end), `account_disabled`, `demonstration_over`.
    """
    asked = select(Session, User).join(User, User.id == Session.user_id).where(Session.secret_hash == digest(secret))
    found = session.execute(asked).one_or_none()
    at = now or datetime.now(UTC)
    idle = timedelta(minutes=settings().idle_minutes)
    if found is None or found[0].expires_at <= at or found[0].last_seen_at <= at - idle:
        raise Unauthenticated(
            code="session_expired",
            message=Message("登录已失效,请重新登录。", "You are no longer signed in: sign in again."),
        )
    return _principal(found[1], credential=Credential("session", found[0].id, found[0].last_seen_at))


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


def may_sign_in(user: User) -> bool:
    """False for a disabled account, and for one of the demonstration where none is to be."""
    return user.active and (settings().demo or not user.demonstration)


def told_of_verdicts(session: ReadSession, users: Collection[int]) -> dict[int, str]:
    """Those of the accounts that are in use and may see every verdict, with their e-mail addresses, empty for none."""
    rows = session.scalars(select(User).where(User.id.in_(users)))
    found = {user.id: user for user in rows if may_sign_in(user)}
    return {known: user.email for known, user in found.items() if not is_blind(_principal(user))}


def _principal(user: User, *, token: Token | None = None, credential: Credential | None = None) -> Principal:
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
