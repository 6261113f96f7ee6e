"""`biaochi bi …`: the database role with which other tools read the schema `open`, by the operator."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.cli.command import Command
from metrics.cli.connection import OpenedDatabase, opened_database

if TYPE_CHECKING:
    from sqlalchemy import Connection

app = typer.Typer(
    help="供 BI 工具只读查询的数据库角色 / The database role for other tools: let in, shut out.", no_args_is_help=True
)

_ITS_PASSWORD = "PASSWORD"  # noqa: S105  the word that stands where the real one goes
_LONGEST = 63  # bytes of a name in PostgreSQL, which cuts longer ones


def _role(name: str) -> str:
    """A name that PostgreSQL takes as it stands. Raises BadParameter for another one."""
    taken = name.startswith("pg_") or name in ("public", "none")
    if taken or not name.isprintable() or not 1 <= len(name.encode()) <= _LONGEST:
        raise typer.BadParameter(
            "应为 1 至 63 个字节的可见字符,不以 pg_ 开头 / 1 to 63 bytes of visible characters, not beginning pg_"
        )
    return name


Name = Annotated[str, typer.Argument(metavar="ROLE", callback=_role, help="数据库角色名 / the role's name")]
Existing = Annotated[
    bool, typer.Option("--existing", help="角色由数据库管理员建好,只授权 / the role was made by an administrator")
]


@app.command("grant", cls=Command)
def grant_command(
    username: Name = "biaochi_bi",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读取密码 / read the password from standard input")
    ] = False,
    existing: Existing = False,
) -> None:
    """准许只读查询 / Make the role or give it a new password; it may read the schema open, and nothing else.

    未给出密码时随机生成,只显示这一次。以 BIAOCHI_MIGRATION_URL 连接,该角色须能创建角色。
    Without --password-stdin a random password is made and shown this once. Connects with BIAOCHI_MIGRATION_URL, whose
    role has to be one that may create roles; with --existing it need not be, and the role's password stays.
    """
    import secrets

    from sqlalchemy.engine import make_url

    from metrics.server.libpq import libpq_address
    from metrics.server.open_reader import disturbances, let_existing_in, let_in

    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    password = given or secrets.token_urlsafe(24)
    with opened_database() as opened:
        address = make_url(opened.application)
        with _as_owner(opened) as connection:
            if existing:
                let_existing_in(connection, role=username, service=str(address.username))
            else:
                let_in(connection, role=username, password=password, service=str(address.username))
            disturbing = disturbances(connection, role=username)
        shown = address.set(username=username, password=_ITS_PASSWORD)
    typer.echo(f"角色 {username} 可只读查询 open 架构。 {username} may read the schema open.", err=True)
    for said in disturbing:
        typer.echo(f"注意:该角色{said.zh}。 Mind: the role {said.en}.", err=True)
    typer.echo(libpq_address(shown), err=True)
    if not given and not existing:
        typer.echo("密码,仅显示这一次。 The password, shown this once:", err=True)
        typer.echo(password)


@app.command("revoke", cls=Command)
def revoke_command(username: Name = "biaochi_bi", existing: Existing = False) -> None:
    """撤销只读查询 / Remove the role and end its connections; with --existing it stays and may read nothing."""
    from sqlalchemy.engine import make_url

    from metrics.server.open_reader import shut_existing_out, shut_out

    with opened_database() as opened, _as_owner(opened) as connection:
        (shut_existing_out if existing else shut_out)(
            connection, role=username, service=str(make_url(opened.application).username)
        )
    if existing:
        typer.echo(f"已收回角色 {username} 的权利。 The role {username} may read nothing from now on.")
    else:
        typer.echo(f"已删除角色 {username}。 The role {username} is gone.")


@contextmanager
def _as_owner(opened: OpenedDatabase) -> Iterator[Connection]:
    """A transaction of the owner's. Raises Unavailable if that role may not make roles."""
    from psycopg.errors import InsufficientPrivilege
    from sqlalchemy.exc import ProgrammingError

    from metrics.database import make_engine
    from metrics.errors import Message, Unavailable

    owner = make_engine(opened.owner, pool_size=1)
    try:
        with owner.begin() as connection:
            yield connection
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise Unavailable(
            code="role_not_ours",
            message=Message(
                "当前角色无权创建角色:请以 BIAOCHI_MIGRATION_URL 指定有 CREATEROLE 的所有者,"
                "或由数据库管理员建好后加 --existing。",
                "This role may not make roles: BIAOCHI_MIGRATION_URL has to be the owner's, with CREATEROLE, or an "
                "administrator makes it and you say --existing. "
                f"({str(error.orig).strip()})",
            ),
        ) from error
    finally:
        owner.dispose()
