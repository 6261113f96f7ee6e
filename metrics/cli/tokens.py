"""`biaochi token issue | revoke | list`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from metrics.cli.command import Command
from metrics.cli.connection import opened_database
from metrics.principal import Scope

app = typer.Typer(help="令牌 / Bearer tokens: issue, revoke, list.", no_args_is_help=True)


@app.command("issue", cls=Command)
def issue_command(
    username: Annotated[str, typer.Argument(help="令牌归属的账号 / the account it stands for")],
    name: Annotated[str, typer.Option(help="用途 / what it is for")],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(
            help="权限,可重复,默认为该角色除 administer 外的全部 / repeatable; default: the role's but administer"
        ),
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option(help="收窄到的填报单位,可重复 / narrow a clerk's token to a unit, repeatable")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="有效天数,默认 90 / days until it expires; default: 90")
    ] = None,
    no_expiry: Annotated[
        bool,
        typer.Option(
            "--no-expiry",
            help="永不过期(不建议,须设置 BIAOCHI_ENDLESS_TOKENS=1)/ never expires; not advised, needs that setting",
        ),
    ] = False,
) -> None:
    """签发令牌 / Issue a token. Its secret is printed to standard output, once; everything else to standard error."""
    from metrics.commands.tokens import issue_token, usual_expiry
    from metrics.database import write_session

    if no_expiry and days is not None:
        raise typer.BadParameter("--days 与 --no-expiry 只能选一。 Either --days or --no-expiry.")
    now = datetime.now(UTC)
    ends = usual_expiry(now=now) if days is None else now + timedelta(days=days)
    with opened_database(), write_session() as session:
        issued = issue_token(
            session,
            username,
            name=name,
            scopes=scope,
            units=unit or [],
            expires_at=None if no_expiry else ends,
            now=now,
        )
    scopes = ", ".join(sorted(action.value for action in issued.scopes))
    good = (ends - now).days
    lasts = ("永不过期", "without end") if no_expiry else (f"{good} 天有效", f"good for {good} days")
    if no_expiry:
        typer.echo(
            "警告:该令牌永不过期,泄露后一直有效,直到撤销。 "
            "Warning: this token never expires; if it leaks it is good until somebody revokes it.",
            err=True,
        )
    typer.echo(
        f"令牌 {issued.id}({issued.username},{lasts[0]};{scopes}),仅显示这一次: "
        f"Token {issued.id} of {issued.username}, {lasts[1]}; shown this once:",
        err=True,
    )
    typer.echo(issued.secret)


@app.command("revoke", cls=Command)
def revoke_command(
    token_id: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="令牌编号 / its number")],
) -> None:
    """撤销令牌 / Revoke a token; it is refused from now on."""
    from metrics.commands.tokens import revoke_token
    from metrics.database import write_session

    with opened_database(), write_session() as session:
        since = revoke_token(session, token_id, now=datetime.now(UTC))
    shown = since.isoformat(timespec="seconds")
    typer.echo(f"令牌 {token_id} 已撤销({shown})。 Token {token_id} is revoked ({shown}).")


@app.command("list", cls=Command)
def list_command() -> None:
    """列出令牌 / List the tokens, one a line, tab-separated, with a heading. Secrets are not kept, so not shown."""
    from metrics.database import read_session
    from metrics.queries.accounts import issued_tokens

    with opened_database(), read_session() as session:
        found = issued_tokens(session)
    typer.echo("id\tusername\tstate\texpires_at\tlast_used_at\tscopes\tunits\tname")
    now = datetime.now(UTC)
    for token in found:
        expires = "never" if token.expires_at is None else token.expires_at.isoformat(timespec="seconds")
        used = "" if token.last_used_at is None else token.last_used_at.isoformat(timespec="seconds")
        fields = [str(token.id), token.username, token.state(now=now), expires, used]
        typer.echo("\t".join([*fields, ",".join(token.scopes), ",".join(token.units), token.name]))
