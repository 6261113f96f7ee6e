"""The accounts there are, what people are called, who is signed in, and the tokens that were issued.

Password hashes stay in the database, and the secrets of sessions and tokens are nowhere to be read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, func, select

from metrics.database import ReadSession
from metrics.errors import Message, NotFound
from metrics.models import RecoveryCode, SecondFactor, Session, Token, User
from metrics.principal import Role
from metrics.settings import settings
from metrics.usernames import is_username, plain_username


@dataclass(frozen=True, slots=True)
class AccountListed:
    """One person or owner of scripts. `units` is empty for every role but clerk and leader.

    `password_until`: of a password that is to be changed at the next sign-in; `last_seen_at` of a session that is open.
    """

    username: str
    display_name: str
    role: Role
    units: tuple[str, ...]
    active: bool
    demonstration: bool
    email: str
    created_at: datetime
    password_set_at: datetime
    password_until: datetime | None
    second_factor: bool
    sessions: int
    last_seen_at: datetime | None
    tokens: int


def accounts(session: ReadSession, *, now: datetime | None = None) -> tuple[AccountListed, ...]:
    """Every account, disabled ones included, by username."""
    return _listed(session, select(User).order_by(User.username), now=now or datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class AccountsAsked:
    """Which accounts: with `text` in their login or name, whatever its case; of a role; of a unit."""

    text: str = ""
    role: Role | None = None
    unit: str | None = None


def usernames(session: ReadSession, asked: AccountsAsked) -> tuple[str, ...]:
    """The logins of the accounts asked for, in order."""
    found = select(User.username).order_by(User.username)
    if asked.text:
        login = plain_username(asked.text)
        found = found.where(
            User.username.contains(login, autoescape=True) | User.display_name.icontains(asked.text, autoescape=True)
        )
    if asked.role is not None:
        found = found.where(User.role == asked.role.value)
    if asked.unit is not None:
        found = found.where(User.units.contains([asked.unit]))
    return tuple(session.scalars(found))


def accounts_named(
    session: ReadSession, logins: Collection[str], *, now: datetime | None = None
) -> tuple[AccountListed, ...]:
    """The accounts of these logins, by username."""
    asked = select(User).where(User.username.in_(logins)).order_by(User.username)
    return _listed(session, asked, now=now or datetime.now(UTC))


def account(session: ReadSession, username: str, *, now: datetime | None = None) -> AccountListed:
    """One account. Raises NotFound `user_unknown`."""
    name = plain_username(username)
    asked = select(User).where(User.username == name)
    found = _listed(session, asked, now=now or datetime.now(UTC)) if is_username(name) else ()
    if not found:
        raise NotFound(code="user_unknown", message=Message(f"没有用户“{name}”。", f"There is no user {name!r}."))
    return found[0]


def _listed(session: ReadSession, asked: Select[User], *, now: datetime) -> tuple[AccountListed, ...]:
    open_now = Session.last_seen_at > now - timedelta(minutes=settings().idle_minutes)
    ids = asked.with_only_columns(User.id).order_by(None)
    of_session = select(Session.user_id, func.count(), func.max(Session.last_seen_at)).where(Session.user_id.in_(ids))
    sessions: dict[int, tuple[int, datetime | None]] = {
        user: (count, seen)
        for user, count, seen in session.execute(
            of_session.where(Session.expires_at > now, open_now).group_by(Session.user_id)
        )
    }
    good = select(Token.user_id, func.count()).where(
        Token.user_id.in_(ids), Token.revoked_at.is_(None), (Token.expires_at.is_(None)) | (Token.expires_at > now)
    )
    tokens = {owner: count for owner, count in session.execute(good.group_by(Token.user_id))}  # noqa: C416  rows
    confirmed = select(SecondFactor.user_id).where(
        SecondFactor.user_id.in_(ids), SecondFactor.confirmed_at.is_not(None)
    )
    second_factors = set(session.scalars(confirmed))
    return tuple(
        AccountListed(
            username=user.username,
            display_name=user.display_name,
            role=Role(user.role),
            units=tuple(user.units),
            active=user.active,
            demonstration=user.demonstration,
            email=user.email,
            created_at=user.created_at,
            password_set_at=user.password_set_at,
            password_until=user.password_until,
            second_factor=user.id in second_factors,
            sessions=sessions.get(user.id, (0, None))[0],
            last_seen_at=sessions.get(user.id, (0, None))[1],
            tokens=tokens.get(user.id, 0),
        )
        for user in session.scalars(asked)
    )


@dataclass(frozen=True, slots=True)
class SessionListed:
    """One browser that is signed in. `last_seen_at` is at most a minute behind; `present`: the one that asks."""

    id: int
    username: str
    address: str
    agent: str
    started_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    present: bool


def open_sessions(
    session: ReadSession, username: str | None = None, *, now: datetime, present: int | None = None
) -> tuple[SessionListed, ...]:
    """The sessions that are open, of one account or of all, last seen first. `present`: the number of the asker's."""
    idle = timedelta(minutes=settings().idle_minutes)
    asked = (
        select(Session, User.username)
        .join(User, User.id == Session.user_id)
        .where(Session.expires_at > now, Session.last_seen_at > now - idle)
        .order_by(Session.last_seen_at.desc(), Session.id.desc())
    )
    if username is not None:
        asked = asked.where(User.username == username)
    return tuple(
        SessionListed(
            id=found.id,
            username=owner,
            address=found.address,
            agent=found.agent,
            started_at=found.created_at,
            last_seen_at=found.last_seen_at,
            expires_at=found.expires_at,
            present=found.id == present,
        )
        for found, owner in session.execute(asked)
    )


@dataclass(frozen=True, slots=True)
class TokenListed:
    """One token. `scopes` as they are kept; `units` empty: not narrowed; the instants None: never."""

    id: int
    username: str
    name: str
    scopes: tuple[str, ...]
    units: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def state(self, *, now: datetime) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


def issued_tokens(session: ReadSession, username: str | None = None) -> tuple[TokenListed, ...]:
    """Every token, of one account or of all, expired and revoked ones included, oldest first."""
    asked = select(Token, User.username).join(User, User.id == Token.user_id).order_by(Token.id)
    if username is not None:
        asked = asked.where(User.username == username)
    return tuple(
        TokenListed(
            id=token.id,
            username=owner,
            name=token.name,
            scopes=tuple(token.scopes),
            units=tuple(token.units),
            created_at=token.created_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
            last_used_at=token.last_used_at,
        )
        for token, owner in session.execute(asked)
    )


def recovery_codes_left(session: ReadSession, user_id: int) -> int:
    """How many of the account's recovery codes are unused."""
    asked = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(asked) or 0


def display_names(session: ReadSession, logins: Collection[str]) -> dict[str, str]:
    """Login → name. One that no account has (any more) is called by its login."""
    rows = session.execute(select(User.username, User.display_name).where(User.username.in_(set(logins))))
    known = {row.username: row.display_name for row in rows}
    return {login: known.get(login, login) for login in logins}
