"""`biaochi user add | disable | list`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from metrics.cli.connection import opened_database
from metrics.commands.users import add_user, disable_user
from metrics.database import read_session, write_session
from metrics.plan.store import plan_at
from metrics.principal import BOUND_TO_UNITS, Role
from metrics.queries.accounts import accounts

app = typer.Typer(help="账号 / Accounts: add, disable, list.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="用户名 / the username")]


@app.command("add")
def add_command(
    username: Username,
    role: Annotated[Role, typer.Option(help="角色 / the role")],
    name: Annotated[str, typer.Option(help="姓名,默认为用户名 / the name shown, the username by default")] = "",
    unit: Annotated[
        list[str] | None,
        typer.Option(help="填报单位代码,可重复(填报员、分管领导必填)/ a unit of a clerk or leader, repeatable"),
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读取密码 / read the password from standard input")
    ] = False,
) -> None:
    """添加账号 / Add an account. The password is asked for, or read from standard input: at least 12 characters."""
    password = _password(from_stdin=password_stdin)
    with opened_database(), write_session() as session:
        known = {found.code for found in plan_at(session).reporting_units} if role in BOUND_TO_UNITS else set()
        added = add_user(
            session,
            username,
            display_name=name or username,
            role=role,
            units=unit or [],
            password=password,
            known_units=known,
            now=datetime.now(UTC),
        )
    typer.echo(f"已添加账号“{added.username}”({role.value})。 Added {added.username} ({role.value}).")


@app.command("disable")
def disable_command(username: Username) -> None:
    """停用账号 / Disable an account, end its sessions and revoke its tokens."""
    with opened_database(), write_session() as session:
        done = disable_user(session, username, now=datetime.now(UTC))
    typer.echo(
        f"已停用“{done.username}”:结束 {done.sessions_ended} 个登录,撤销 {done.tokens_revoked} 个令牌。 "
        f"Disabled {done.username}: {done.sessions_ended} sessions ended, {done.tokens_revoked} tokens revoked."
    )


@app.command("list")
def list_command() -> None:
    """列出账号 / List the accounts, one a line, tab-separated, with a heading."""
    with opened_database(), read_session() as session:
        found = accounts(session)
    typer.echo("username\trole\tstate\tunits\tname")
    for account in found:
        state = "active" if account.active else "disabled"
        typer.echo(
            "\t".join([account.username, account.role.value, state, ",".join(account.units), account.display_name])
        )


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = typer.prompt("密码 / Password", hide_input=True, confirmation_prompt="再输一次 / Again")
    return typed
