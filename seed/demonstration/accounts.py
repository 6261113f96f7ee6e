"""The demonstration's accounts: one clerk per reporting unit, one of every other role, and the file that names them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from metrics.commands.tokens import issue_token
from metrics.commands.users import add_user
from metrics.database import WriteSession
from metrics.plan.model import Plan
from metrics.principal import ALLOWED, Principal, Role
from metrics.private_files import private_file, put_in_place
from seed.demonstration.bureau import demonstration_people

FILE_NAME = "demo-accounts.json"

_NAMES = {
    Role.REVIEWER: "市级审核员(演示)",
    Role.EVALUATOR: "评估人员(演示)",
    Role.ASSESSOR: "第三方评估员(演示)",
    Role.ADMIN: "系统管理员(演示)",
}


@dataclass(frozen=True, slots=True)
class Account:
    """One account with its secrets, as the file has it."""

    role: str
    username: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in the demonstration: a clerk for each unit, the first unit's leader, and one of each other role."""

    accounts: tuple[Account, ...]
    clerks: dict[str, Principal]
    leader: Principal
    reviewer: Principal
    evaluator: Principal
    assessor: Principal


def add_accounts(session: WriteSession, plan: Plan, *, now: datetime) -> Cast:
    """Add the accounts, each with a random password and a token of its role's rights that does not expire.

    The leader's account is that of the first unit's leader in force.
    """
    known = {unit.code for unit in plan.reporting_units}
    accounts: list[Account] = []

    def added(username: str, *, display_name: str, role: Role, units: tuple[str, ...] = ()) -> Principal:
        password = secrets.token_urlsafe(18)
        principal = add_user(
            session,
            username,
            display_name=display_name,
            role=role,
            units=units,
            password=password,
            known_units=known,
            now=now,
            demonstration=True,
        )
        issued = issue_token(
            session, principal.username, name="演示 demonstration", scopes=ALLOWED[role], now=now, expires_at=None
        )
        accounts.append(Account(role.value, principal.username, password, issued.secret, units))
        return principal

    clerks = {
        unit.code: added(
            f"demo-clerk-{unit.code.lower()}",
            display_name=f"{unit.name.zh}填报员(演示)"[:100],
            role=Role.CLERK,
            units=(unit.code,),
        )
        for unit in plan.reporting_units
    }
    person = next(person for person in demonstration_people(plan) if person.duty == "leader")
    leader = added("demo-leader", display_name=person.name, role=Role.LEADER, units=(person.unit,))
    others = {
        role: added(f"demo-{role.value}", display_name=display_name, role=role) for role, display_name in _NAMES.items()
    }
    reviewer, evaluator, assessor = (others[role] for role in (Role.REVIEWER, Role.EVALUATOR, Role.ASSESSOR))
    return Cast(tuple(accounts), clerks, leader, reviewer, evaluator, assessor)


def write_accounts(home: Path, accounts: Sequence[Account]) -> Path:
    """Write the accounts file, readable by its owner only; whoever reads it sees the old file or the whole new one."""
    path = home / FILE_NAME
    file = private_file(home / f"{FILE_NAME}.new")
    file.write(json.dumps([asdict(account) for account in accounts], ensure_ascii=False, indent=2) + "\n")
    put_in_place(file, path)
    return path


def delete_accounts(home: Path) -> None:
    """Delete the accounts file, if there is one, and what an interrupted writing left."""
    for name in (FILE_NAME, f"{FILE_NAME}.new"):
        (home / name).unlink(missing_ok=True)
