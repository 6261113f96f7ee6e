"""`biaochi release create`: publishes a release, as `POST /releases` does."""

from __future__ import annotations

from typing import Annotated

import typer

from metrics.cli.command import Command
from metrics.cli.connection import opened_database
from metrics.cli.progress import bar
from metrics.results import Basis

app = typer.Typer(help="数据发布 / Releases: create.", no_args_is_help=True)


@app.callback()
def _releases() -> None:
    """Keeps `create` a command of its own while it is the only one."""


@app.command("create", cls=Command)
def create_command(
    username: Annotated[str, typer.Option("--as", metavar="USERNAME", help="以哪个账号发布 / who publishes")],
    notes: Annotated[str, typer.Option(help="发布说明 / what to say about it")],
    basis: Annotated[
        Basis, typer.Option(help="口径:已报或已审核 / every submission, or verified ones only")
    ] = Basis.SUBMITTED,
    announced: Annotated[
        int | None,
        typer.Option(metavar="SEQ", help="所践行的预告(账本序号) / the announcement that it keeps, by its entry"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试算,不写入 / store nothing")] = False,
) -> None:
    """发布当前数据 / Publish what is known now: every file of the release and its ledger entry, or nothing."""
    from metrics.authority import SYSTEM
    from metrics.commands.create_release import FILE_COUNT, create_release
    from metrics.commands.state_settings import state_settings
    from metrics.database import write_session
    from metrics.queries.principals import principal_by_username
    from metrics.usernames import plain_username

    with opened_database(), bar(notes[:40]) as begin:
        if not dry_run:
            with write_session(SYSTEM) as session:  # in a transaction of its own, since it holds the ledger
                state_settings(session)
        with write_session() as session:
            principal = principal_by_username(session, plain_username(username))
            made = create_release(
                session,
                principal=principal,
                notes=notes,
                basis=basis,
                announced=announced,
                dry_run=dry_run,
                advance=begin(FILE_COUNT),
            )
    for file in made.files:
        typer.echo(f"{file.sha256.hex()}  {file.name}")
    done = ("试运行,未保存", "A dry run: nothing was stored") if dry_run else ("已发布", "Published")
    typer.echo(
        f"{done[0]}:第 {made.number} 号,截至第 {made.stands_on} 条,账本第 {made.seq} 条。 "
        f"{done[1]}: release {made.number}, standing on entry {made.stands_on}, itself entry {made.seq}."
    )
