"""Accounts and tokens to start a test from."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from metrics.commands.tokens import IssuedToken, issue_token
from metrics.commands.users import add_user
from metrics.database import WriteSession
from metrics.principal import BOUND_TO_UNITS, Action, Principal, Role

NOW = datetime.now(UTC).replace(microsecond=0)
PASSWORD = "long river, quiet boat"
UNITS = frozenset({"441202", "441203", "441204"})


def person(
    session: WriteSession,
    username: str = "chen",
    *,
    role: Role = Role.CLERK,
    units: Collection[str] | None = None,
    password: str = PASSWORD,
) -> Principal:
    """A new account; a clerk or leader is of 441202 unless told otherwise."""
    if units is None:
        units = {"441202"} if role in BOUND_TO_UNITS else set()
    return add_user(
        session,
        username,
        display_name="陈",
        role=role,
        units=units,
        password=password,
        known_units=UNITS,
        now=NOW,
    )


def token(
    session: WriteSession,
    username: str = "chen",
    *,
    scopes: Collection[Action] | None = None,
    units: Collection[str] = (),
    expires_at: datetime | None = NOW + timedelta(days=30),
) -> IssuedToken:
    """A new token of an account that is there already."""
    return issue_token(session, username, name="nightly", scopes=scopes, units=units, expires_at=expires_at, now=NOW)


def bearer(secret: str) -> dict[str, str]:
    """The header by which a script says who it is."""
    return {"Authorization": f"Bearer {secret}"}
