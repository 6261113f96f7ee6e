"""Changing what an account is and may: enabled or not, its role and units, its address. All its sessions end with that.

`by` is the administrator; None is the operator at the command line, who holds the database anyway.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from metrics.commands.passwords import end_password_links
from metrics.commands.second_factor import remove_second_factor
from metrics.commands.sessions import end_sessions
from metrics.commands.tokens import revoke_tokens
from metrics.commands.users import as_given, email_problems, require_another_admin, unit_problems, user_named
from metrics.database import WriteSession
from metrics.errors import Invalid, Message, Problem
from metrics.models import User
from metrics.present_act import about
from metrics.principal import Principal, Role, Scope


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """An account as it now is, and what ended with the change."""

    username: str
    role: Role
    units: tuple[str, ...]
    active: bool
    sessions_ended: int = 0
    tokens_revoked: int = 0


def disable_user(session: WriteSession, username: str, *, now: datetime, by: Principal | None = None) -> AccountChanged:
    """Disable an account; its sessions, tokens and links to set a password end. Harmless on a disabled one.

    Raises Forbidden, NotFound `user_unknown`, Conflict `last_admin`.
    """
    user = _named(session, username, by=by)
    if by is not None:
        require_another_admin(session, user)
    user.active = False
    session.flush()
    end_password_links(session, user.id, now=now)
    ended = end_sessions(session, user.id)
    return _as_changed(user, sessions_ended=ended, tokens_revoked=revoke_tokens(session, user.id, now=now))


def enable_user(session: WriteSession, username: str, *, by: Principal | None = None) -> AccountChanged:
    """Enable an account. Its tokens stay revoked. Harmless on an enabled one. Raises Forbidden, NotFound."""
    user = _named(session, username, by=by)
    user.active = True
    session.flush()
    return _as_changed(user)


def change_role(
    session: WriteSession,
    username: str,
    *,
    role: Role,
    units: Collection[str],
    known_units: Collection[str],
    now: datetime,
    by: Principal | None = None,
) -> AccountChanged:
    """Give an account another role with its units; its sessions end and its tokens are revoked (decision 206).

    What stands so already is left, sessions and tokens too. Raises Forbidden, NotFound, Invalid, Conflict `last_admin`.
    """
    user = _named(session, username, by=by)
    about(as_given(user.username, role=role, units=units))
    if problems := unit_problems(units, role=role, known_units=known_units):
        raise _refused(problems)
    if (user.role, user.units) == (role.value, sorted(set(units))):
        return _as_changed(user)
    if by is not None and role is not Role.ADMIN:
        require_another_admin(session, user)
    user.role, user.units = role.value, sorted(set(units))
    session.flush()
    ended = end_sessions(session, user.id)
    return _as_changed(user, sessions_ended=ended, tokens_revoked=revoke_tokens(session, user.id, now=now))


def change_units(
    session: WriteSession,
    username: str,
    *,
    units: Collection[str],
    known_units: Collection[str],
    now: datetime,
    by: Principal | None = None,
) -> AccountChanged:
    """Give a clerk or leader other units; sessions end, tokens are revoked. Raises Forbidden, NotFound, Invalid."""
    user = _named(session, username, by=by)
    return change_role(session, username, role=Role(user.role), units=units, known_units=known_units, now=now, by=by)


def change_email(
    session: WriteSession, username: str, *, email: str, now: datetime, by: Principal | None = None
) -> AccountChanged:
    """Record where links to set a password go; empty: nowhere. Links that went to the earlier address end.

    Raises Forbidden, NotFound, Invalid.
    """
    user = _named(session, username, by=by)
    if problems := email_problems(email):
        raise _refused(problems)
    if email.strip() != user.email:
        end_password_links(session, user.id, now=now)
    user.email = email.strip()
    session.flush()
    return _as_changed(user)


def reset_second_factor(
    session: WriteSession, username: str, *, now: datetime, by: Principal | None = None
) -> AccountChanged:
    """Have the person set up a second factor anew at the next sign-in; sessions end, tokens are revoked.

    Raises Forbidden, NotFound.
    """
    user = _named(session, username, by=by)
    remove_second_factor(session, user.id)
    ended = end_sessions(session, user.id)
    return _as_changed(user, sessions_ended=ended, tokens_revoked=revoke_tokens(session, user.id, now=now))


def end_all_sessions(session: WriteSession, username: str, *, by: Principal | None = None) -> AccountChanged:
    """End every session of the account. Raises Forbidden, NotFound."""
    user = _named(session, username, by=by)
    return _as_changed(user, sessions_ended=end_sessions(session, user.id))


def _named(session: WriteSession, username: str, *, by: Principal | None) -> User:
    if by is not None:
        by.require(Scope.ADMINISTER)
    return user_named(session, username)


def _refused(problems: list[Problem]) -> Invalid:
    message = Message("账号信息不符合要求。", "This account cannot be changed so.")
    return Invalid(code="user_invalid", message=message, problems=problems)


def _as_changed(user: User, *, sessions_ended: int = 0, tokens_revoked: int = 0) -> AccountChanged:
    return AccountChanged(
        user.username, Role(user.role), tuple(user.units), user.active, sessions_ended, tokens_revoked
    )
