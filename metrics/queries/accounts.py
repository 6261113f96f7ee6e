"""The accounts there are. Password hashes stay in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models.access import User
from metrics.principal import Role


@dataclass(frozen=True, slots=True)
class Account:
    """One person or owner of scripts. `units` is empty for every role but clerk."""

    username: str
    display_name: str
    role: Role
    units: tuple[str, ...]
    active: bool
    demonstration: bool
    created_at: datetime


def accounts(session: ReadSession) -> tuple[Account, ...]:
    """Every account, disabled ones included, by username."""
    return tuple(
        Account(
            username=user.username,
            display_name=user.display_name,
            role=Role(user.role),
            units=tuple(user.units),
            active=user.active,
            demonstration=user.demonstration,
            created_at=user.created_at,
        )
        for user in session.scalars(select(User).order_by(User.username))
    )
