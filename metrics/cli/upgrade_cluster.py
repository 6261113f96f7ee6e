"""`biaochi upgrade-cluster`: the embedded database brought to another major version of PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrics.cli.connection import embedded_home, opened_database
from metrics.cli.ledger import MOST_SHOWN
from metrics.cli.refusals import named_folder
from metrics.errors import Invalid, Message


def upgrade_cluster_command(
    old_bin: Annotated[
        Path,
        typer.Option(
            parser=named_folder,
            help="旧版本程序的文件夹,如 /usr/lib/postgresql/15/bin / the folder of the old version's programs",
        ),
    ],
) -> None:
    """内置数据库换用更高的 PostgreSQL 大版本 / Bring the embedded database to a later major version of PostgreSQL.

    先停下服务并备份。在副本上进行(pg_upgrade),行数和账本的根与升级前一致才换上;旧的留在 postgres-版本号 文件夹,
    由您删除。中途失败或被杀,原有数据不变。
    Stop the service and back up first. pg_upgrade works on a copy, which takes the other's place once it has the same
    rows and the same root of the ledger; the old one stays as postgres-VERSION until you delete it. What fails or is
    killed leaves the data as they were.
    """
    from metrics.backups.cluster_upgrade import upgrade_cluster
    from metrics.cli.migrate import bring_up_to_date
    from metrics.database import read_session
    from metrics.errors import Unavailable
    from metrics.guards.whole_check import ledger_problems
    from metrics.server.programs import EmbeddedServerRefused
    from metrics.settings import settings

    if settings().database_url is not None:
        raise Invalid("not_embedded", _NOT_EMBEDDED)
    home = embedded_home()
    try:
        done = upgrade_cluster(home, old=old_bin, tell=lambda said: typer.echo(f"{said.zh} {said.en}", err=True))
    except EmbeddedServerRefused as refused:
        raise Unavailable("embedded_server_refused", refused.message) from refused
    typer.echo(
        f"已由 PostgreSQL {done.before} 升级到 {done.after}:{done.rows} 行、账本 {done.entries} 条,与升级前一致。\n"
        f"Upgraded from PostgreSQL {done.before} to {done.after}: {done.rows} rows, {done.entries} entries, as before."
    )
    with opened_database(current_schema=False) as opened:
        bring_up_to_date(opened)
        with read_session() as session:
            problems = ledger_problems(session)
    for problem in problems[:MOST_SHOWN]:
        typer.echo(f"  {problem.pointer} {problem.code}: {problem.message.zh} {problem.message.en}", err=True)
    typer.echo(
        f"旧的数据留在 {done.kept};确认无误后请自行删除。 The old data stay there; delete them once you are content."
    )
    if settings().wal_archive is not None:
        typer.echo(
            "请现在做一次 biaochi backup --physical:更早的物理备份用不到新版本上。 Make a base backup now: ", nl=False
        )
        typer.echo("earlier ones are the old version's.")
    if problems:
        typer.echo(f"账本 {len(problems)} 处不符 / wrong in {len(problems)} places", err=True)
        raise typer.Exit(1)
    typer.echo("账本逐条核查,全部相符。 Every entry of the ledger was looked at, and all of them are right.")


_NOT_EMBEDDED = Message(
    "本命令只用于内置数据库;自己的服务器由其管理员升级。",
    "This is for the embedded database; a server of your own is upgraded by whoever keeps it.",
)
