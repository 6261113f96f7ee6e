"""Adding accounts, and who is meant by a name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from metrics.credentials import hash_password
from metrics.database import WriteSession
from metrics.email_addresses import EMAIL_ODD, is_email_address
from metrics.errors import Conflict, Invalid, Message, NotFound, Problem
from metrics.evidence import is_visible
from metrics.models.access import User
from metrics.password_rules import password_problems
from metrics.present_act import about
from metrics.principal import BOUND_TO_UNITS, Principal, Role
from metrics.queries.principals import may_sign_in
from metrics.usernames import is_username, plain_username

_LONGEST_DISPLAY_NAME = 100


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
    email: str = "",
    password_until: datetime | None = None,
) -> Principal:
    """Add an account and return its principal. `known_units`: the codes that may be given to a clerk or leader.

    `password_until`: somebody else knows the password too; it is to be changed at the first sign-in, before then.

    Raises Invalid `user_invalid` with everything that is wrong, Conflict `username_taken`.
    """
    name = plain_username(username)
    if is_username(name) and not demonstration:
        about(as_given(name, role=role, units=units))
    problems = [
        *_name_problems(name, display_name=display_name),
        *unit_problems(units, role=role, known_units=known_units),
        *email_problems(email),
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
            email=email.strip(),
            password_set_at=now,
            password_until=password_until,
        )
        .on_conflict_do_nothing(index_elements=[User.username])
        .returning(User.id)
    )
    if added is None:
        raise Conflict(
            code="username_taken", message=Message(f"用户名“{name}”已被使用。", f"The username {name!r} is taken.")
        )
    return Principal(user_id=added, username=name, display_name=display_name.strip(), role=role, units=frozenset(units))


def as_given(username: str, *, role: Role, units: Collection[str]) -> str:
    """An account with the role and units that it is given, as the audit says it."""
    named = f" units={','.join(sorted(set(units)))}" if units else ""
    return f"{username} role={role.value}{named}"


def user_named(session: WriteSession, username: str) -> User:
    """The account of that name, locked until the transaction ends. Raises NotFound `user_unknown`."""
    name = plain_username(username)
    user = None
    if is_username(name):
        user = session.scalar(select(User).where(User.username == name).with_for_update())
    if user is None:
        raise NotFound(code="user_unknown", message=Message(f"没有用户“{name}”。", f"There is no user {name!r}."))
    return user


def require_another_admin(session: WriteSession, user: User) -> None:
    """Raise Conflict if nobody would be left to administer; two who take each other's role wait for one another.

    Left is who has a password that lasts: one that others know runs out unless its person signs in before.
    """
    if user.role != Role.ADMIN.value:
        return
    lasting = User.password_until.is_(None)
    left = select(User).where(User.role == Role.ADMIN.value, User.active, User.id != user.id, lasting)
    if not user.demonstration:  # those of the demonstration end with it
        left = left.where(~User.demonstration)
    if not any(may_sign_in(other) for other in session.scalars(left.order_by(User.id).with_for_update())):
        message = Message(
            "没有其他管理员有长期有效的密码:请先添加一个管理员,并由其本人登录、设定自己的密码。",
            "No other administrator has a password that lasts: first add one, who signs in and chooses their own.",
        )
        raise Conflict(code="last_admin", message=message)


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
    shown = display_name.strip()
    if not (is_visible(shown) and len(shown) <= _LONGEST_DISPLAY_NAME and shown.isprintable()):
        found.append(
            Problem(
                code="display_name_malformed",
                message=Message("姓名须为 1 至 100 个可见字符。", "A display name has 1 to 100 visible characters."),
                pointer="/display_name",
                given=display_name[:100],
            )
        )
    return found


def email_problems(email: str) -> list[Problem]:
    """What is wrong with an address to write to; none is none."""
    if not email.strip() or is_email_address(email.strip()):
        return []
    return [Problem(code="email_odd", message=EMAIL_ODD, pointer="/email")]


def unit_problems(units: Collection[str], *, role: Role, known_units: Collection[str]) -> list[Problem]:
    """What is wrong with giving these units to an account of the role."""
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
