"""Changing a password by who knows the present one, setting it by a link, and having it reset.

Hashes are compared and made in their turn (metrics/limits/hashing.py) with no transaction open, so these functions
begin their own: one to read what the new password is held against, one to write it if that still stands.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from metrics.commands.sessions import end_sessions
from metrics.commands.tokens import revoke_tokens
from metrics.commands.users import require_another_admin, user_named
from metrics.credentials import digest, new_confirmation_secret
from metrics.database import ReadSession, WriteSession, read_session, write_session
from metrics.errors import Conflict, Invalid, Message, NotFound, Problem, TooMany
from metrics.limits import hashing
from metrics.models import FormerPassword, PasswordLink, User
from metrics.password_rules import password_problems, password_used_before, profile
from metrics.present_act import about
from metrics.principal import Principal, Scope
from metrics.queries.principals import may_sign_in

PAUSE = timedelta(minutes=1)  # between two links to one person
_LONGEST_FAILURE = 200


@dataclass(frozen=True, slots=True)
class TemporaryPassword:
    """A password that somebody else has seen: good until `until`, and only to choose another at the next sign-in."""

    username: str
    password: str = field(repr=False)
    until: datetime
    tokens_revoked: int = 0


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """Whose password was set by a link, and how many tokens were revoked with it."""

    username: str
    tokens_revoked: int


@dataclass(frozen=True, slots=True)
class RequestedPasswordLink:
    """A link that is to be sent to `address` and to nobody else."""

    id: int
    secret: str = field(repr=False)
    user_id: int
    username: str
    display_name: str
    address: str = field(repr=False)
    expires_at: datetime


def accepted_hash(password: str, *, username: str, former: Sequence[str], pointer: str = "/password") -> str:
    """The hash to keep of a password that the profile accepts. `former`: hashes of those that may not come back.

    Raises Invalid `password_invalid` with everything that speaks against it. Hold no connection.
    """
    refuse_password(password, username=username, former=former, pointer=pointer)
    return hashing.make(password)


def refuse_password(password: str, *, username: str, former: Sequence[str], pointer: str = "/password") -> None:
    """Raise as :func:`accepted_hash` does, and make no hash."""
    problems = [*password_problems(password, username=username)]
    if not problems and any(hashing.compare(password, kept)[0] for kept in former):
        problems = [password_used_before()]
    if problems:
        raise Invalid(
            code="password_invalid",
            message=Message("密码不符合要求。", "This password is not accepted."),
            problems=[Problem(code=found.code, message=found.message, pointer=pointer) for found in problems],
        )


def barred_hashes(session: ReadSession, user: User) -> tuple[str, ...]:
    """The hashes of the passwords that may not come back, the present one first."""
    earlier = select(FormerPassword.password_hash).where(FormerPassword.user_id == user.id)
    limited = earlier.order_by(FormerPassword.id.desc()).limit(profile().barred - 1)
    return (user.password_hash, *session.scalars(limited))


def keep_password(
    session: WriteSession, user: User, *, password_hash: str, now: datetime, but: str | None = None
) -> int:
    """Keep a new hash; say how many sessions ended with the old one, all but that of the secret `but`.

    Links to set a password end too. The old hash is kept only where the profile bars its coming back.
    """
    if profile().barred > 1:
        session.add(FormerPassword(user_id=user.id, password_hash=user.password_hash, until=now))
        session.flush()
        newest = select(FormerPassword.id).where(FormerPassword.user_id == user.id).order_by(FormerPassword.id.desc())
        kept = newest.limit(profile().barred - 1)
        forgotten = delete(FormerPassword).where(FormerPassword.user_id == user.id, FormerPassword.id.not_in(kept))
        session.execute(forgotten)
    user.password_hash, user.password_set_at, user.password_until = password_hash, now, None
    session.flush()
    end_password_links(session, user.id, now=now)
    return end_sessions(session, user.id, but=but)


def reset_password(username: str, *, now: datetime, lasts: timedelta, by: Principal | None = None) -> TemporaryPassword:
    """Replace the password by a random one, shown once, that is to be changed at the next sign-in.

    Sessions end and tokens are revoked: whoever had the old password may have issued them.
    Raises Forbidden, NotFound `user_unknown`, Conflict `account_disabled`, `last_admin`.
    """
    if by is not None:
        by.require(Scope.ADMINISTER)
    secret = new_temporary_password()
    password_hash = hashing.make(secret)
    with write_session() as session:
        user = user_named(session, username)
        _require_active(user)
        if by is not None:
            require_another_admin(session, user)
        keep_password(session, user, password_hash=password_hash, now=now)
        user.password_until = now + lasts
        return TemporaryPassword(user.username, secret, now + lasts, revoke_tokens(session, user.id, now=now))


def new_temporary_password() -> str:
    """A random password that can be read out: 100 bits in groups of five letters and digits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _letter in range(5)) for _group in range(4))


def request_password_link(
    session: WriteSession, username: str, *, now: datetime, lasts: timedelta, by: Principal | None = None
) -> RequestedPasswordLink:
    """Make a link by which the person sets a password; nothing else changes until they do.

    Raises Forbidden, NotFound, Conflict `account_disabled`, `user_without_address`, TooMany `asked_just_now`.
    """
    if by is not None:
        by.require(Scope.ADMINISTER)
    user = user_named(session, username)
    _require_active(user)
    if not user.email:
        message = Message("该账号未登记电子邮箱。", "No e-mail address of this account is recorded.")
        raise Conflict(code="user_without_address", message=message)
    asked = select(PasswordLink.created_at).where(PasswordLink.user_id == user.id, PasswordLink.failure == "")
    latest = session.scalar(asked.order_by(PasswordLink.id.desc()).limit(1))
    if latest is not None and latest + PAUSE > now:
        message = Message("刚刚已发送过,请一分钟后再试。", "It was sent just now; try again in a minute.")
        raise TooMany("asked_just_now", message, retry_after=max(1, round((latest + PAUSE - now).total_seconds())))
    secret = new_confirmation_secret()
    link = PasswordLink(
        token_hash=digest(secret),
        user_id=user.id,
        asked_by="command line" if by is None else by.username,
        created_at=now,
        expires_at=now + lasts,
    )
    session.add(link)
    session.flush()
    return RequestedPasswordLink(
        link.id, secret, user.id, user.username, user.display_name, user.email, link.expires_at
    )


def mark_password_link(session: WriteSession, link: RequestedPasswordLink, *, now: datetime, failure: str = "") -> None:
    """Note that the link went out, with which the earlier ones end, or why it did not."""
    if failure:
        unsent = update(PasswordLink).where(PasswordLink.id == link.id)
        session.execute(unsent.values(failure=failure[:_LONGEST_FAILURE], superseded_at=now))
        return
    session.execute(update(PasswordLink).where(PasswordLink.id == link.id).values(sent_at=now))
    end_password_links(session, link.user_id, now=now, before=link.id)


def end_password_links(session: WriteSession, user_id: int, *, now: datetime, before: int | None = None) -> None:
    """End the account's links that still stand; `before`: those older than this one."""
    standing = update(PasswordLink).where(
        PasswordLink.user_id == user_id, PasswordLink.used_at.is_(None), PasswordLink.superseded_at.is_(None)
    )
    if before is not None:
        standing = standing.where(PasswordLink.id < before)
    session.execute(standing.values(superseded_at=now))


def set_password_by_link(secret: str, *, password: str, now: datetime) -> PasswordSet:
    """Set the password of the account that the link is for. The link is used up, sessions end, tokens are revoked.

    Raises NotFound `password_link_unknown`, Conflict `password_link_over`, Invalid `password_invalid`.
    """
    with read_session() as reading:
        link, user = _open_link(reading, secret, now=now)
        username, former = user.username, barred_hashes(reading, user)
    password_hash = accepted_hash(password, username=username, former=former)
    with write_session() as session:
        link, user = _open_link(session, secret, now=now, locked=True)
        about(username)
        link.used_at = now
        session.flush()
        keep_password(session, user, password_hash=password_hash, now=now)
        return PasswordSet(username, revoke_tokens(session, user.id, now=now))


def _open_link(session: ReadSession, secret: str, *, now: datetime, locked: bool = False) -> tuple[PasswordLink, User]:
    asked = (
        select(PasswordLink, User)
        .join(User, User.id == PasswordLink.user_id)
        .where(PasswordLink.token_hash == digest(secret))
    )
    found = session.execute(asked.with_for_update() if locked else asked).one_or_none()
    if found is None or not may_sign_in(found[1]):
        message = Message("链接无效。", "There is no such link.")
        raise NotFound(code="password_link_unknown", message=message)
    link = found[0]
    if link.used_at is not None or link.superseded_at is not None or link.expires_at <= now:
        message = Message(
            "链接已用过、已过期或已被新链接取代,请联系管理员重发。",
            "The link was used, has expired, or a newer one replaced it: ask the administrator for another.",
        )
        raise Conflict(code="password_link_over", message=message)
    return link, found[1]


def _require_active(user: User) -> None:
    if not may_sign_in(user):
        message = Message(f"账号“{user.username}”已停用。", f"The account {user.username!r} is disabled.")
        raise Conflict(code="account_disabled", message=message)
