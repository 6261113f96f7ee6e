"""Accounts and tokens to start a test from."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from metrics.commands.second_factor import begin_set_up
from metrics.commands.sessions import Browser, SignedIn, open_session
from metrics.commands.tokens import IssuedToken, issue_token
from metrics.commands.users import add_user
from metrics.database import WriteSession
from metrics.models import SecondFactor, User
from metrics.principal import ALLOWED, BOUND_TO_UNITS, Principal, Role, Scope
from metrics.second_factor import STEP_SECONDS, code_at, unseal
from metrics.usernames import plain_username

NOW = datetime.now(UTC).replace(microsecond=0)
PASSWORD = "long river, quiet boat"
BROWSER = Browser("127.0.0.1", "the tests")
UNITS = frozenset({"441202", "441203", "441204"})


def person(
    session: WriteSession,
    username: str = "chen",
    *,
    role: Role = Role.CLERK,
    units: Collection[str] | None = None,
    password: str = PASSWORD,
    display_name: str = "陈",
    demonstration: bool = False,
) -> Principal:
    """A new account; a clerk or leader is of 441202 unless told otherwise.

    `demonstration`: without a second factor, for tests of how a password opens a session.
    """
    if units is None:
        units = {"441202"} if role in BOUND_TO_UNITS else set()
    return add_user(
        session,
        username,
        display_name=display_name,
        role=role,
        units=units,
        password=password,
        known_units=UNITS.union(units),
        now=NOW,
        demonstration=demonstration,
    )


def browser_session(
    session: WriteSession,
    username: str = "chen",
    *,
    role: Role = Role.CLERK,
    units: Collection[str] | None = None,
    display_name: str = "陈",
) -> str:
    """The secret of a session of a new account, for tests that are not about signing in."""
    person(session, username, role=role, units=units, display_name=display_name)
    return signed_in(session, username).secret


def signed_in(session: WriteSession, username: str = "chen", *, now: datetime | None = None) -> SignedIn:
    """A new session of an account that is there already, as after a right password."""
    user = session.scalars(select(User).where(User.username == plain_username(username))).one()
    return open_session(session, user, browser=BROWSER, now=now or datetime.now(UTC))


def second_factor(session: WriteSession, username: str = "chen") -> str:
    """Set up a second factor for an account that is there already; the secret that its codes are made of."""
    user = session.scalars(select(User).where(User.username == plain_username(username))).one()
    given = begin_set_up(session, user.id, username=username, begun=NOW)
    factor = session.get_one(SecondFactor, user.id)
    factor.confirmed_at = NOW
    session.flush()
    return given.secret


def present_code(session: WriteSession, username: str) -> str:
    """The code that the person's authenticator shows now, set up if it was not, and good even if it was used."""
    user = session.scalars(select(User).where(User.username == plain_username(username))).one()
    factor = session.get(SecondFactor, user.id)
    if factor is None or factor.confirmed_at is None:
        second_factor(session, username)
        factor = session.get_one(SecondFactor, user.id)
    factor.last_step = 0
    session.flush()
    return code(unseal(factor.sealed, user_id=user.id))


def code(secret: str, *, now: datetime | None = None, later: int = 0) -> str:
    """The code that an authenticator shows now; `later` half minutes on, for a sign-in soon after another."""
    return code_at(secret, int((now or datetime.now(UTC)).timestamp()) // STEP_SECONDS + later)


def token(
    session: WriteSession,
    username: str = "chen",
    *,
    scopes: Collection[Scope] | None = None,
    units: Collection[str] = (),
    expires_at: datetime | None = NOW + timedelta(days=30),
) -> IssuedToken:
    """A new token of an account that is there already; with everything that its role may unless `scopes` are named."""
    role = session.scalar(select(User.role).where(User.username == plain_username(username)))
    if scopes is None and role is not None:
        scopes = ALLOWED[Role(role)]
    return issue_token(session, username, name="nightly", scopes=scopes, units=units, expires_at=expires_at, now=NOW)


def bearer(secret: str) -> dict[str, str]:
    """The header by which a script says who it is."""
    return {"Authorization": f"Bearer {secret}"}
