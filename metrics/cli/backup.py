"""`biaochi backup`, `biaochi backup daily` and `biaochi backup check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.cli.command import Command, CommandGroup
from metrics.cli.connection import OpenedDatabase, opened_database
from metrics.cli.ending import undenied_end
from metrics.cli.refusals import named_path

if TYPE_CHECKING:
    from metrics.backups.manifest import Manifest
    from metrics.backups.writing import BackupMade

app = typer.Typer(help="备份,并核查备份 / Back up, and check a backup.", cls=CommandGroup)


@app.callback(invoke_without_command=True)
def backup_command(
    context: typer.Context,
    to: Annotated[
        Path | None,
        typer.Option(parser=named_path, help="存放备份的文件夹,默认 BIAOCHI_BACKUP_TO / the folder of backups"),
    ] = None,
    keys_to: Annotated[
        Path | None,
        typer.Option(
            parser=named_path,
            help="存放密钥的文件夹,默认 BIAOCHI_BACKUP_KEYS_TO / the folder for keys, apart from the data",
        ),
    ] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="保留最新几份 / how many of the newest stay")] = None,
    keep_days: Annotated[int | None, typer.Option(min=0, help="另外保留多少天内的 / and all of so many days")] = None,
    keys_beside_data: Annotated[
        bool,
        typer.Option("--keys-beside-data", help="密钥与数据放在一起 / keys in the folder of the data all the same"),
    ] = False,
    physical: Annotated[
        bool, typer.Option("--physical", help="内置数据库的物理备份,供恢复到任意时刻 / a base backup, for any moment")
    ] = False,
) -> None:
    """备份 / Back up the database, the files in it included, and the keys into a folder of their own.

    服务不必停:备份的是同一时刻的全部数据;写完即读回核对,完整才得名,失败不留半份。以表的所有者连接(BIAOCHI_MIGRATION_URL)。
    The service may go on. The archive is read back before it gets its name; what fails leaves nothing. Connects as the
    tables' owner.
    """
    if context.invoked_subcommand is not None:
        return
    if physical:
        _back_up_cluster(to, keep=keep)
        return
    with undenied_end() as done:
        with opened_database(current_schema=False) as opened:
            made = back_up_as_set(
                opened, to=to, keys_to=keys_to, keep=keep, keep_days=keep_days, beside=keys_beside_data
            )
            done()
        _say_made(made)


def _say_made(made: BackupMade) -> None:
    typer.echo(f"已备份并读回核对:{made.path}({made.size / 1e6:.1f} MB)\nBacked up, and read back.")
    _say_content(made.manifest)
    if made.keys is None:
        typer.echo(
            "未保存密钥:请用 --keys-to 指定另一处的文件夹。没有密钥,恢复后只能启用新密钥。\n"
            "The keys were not saved: name a folder elsewhere with --keys-to. Without them a restored ledger goes on "
            "under a new key.",
            err=True,
        )
    else:
        typer.echo(f"密钥:{made.keys}\nThe keys are in that file; keep it apart from the data.")
    if made.removed:
        typer.echo(f"已删除较早的备份 {made.removed} 份。 Removed that many older backups.")


def back_up_as_set(
    opened: OpenedDatabase,
    *,
    to: Path | None = None,
    keys_to: Path | None = None,
    keep: int | None = None,
    keep_days: int | None = None,
    beside: bool = False,
) -> BackupMade:
    """Back up as the settings say where nothing else is said; what became of it is noted for the doctor.

    Raises as :func:`metrics.backups.writing.back_up`.
    """
    from datetime import UTC, datetime

    from sqlalchemy.engine import make_url

    from metrics.backups.folder import Retention, backup_folder
    from metrics.backups.standing import note_failed, note_made
    from metrics.backups.writing import back_up
    from metrics.database import make_engine
    from metrics.errors import BiaochiError
    from metrics.settings import settings

    configured = settings()
    retention = Retention(
        configured.backup_keep if keep is None else keep,
        configured.backup_keep_days if keep_days is None else keep_days,
    )
    owner = make_engine(opened.owner, pool_size=1)
    try:
        made = back_up(
            owner,
            role=make_url(opened.application).username or "",
            folder=to or backup_folder(configured),
            keys_to=keys_to or configured.backup_keys_to,
            keep=retention,
            beside=beside,
        )
    except BiaochiError as refused:
        note_failed(configured, refused, now=datetime.now(UTC))
        raise
    finally:
        owner.dispose()
    note_made(configured)
    return made


def _back_up_cluster(to: Path | None, *, keep: int | None) -> None:
    from metrics.backups.base_backup import back_up_cluster
    from metrics.backups.folder import Retention, backup_folder
    from metrics.errors import Invalid, Message
    from metrics.server.archive_owner import is_own
    from metrics.server.home import cluster_of
    from metrics.settings import settings

    configured = settings()
    if configured.database_url is not None:
        said = Message(
            "--physical 只用于内置数据库;自己的服务器请用 pgBackRest 等工具。",
            "--physical is for the embedded database; for a server of your own use pgBackRest or its like.",
        )
        raise Invalid("not_embedded", said)
    wal = configured.wal_archive
    with opened_database(current_schema=False) as opened:
        if wal is not None and not is_own(cluster_of(configured.home), wal):
            wal = None  # another database's: nothing in it is this one's to remove
        place = back_up_cluster(
            opened.owner,
            folder=to or backup_folder(configured),
            keep=Retention(keep or configured.backup_keep),
            wal=wal,
        )
    typer.echo(f"已做物理备份并核对:{place}\nA base backup was made and checked.")
    if wal is None:
        typer.echo(
            "没有本数据库自己的日志归档(BIAOCHI_WAL_ARCHIVE):只能恢复到备份结束的时刻。\n"
            "There is no archive of WAL of its own (BIAOCHI_WAL_ARCHIVE): it can be restored as of its own end only.",
            err=True,
        )


@app.command("daily", cls=Command)
def daily_command() -> None:
    """每天备份一次,Ctrl-C 停止 / Back up every day at BIAOCHI_BACKUP_HOUR until Ctrl-C, as a process of its own.

    与 BIAOCHI_BACKUPS=1 的服务所做相同:错过的补上,失败的一刻钟后再试,多处同时运行的只有一个在做。
    As a service with BIAOCHI_BACKUPS=1 does it: one that was missed is made, one that failed is tried again after a
    quarter of an hour, and of several at it one makes it.
    """
    from metrics.cli.backing_up import back_up_daily
    from metrics.logging import configure_logging, every_line_as_json
    from metrics.settings import settings

    every_line_as_json() if settings().log_format == "json" else configure_logging("console")
    with opened_database(current_schema=False):
        back_up_daily()


@app.command("check", cls=Command)
def check_command(archive: Annotated[Path, typer.Argument(parser=named_path, help="备份文件 / the archive")]) -> None:
    """核查备份文件 / Check an archive without restoring it: every byte, every part, what it holds.

    不需要数据库;账本要到恢复时才逐条核查。 Needs no database; its ledger is looked through when it is restored.
    """
    from metrics.backups.archive import opened_archive

    with opened_archive(archive) as found:
        typer.echo(f"{archive} 完好。 The archive is whole and unchanged.")
        _say_content(found.manifest)


def _say_content(manifest: Manifest) -> None:
    moment = manifest.made_at.isoformat()
    if not manifest.rows:
        named = ", ".join(part.name for part in manifest.parts)
        typer.echo(f"密钥,{moment}:{named}\nKeys as of that moment: {manifest.key or '(账本尚无密钥 / no key yet)'}")
        return
    typer.echo(
        f"数据截至 {moment}:账本 {manifest.entries} 条,{len(manifest.rows)} 张表,{sum(manifest.rows.values())} 行;"
        f"标尺 {manifest.program},迁移 {manifest.migration},PostgreSQL {manifest.server}\n"
        f"Data of Biaochi {manifest.program}, migration {manifest.migration}, PostgreSQL {manifest.server}; "
        f"the ledger's head: {manifest.entries} {manifest.root}"
    )
