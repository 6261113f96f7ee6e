"""Sessions of signed-in browsers: opened, noted as used, and ended one by one or all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select

from metrics.credentials import digest, new_session_secret
from metrics.database import WriteSession
from metrics.errors import Message, NotFound
from metrics.models import SecondFactor, Session, SignInStep, User
from metrics.present_act import seen
from metrics.principal import Principal, Role
from metrics.settings import settings

_LONGEST_AGENT = 300


@dataclass(frozen=True, slots=True)
class Browser:
    """Who is at the other end: the network address, what the browser calls itself, and the cookie it came with."""

    address: str
    agent: str = ""
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. `secret` belongs into the browser's cookie and nowhere else."""

    secret: str = field(repr=False)
    expires_at: datetime
    principal: Principal


def open_session(session: WriteSession, user: User, *, browser: Browser, now: datetime) -> SignedIn:
    """Open a session for `user`, who has shown who they are; the one the browser came with ends."""
    session.execute(delete(Session).where(Session.user_id == user.id, Session.expires_at <= now))
    if browser.secret:
        session.execute(delete(Session).where(Session.secret_hash == digest(browser.secret)))
    secret = new_session_secret()
    expires_at = now + timedelta(hours=settings().session_hours)
    session.add(
        Session(
            secret_hash=digest(secret),
            user_id=user.id,
            created_at=now,
            expires_at=expires_at,
            address=browser.address,
            agent="".join(character for character in browser.agent if character.isprintable())[:_LONGEST_AGENT],
            last_seen_at=now,
        )
    )
    session.flush()
    principal = _principal(user)
    seen(principal)
    return SignedIn(secret=secret, expires_at=expires_at, principal=principal)


def sign_out(session: WriteSession, secret: str) -> None:
    """End the session that `secret` stands for. A secret nobody knows changes nothing: it is signed out already."""
    kept = Session.secret_hash == digest(secret)
    user = session.scalar(select(User).join(Session, Session.user_id == User.id).where(kept))
    seen(None if user is None else _principal(user))
    session.execute(delete(Session).where(kept))


def _principal(user: User) -> Principal:
    return Principal(
        user_id=user.id,
        username=user.username,
        display_name=user.display_name,
        role=Role(user.role),
        units=frozenset(user.units),
    )


def end_session(session: WriteSession, session_id: int, *, user_id: int) -> None:
    """End one session of the account. Raises NotFound `session_unknown`."""
    ended = session.execute(delete(Session).where(Session.id == session_id, Session.user_id == user_id))
    if counted(ended) == 0:
        raise NotFound(
            code="session_unknown",
            message=Message(f"没有编号为 {session_id} 的登录。", f"There is no session {session_id}."),
        )


def end_sessions(session: WriteSession, user_id: int, *, but: str | None = None) -> int:
    """End every session of the account, and say how many; `but` a secret's own.

    Sign-ins under way end too, with the second factor that one of them may have been shown and nobody has confirmed.
    """
    session.execute(delete(SignInStep).where(SignInStep.user_id == user_id))
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_(None)))
    ending = delete(Session).where(Session.user_id == user_id)
    if but is not None:
        ending = ending.where(Session.secret_hash != digest(but))
    return counted(session.execute(ending))


def counted(result: object) -> int:
    """How many rows a DELETE or UPDATE changed."""
    assert isinstance(result, CursorResult)  # noqa: S101  what either answers with
    return int(result.rowcount)
