"""Signing in with a password: the first thing a person shows (what else: metrics/commands/sign_in_steps.py)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metrics import credentials
from metrics.audit_acts import AuditAction
from metrics.commands.sessions import Browser, SignedIn
from metrics.commands.sign_in_steps import REFUSED, MoreToShow, SignInRefused, admit
from metrics.database import WriteSession, write_session
from metrics.errors import Message, TooMany, Unavailable
from metrics.limits import hashing
from metrics.limits.sign_in_limits import sign_in_limits
from metrics.locks import Lock, hold
from metrics.models.access import SignInFailure, User
from metrics.present_act import about, doing
from metrics.queries.principals import may_sign_in
from metrics.usernames import is_username, plain_username

PASSWORD_OVER = SignInRefused(
    code="password_over",
    message=Message(
        "临时密码已过期,请联系管理员重置。", "This temporary password has expired: ask the administrator for another."
    ),
)
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that is counted as a failure already. `kept`: the hash that the password is to be compared with."""

    kept: str = field(repr=False)
    user_id: int | None  # None: nobody who may sign in has this name
    username: str
    address: str
    failure_id: int  # as which it is counted


def sign_in(username: str, *, password: str, browser: Browser, now: datetime) -> SignedIn | MoreToShow | SignInRefused:
    """Open a session for the account `username`, or say what its person has to show beside the password.

    The one way in, for pages and API. A refusal is returned, not raised. Raises TooMany after 5 failures of this
    account from this address within 15 minutes (nothing else is locked, so the owner elsewhere still gets in), after
    many failures from one address, and when too many are signing in. Known, unknown and disabled accounts take the
    same steps: each counts, compares one password hash and is counted as a failure before it does. What ends for
    another reason than a wrong password is none in the end. The password is compared outside of any transaction: a
    flood of attempts holds no connection.
    """
    name, address = plain_username(username), browser.address
    sign_in_limits().admit(name if is_username(name) else "", address=address)
    if not is_username(name):  # nobody can have it, so there is nothing to count
        hashing.compare(password, credentials.dummy_hash())
        return REFUSED
    try:
        with write_session() as session:
            attempt = begin_sign_in(session, name, address=address, now=now)
    except TooMany:
        sign_in_limits().not_tried(address=address)
        raise
    with no_failure_if_it_breaks_off(attempt):
        right, better_hash = hashing.compare(password, attempt.kept)
        if not right:
            return REFUSED
        with write_session() as session:
            outcome = end_sign_in(session, attempt, better_hash=better_hash, browser=browser, now=now)
    if isinstance(outcome, SignInRefused):
        sign_in_limits().not_wrong(name, address=address)
    else:
        sign_in_limits().succeeded(name, address=address)
    return outcome


def begin_sign_in(session: WriteSession, name: str, *, address: str, now: datetime) -> Attempt:
    """Count a failure, taken back as soon as it is known to be none: attempts at once are each counted before they end.

    Raises TooMany if the account is locked for the address.
    """
    hold(session, Lock.SIGN_IN, key=f"{name} {address}")
    user = session.scalar(select(User).where(User.username == name))
    if user is not None:  # a name that nobody has may be a password, typed into the wrong field
        about(name)
    _refuse_locked(session, name, address=address, now=now)
    failure = SignInFailure(username=name, address=address, failed_at=now)
    session.add(failure)
    session.flush()
    if user is None or not may_sign_in(user):
        return Attempt(credentials.dummy_hash(), None, name, address, failure.id)
    return Attempt(user.password_hash, user.id, name, address, failure.id)


def take_back(session: WriteSession, attempt: Attempt) -> None:
    """The attempt was no failure: its password was right, or was never compared."""
    session.execute(delete(SignInFailure).where(SignInFailure.id == attempt.failure_id))


@contextmanager
def no_failure_if_it_breaks_off(attempt: Attempt) -> Iterator[None]:
    """Take the failure back if the block raises: too many wait, or the database is away. It raises all the same.

    Where the database cannot take it back either, the failure stands for its quarter of an hour.
    """
    try:
        yield
    except Exception:  # whatever it is: nobody was wrong, and it goes on
        sign_in_limits().not_wrong(attempt.username, address=attempt.address)
        with suppress(DBAPIError, PoolTimeout, Unavailable), doing(AuditAction.SIGN_IN), write_session() as session:
            take_back(session, attempt)
        raise


def end_sign_in(
    session: WriteSession, attempt: Attempt, *, better_hash: str | None, browser: Browser, now: datetime
) -> SignedIn | MoreToShow | SignInRefused:
    """Go on with an attempt whose password was right, unless the account changed meanwhile; it is no failure.

    If somebody is let on, failures that no longer count are forgotten with those of this account from this address.
    """
    user = None if attempt.user_id is None else session.get(User, attempt.user_id, with_for_update=True)
    take_back(session, attempt)
    if user is None or not may_sign_in(user) or user.password_hash != attempt.kept:
        return REFUSED
    if user.password_until is not None and user.password_until <= now:
        return PASSWORD_OVER
    if better_hash is not None:
        user.password_hash = better_hash
    past = select(SignInFailure.id).where(
        (SignInFailure.failed_at <= now - LOCKED_FOR)
        | ((SignInFailure.username == attempt.username) & (SignInFailure.address == attempt.address))
    )
    session.execute(delete(SignInFailure).where(SignInFailure.id.in_(past.with_for_update(skip_locked=True))))
    return admit(session, user, proven=False, browser=browser, now=now)


def _refuse_locked(session: WriteSession, name: str, *, address: str, now: datetime) -> None:
    """Raise TooMany if the account is locked for the address."""
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
