"""What people are called: the name of an account beside its login."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models.access import User


def display_names(session: ReadSession, logins: Collection[str]) -> dict[str, str]:
    """Login → name. One that no account has (any more) is called by its login."""
    rows = session.execute(select(User.username, User.display_name).where(User.username.in_(set(logins))))
    known = {row.username: row.display_name for row in rows}
    return {login: known.get(login, login) for login in logins}
