"""Adding and disabling accounts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, Message, NotFound, Problem
from metrics.models.access import Session, Token, User
from metrics.passwords import hash_password, password_problems
from metrics.principal import BOUND_TO_UNITS, Principal, Role

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,63}")
_LONGEST_DISPLAY_NAME = 100


@dataclass(frozen=True, slots=True)
class AccountDisabled:
    """What ended with the account; both 0 if it was disabled before."""

    username: str
    sessions_ended: int
    tokens_revoked: int


def plain_username(typed: str) -> str:
    """`typed` as usernames are kept: full-width characters made half-width, no blanks around, lower case."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def is_username(name: str) -> bool:
    """True if `name` follows the rule: 2 to 64 of a–z, 0–9, `.`, `_`, `-`, a letter first."""
    return _USERNAME.fullmatch(name) is not None


def add_user(
    session: WriteSession,
    username: str,
    *,
    display_name: str,
    role: Role,
    units: Collection[str],
    password: str,
    known_units: Collection[str],
    now: datetime,
    demonstration: bool = False,
) -> Principal:
    """Add an account and return its principal. `known_units`: the codes that may be given to a clerk or leader.

    Raises Invalid `user_invalid` with everything that is wrong, Conflict `username_taken`.
    """
    name = plain_username(username)
    problems = [
        *_name_problems(name, display_name=display_name),
        *_unit_problems(units, role=role, known_units=known_units),
        *password_problems(password, username=name),
    ]
    if problems:
        raise Invalid(
            code="user_invalid",
            message=Message("账号信息不符合要求。", "This account cannot be added."),
            problems=problems,
        )
    added = session.scalar(
        insert(User)
        .values(
            username=name,
            display_name=display_name.strip(),
            role=role.value,
            units=sorted(set(units)),
            password_hash=hash_password(password),
            active=True,
            demonstration=demonstration,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[User.username])
        .returning(User.id)
    )
    if added is None:
        raise Conflict(
            code="username_taken", message=Message(f"用户名“{name}”已被使用。", f"The username {name!r} is taken.")
        )
    return Principal(user_id=added, username=name, display_name=display_name.strip(), role=role, units=frozenset(units))


def disable_user(session: WriteSession, username: str, *, now: datetime) -> AccountDisabled:
    """Disable an account, end its sessions and revoke its tokens. Harmless on a disabled one.

    Raises NotFound `user_unknown`.
    """
    user = user_named(session, username)
    user.active = False
    session.flush()
    ended = session.execute(delete(Session).where(Session.user_id == user.id))
    revoked = session.execute(
        update(Token).where(Token.user_id == user.id, Token.revoked_at.is_(None)).values(revoked_at=now)
    )
    return AccountDisabled(user.username, sessions_ended=_count(ended), tokens_revoked=_count(revoked))


def user_named(session: WriteSession, username: str) -> User:
    """The account of that name, locked until the transaction ends. Raises NotFound `user_unknown`."""
    name = plain_username(username)
    user = None
    if is_username(name):
        user = session.scalar(select(User).where(User.username == name).with_for_update())
    if user is None:
        raise NotFound(code="user_unknown", message=Message(f"没有用户“{name}”。", f"There is no user {name!r}."))
    return user


def _count(result: object) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101  what a DELETE or UPDATE answers with
    return int(result.rowcount)


def _name_problems(name: str, *, display_name: str) -> list[Problem]:
    found = []
    if not is_username(name):
        found.append(
            Problem(
                code="username_malformed",
                message=Message(
                    "用户名须以字母开头,由 2 至 64 个小写字母、数字或“.”“_”“-”组成。",
                    "A username has 2 to 64 letters, digits, '.', '_' or '-' and starts with a letter.",
                ),
                pointer="/username",
                given=name[:100],
            )
        )
    if not 1 <= len(display_name.strip()) <= _LONGEST_DISPLAY_NAME or not display_name.strip().isprintable():
        found.append(
            Problem(
                code="display_name_malformed",
                message=Message("姓名须为 1 至 100 个可见字符。", "A display name has 1 to 100 visible characters."),
                pointer="/display_name",
                given=display_name[:100],
            )
        )
    return found


def _unit_problems(units: Collection[str], *, role: Role, known_units: Collection[str]) -> list[Problem]:
    if role not in BOUND_TO_UNITS:
        if not units:
            return []
        message = Message(
            "只有填报员和分管领导按单位授权。",
            f"Only a clerk or leader has units; the role {role.value} is not bound to any.",
        )
        return [
            Problem(code="units_not_allowed", message=message, pointer="/units", given=",".join(sorted(units))[:200])
        ]
    if not units:
        message = Message(
            "填报员和分管领导至少须有一个填报单位。", "A clerk or leader has at least one reporting unit."
        )
        return [Problem(code="units_missing", message=message, pointer="/units")]
    return [
        Problem(
            code="unit_unknown",
            message=Message(f"方案中没有填报单位“{unit}”。", f"The plan has no reporting unit {unit!r}."),
            pointer="/units",
            given=unit,
        )
        for unit in sorted(set(units) - set(known_units))
    ]
