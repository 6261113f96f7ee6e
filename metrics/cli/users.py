"""`biaochi user …`: accounts, by the operator, who needs no rights beyond those on the database."""

from __future__ import annotations

import sys
import warnings
from datetime import UTC, datetime, timedelta
from getpass import GetPassWarning
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.cli.command import Command
from metrics.cli.connection import opened_database
from metrics.principal import BOUND_TO_UNITS, Role

if TYPE_CHECKING:
    from metrics.commands.change_account import AccountChanged
    from metrics.database import ReadSession

app = typer.Typer(help="账号 / Accounts: add, change, disable, list.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="用户名 / the username")]


@app.command("add", cls=Command)
def add_command(
    username: Username,
    role: Annotated[Role, typer.Option(help="角色 / the role")],
    name: Annotated[str, typer.Option(help="姓名,默认为用户名 / the name shown, the username by default")] = "",
    unit: Annotated[
        list[str] | None,
        typer.Option(help="填报单位代码,可重复(填报员、分管领导必填)/ a unit of a clerk or leader, repeatable"),
    ] = None,
    email: Annotated[str, typer.Option(help="电子邮箱,用于发送设置密码的链接 / where links to set a password go")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读取密码 / read the password from standard input")
    ] = False,
) -> None:
    """添加账号 / Add an account. The password is asked for, or read from standard input."""
    from metrics.commands.users import add_user
    from metrics.database import write_session

    password = _password(from_stdin=password_stdin)
    with opened_database(), write_session() as session:
        known = _known_units(session) if role in BOUND_TO_UNITS else set()
        added = add_user(
            session,
            username,
            display_name=name or username,
            role=role,
            units=unit or [],
            password=password,
            known_units=known,
            now=datetime.now(UTC),
            email=email,
        )
    typer.echo(f"已添加账号“{added.username}”({role.value})。 Added {added.username} ({role.value}).")


@app.command("disable", cls=Command)
def disable_command(username: Username) -> None:
    """停用账号 / Disable an account, end its sessions and revoke its tokens."""
    from metrics.commands.change_account import disable_user
    from metrics.database import write_session

    with opened_database(), write_session() as session:
        done = disable_user(session, username, now=datetime.now(UTC))
    typer.echo(
        f"已停用“{done.username}”:结束 {done.sessions_ended} 个登录,撤销 {done.tokens_revoked} 个令牌。 "
        f"Disabled {done.username}: {done.sessions_ended} sessions ended, {done.tokens_revoked} tokens revoked."
    )


@app.command("enable", cls=Command)
def enable_command(username: Username) -> None:
    """启用账号 / Let a disabled account sign in again; its tokens stay revoked."""
    from metrics.commands.change_account import enable_user
    from metrics.database import write_session

    with opened_database(), write_session() as session:
        done = enable_user(session, username)
    typer.echo(f"已启用“{done.username}”。 Enabled {done.username}.")


@app.command("role", cls=Command)
def role_command(
    username: Username,
    role: Annotated[Role, typer.Argument(help="角色 / the role")],
    unit: Annotated[list[str] | None, typer.Option(help="填报单位代码,可重复 / a unit, repeatable")] = None,
) -> None:
    """更改角色 / Give an account another role, with its units if it has any. Sessions end, tokens are revoked."""
    from metrics.commands.change_account import change_role
    from metrics.database import write_session

    with opened_database(), write_session() as session:
        known = _known_units(session) if role in BOUND_TO_UNITS else set()
        done = change_role(session, username, role=role, units=unit or [], known_units=known, now=datetime.now(UTC))
    _say_changed(done)


@app.command("units", cls=Command)
def units_command(
    username: Username,
    units: Annotated[list[str], typer.Argument(help="全部填报单位代码 / all its units from now on")],
) -> None:
    """更改填报单位 / Give a clerk or leader other units. Sessions end, tokens are revoked."""
    from metrics.commands.change_account import change_units
    from metrics.database import write_session

    with opened_database(), write_session() as session:
        known = _known_units(session)
        done = change_units(session, username, units=units, known_units=known, now=datetime.now(UTC))
    _say_changed(done)


@app.command("email", cls=Command)
def email_command(
    username: Username,
    email: Annotated[str, typer.Argument(help="电子邮箱,空为删除 / the address; empty: none")],
) -> None:
    """登记电子邮箱 / Record where links to set a password go."""
    from metrics.commands.change_account import change_email
    from metrics.database import write_session

    with opened_database(), write_session() as session:
        done = change_email(session, username, email=email, now=datetime.now(UTC))
    typer.echo(f"已登记“{done.username}”的电子邮箱。 Recorded for {done.username}.")


@app.command("reset-password", cls=Command)
def reset_password_command(
    username: Username,
    link: Annotated[bool, typer.Option("--link", help="发送链接到本人邮箱 / e-mail a link to the person")] = False,
) -> None:
    """重置密码 / Reset a password: a random one, printed once and to be changed at the next sign-in, or a link."""
    from metrics.commands.passwords import reset_password
    from metrics.reminders.password_link import send_password_link
    from metrics.settings import settings

    lasts = timedelta(days=settings().confirmation_days)
    with opened_database():
        if link:
            sent = send_password_link(settings(), username, by=None)
            typer.echo(f"已向“{sent.username}”本人邮箱发送链接。 A link went to {sent.username}'s own address.")
            return
        made = reset_password(username, now=datetime.now(UTC), lasts=lasts)
    until = made.until.isoformat(timespec="seconds")
    typer.echo(
        f"“{made.username}”的一次性密码,{until} 前有效,登录时须更换,仅显示这一次(已撤销 {made.tokens_revoked} 个令牌): "
        f"For {made.username}, good until {until}, to be changed at the next sign-in; shown this once "
        f"({made.tokens_revoked} tokens revoked):",
        err=True,
    )
    typer.echo(made.password)


@app.command("reset-second-factor", cls=Command)
def reset_second_factor_command(username: Username) -> None:
    """重置第二因素 / Have the person set up a second factor anew. Sessions end and tokens are revoked."""
    from metrics.commands.change_account import reset_second_factor
    from metrics.database import write_session

    with opened_database(), write_session() as session:
        done = reset_second_factor(session, username, now=datetime.now(UTC))
    typer.echo(
        f"已重置“{done.username}”的第二因素:结束 {done.sessions_ended} 个登录,撤销 {done.tokens_revoked} 个令牌。 "
        f"The second factor of {done.username} is reset: {done.sessions_ended} sessions ended, "
        f"{done.tokens_revoked} tokens revoked."
    )


@app.command("sessions", cls=Command)
def sessions_command(
    username: Username,
    end: Annotated[bool, typer.Option("--end", help="结束全部登录 / end all of them")] = False,
) -> None:
    """列出或结束登录 / List where an account is signed in, one a line, tab-separated; or end all."""
    from metrics.commands.change_account import end_all_sessions
    from metrics.database import read_session, write_session
    from metrics.queries.accounts import account, open_sessions

    with opened_database():
        if end:
            with write_session() as session:
                done = end_all_sessions(session, username)
            typer.echo(f"已结束 {done.sessions_ended} 个登录。 {done.sessions_ended} sessions ended.")
            return
        with read_session() as reading:
            found = open_sessions(reading, account(reading, username).username, now=datetime.now(UTC))
    typer.echo("id\taddress\tstarted_at\tlast_seen_at\tagent")
    for one in found:
        instants = [at.isoformat(timespec="seconds") for at in (one.started_at, one.last_seen_at)]
        typer.echo("\t".join([str(one.id), one.address, *instants, one.agent]))


@app.command("list", cls=Command)
def list_command() -> None:
    """列出账号 / List the accounts, one a line, tab-separated, with a heading."""
    from metrics.database import read_session
    from metrics.queries.accounts import accounts

    with opened_database(), read_session() as session:
        found = accounts(session)
    typer.echo("username\trole\tstate\tunits\tname\tsecond_factor\tlast_seen_at")
    for account in found:
        state = "active" if account.active else "disabled"
        seen = "" if account.last_seen_at is None else account.last_seen_at.isoformat(timespec="seconds")
        said = [account.username, account.role.value, state, ",".join(account.units), account.display_name]
        typer.echo("\t".join([*said, "yes" if account.second_factor else "no", seen]))


def _known_units(session: ReadSession) -> set[str]:
    from metrics.plan.store import plan_at
    from metrics.supervision.bodies import bodies

    return set(bodies(plan_at(session)))


def _say_changed(done: AccountChanged) -> None:
    units = ",".join(done.units)
    typer.echo(
        f"“{done.username}”现为 {done.role.value} {units}:结束 {done.sessions_ended} 个登录,"
        f"撤销 {done.tokens_revoked} 个令牌。 "
        f"{done.username} is now {done.role.value} {units}: {done.sessions_ended} sessions ended, "
        f"{done.tokens_revoked} tokens revoked."
    )


def _password(*, from_stdin: bool) -> str:
    """Raises BadParameter where there is no terminal to type it unseen."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            typed: str = typer.prompt("密码 / Password", hide_input=True, confirmation_prompt="再输一次 / Again")
        except GetPassWarning as error:
            raise typer.BadParameter(
                "没有终端可以输入密码,请用 --password-stdin / no terminal to type the password: use --password-stdin"
            ) from error
    return typed
