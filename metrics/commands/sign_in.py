"""Signing in with a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from metrics import passwords
from metrics.commands.users import is_username, plain_username
from metrics.credentials import digest, new_session_secret
from metrics.database import WriteSession
from metrics.errors import Message, TooMany
from metrics.models.access import Session, SignInFailure, User
from metrics.principal import Principal, Role
from metrics.settings import settings

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
_ATTEMPT_LOCK = 1397311310  # first key of the advisory locks that let one attempt per account and address run


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. `secret` belongs into the browser's cookie and nowhere else."""

    secret: str = field(repr=False)
    expires_at: datetime
    principal: Principal


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """No account has this name and password, or it is disabled: which of the three is not said."""

    code: str
    message: Message


REFUSED = SignInRefused(
    code="sign_in_refused", message=Message("用户名或密码不正确。", "The username or the password is not right.")
)


def sign_in(
    session: WriteSession, username: str, *, password: str, address: str, now: datetime
) -> SignedIn | SignInRefused:
    """Open a session for the account `username`, asked for from the network address `address`.

    A refusal is returned, not raised: the failure it records must be committed. Raises TooMany after 5 failures of
    this account from this address within 15 minutes; nothing else is locked, so the owner elsewhere still gets in.
    Unknown, known and disabled accounts take the same steps: each compares one password hash.
    """
    name = plain_username(username)
    stranger = passwords.dummy_hash()
    if not is_username(name):  # nobody can have it, so there is nothing to count
        passwords.matches(password, stranger)
        return REFUSED
    _refuse_locked(session, name, address=address, now=now)
    user = session.scalar(select(User).where(User.username == name))
    right, better_hash = passwords.matches(password, stranger if user is None else user.password_hash)
    if user is None or not right or not user.active:
        session.add(SignInFailure(username=name, address=address, failed_at=now))
        session.flush()
        return REFUSED
    if better_hash is not None:
        user.password_hash = better_hash
    session.execute(delete(SignInFailure).where(SignInFailure.username == name, SignInFailure.address == address))
    return _open(session, user, now=now)


def _refuse_locked(session: WriteSession, name: str, *, address: str, now: datetime) -> None:
    """Raise TooMany if the account is locked for the address, or another attempt for the two is being made right now.

    One at a time, or fifty attempts sent at once would all be counted after the fact. The second does not wait: it
    would hold a connection.
    """
    alone = session.scalar(select(func.pg_try_advisory_xact_lock(_ATTEMPT_LOCK, func.hashtext(f"{name} {address}"))))
    if not alone:
        raise TooMany(
            code="sign_in_busy",
            message=Message("该账号正在登录,请稍后再试。", "A sign-in for this account is under way: try again."),
            retry_after=1,
        )
    latest = session.scalars(
        select(SignInFailure.failed_at)
        .where(
            SignInFailure.username == name, SignInFailure.address == address, SignInFailure.failed_at > now - LOCKED_FOR
        )
        .order_by(SignInFailure.failed_at.desc())
        .limit(MOST_FAILURES)
    ).all()
    if len(latest) == MOST_FAILURES:
        seconds = int((latest[-1] + LOCKED_FOR - now).total_seconds()) + 1
        raise TooMany(
            code="sign_in_locked",
            message=Message(
                f"登录失败次数过多,请在 {-(-seconds // 60)} 分钟后再试。",
                f"Too many failed sign-ins: try again in {-(-seconds // 60)} minutes.",
            ),
            retry_after=seconds,
        )


def _open(session: WriteSession, user: User, *, now: datetime) -> SignedIn:
    session.execute(delete(Session).where(Session.user_id == user.id, Session.expires_at <= now))
    secret = new_session_secret()
    expires_at = now + timedelta(hours=settings().session_hours)
    session.add(Session(secret_hash=digest(secret), user_id=user.id, created_at=now, expires_at=expires_at))
    session.flush()
    principal = Principal(
        user_id=user.id,
        username=user.username,
        display_name=user.display_name,
        role=Role(user.role),
        units=frozenset(user.units),
    )
    return SignedIn(secret=secret, expires_at=expires_at, principal=principal)
