"""Commands in the audit: which act each one is, who ran it, and what became of it."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from typing import Any

import typer
from sqlalchemy import select

from metrics.audit_acts import AuditAction
from metrics.cli.command import ACTS
from metrics.cli.main import app
from metrics.database import Sessions
from metrics.models import AuditEntry, Token
from metrics.principal import ALLOWED, Role
from tests.databases import Database
from tests.metrics.cli.conftest import Run
from tests.people import PASSWORD


def _commands(command: Any, name: str = "") -> Iterator[str]:
    for below, found in getattr(command, "commands", {}).items():
        path = f"{name} {below}".strip()
        yield from _commands(found, path) if hasattr(found, "commands") else [path]


def test_every_command_has_an_act_and_every_act_a_command() -> None:
    there = set(_commands(typer.main.get_command(app)))
    assert there - set(ACTS) == set()
    assert {AuditAction(act) for act in ACTS.values()} - {AuditAction.OTHER_CHANGE}
    assert set(ACTS) - there <= {"audit", "audit prune", "backup"}


def test_what_an_operator_does_stands_in_the_audit_under_the_name_of_the_system(
    run: Run, clean_database: Database
) -> None:
    add = ("user", "add", "chen", "--role", "reviewer", "--password-stdin")
    assert run(*add, typed=PASSWORD)[0] == 0
    assert run(*add, typed=PASSWORD)[0] == 1
    assert run("token", "issue", "chen", "--name", "nightly")[0] == 0
    assert run("export", "units", "lang=en")[0] == 0
    assert run("plan", "load", "seed/plan", "--dry-run")[0] == 0
    assert run("migrate")[0] == 0
    with Sessions(clean_database.engine).read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        number = session.scalars(select(Token.id)).one()
    assert [(row.action, row.subject, row.outcome, row.code) for row in rows] == [
        ("user.add", "chen role=reviewer", "done", ""),
        ("user.add", "chen role=reviewer", "failed", "username_taken"),
        ("token.issue", f"chen token={number} scopes={','.join(sorted(ALLOWED[Role.REVIEWER]))}", "done", ""),
        ("data.pull", "units lang=en", "done", ""),
        ("dry_run", "seed/plan", "done", ""),
        ("database.migrate", "head", "done", ""),
    ]
    user = pwd.getpwuid(os.getuid()).pw_name
    assert {(row.channel, row.actor, row.address, row.count) for row in rows} == {("command", user, "command line", 1)}
