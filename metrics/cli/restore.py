"""`biaochi restore`: an archive read back into an empty place, its ledger looked through, and the restore declared."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.cli.connection import OpenedDatabase, opened_database
from metrics.cli.ledger import progress_bar
from metrics.cli.migrate import bring_up_to_date
from metrics.cli.refusals import named_path
from metrics.cli.restored import say_declared, say_done, say_found, say_reached
from metrics.errors import Conflict, Invalid, Message, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrics.backups.archive import Archive
    from metrics.backups.attempt import RestoreAttempt

_ACTOR = "biaochi restore"
_WHAT_STANDS = {
    "undone": "未恢复任何内容,原处与之前一样。 Nothing was restored; the place is as it was.",
    "committing": "提交之时中断,不能断定数据是否已在:请执行 biaochi ledger check;数据库仍是空的,再恢复一次即可。\n"
    "It broke off while all of it was being committed, so it may be there or not: run biaochi ledger check, and where "
    "the database is still empty restore once more.",
    "stays": "数据已恢复,不会撤销;其后的一步未成。排除下述原因后执行 biaochi ledger restored --reason …。\n"
    "The data were restored and stay; a step after that failed. Mend what is said below, then run "
    "biaochi ledger restored --reason …",
    "done": "恢复已全部完成,只是没能把结果都打印出来。\nAll was restored; only what was found could not be printed.",
}


def restore_command(
    archive: Annotated[
        Path, typer.Argument(parser=named_path, help="biaochi backup 写出的数据备份 / an archive of data")
    ],
    keys: Annotated[
        Path | None, typer.Option(parser=named_path, help="密钥备份;密钥已在原处时不必 / the archive of keys")
    ] = None,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="没有原密钥,启用新密钥 / go on without the old keys, under a new one")
    ] = False,
    reason: Annotated[str, typer.Option(help="原因,记入账本 / why; goes into the ledger")] = "",
    accept_findings: Annotated[
        bool, typer.Option("--accept-findings", help="账本核查有不符也恢复 / restore even where the ledger is wrong")
    ] = False,
    at: Annotated[
        str, typer.Option(help="物理备份:恢复到的时刻,带时区,如 2026-12-01T10:30:00+08:00 / to this moment")
    ] = "",
) -> None:
    """恢复备份 / Restore an archive into an empty place: a new BIAOCHI_HOME, or an empty database of your own.

    先核对备份的每个字节,再在一个事务中读回、逐条核查账本、比对行数;任何一步不成,原处仍是空的,物理备份也是如此。
    签名器的记忆若比备份新或已丢失,自动在账本中声明本次恢复。
    Every byte is checked first; then all is read back, counted and its ledger looked through in one transaction: what
    fails leaves the place empty, of a base backup as well. Where the signer remembers more than the archive has, or
    nothing, the restore is declared in the ledger.
    """
    with _told_what_stands() as attempt, _archive_of_keys(keys) as saved:
        if archive.is_dir() or at:
            problems = _restore_cluster(
                attempt, archive, saved, without_keys=without_keys, reason=reason, at=at, accept=accept_findings
            )
        else:
            problems = _restore_rows(
                attempt, archive, saved, without_keys=without_keys, reason=reason, accept=accept_findings
            )
    if problems:
        raise typer.Exit(1)


def _restore_rows(
    attempt: RestoreAttempt, path: Path, saved: Archive | None, *, without_keys: bool, reason: str, accept: bool
) -> list[Problem]:
    """An archive read back. Returns what is wrong with its ledger, and with the guards."""
    from metrics.backups.archive import opened_archive
    from metrics.backups.key_files import put_keys_in_place, require_keys
    from metrics.backups.restoring import require_restorable
    from metrics.database import read_session
    from metrics.guards.whole_check import guard_problems

    with opened_archive(path) as found:
        manifest, moment = found.manifest, found.manifest.made_at.isoformat()
        require_restorable(found)  # before a server is made for it
        if not without_keys:
            require_keys(manifest, saved)
        with opened_database(current_schema=False, new=True) as opened:
            put_keys_in_place(saved, attempt.undo, entries=manifest.entries)
            problems = _restored(opened, found, attempt, accept=accept, without_keys=without_keys)
            attempt.stays()
            with read_session() as session:
                problems += guard_problems(session)
            note = _declared(reason.strip() or f"恢复 {moment} 的备份 · Restored the backup of {moment}")
            attempt.done()
    say_done(manifest, problems, note)
    return problems


def _restore_cluster(
    attempt: RestoreAttempt,
    base: Path,
    saved: Archive | None,
    *,
    without_keys: bool,
    reason: str,
    at: str,
    accept: bool,
) -> list[Problem]:
    """A base backup with its WAL, brought up to date. Returns what is wrong with its ledger."""
    from metrics.backups.base_backup import base_manifest, remove_cluster, restore_cluster
    from metrics.backups.key_files import put_keys_in_place, require_keys
    from metrics.settings import settings

    configured, moment = settings(), _moment(at)
    if base.is_file():
        raise typer.BadParameter("只用于物理备份的文件夹 / only for the folder of a base backup", param_hint="--at")
    if not without_keys:
        require_keys(base_manifest(base), saved)
    put_keys_in_place(saved, attempt.undo)
    restore_cluster(configured.home, base, wal=configured.wal_archive, at=moment)
    attempt.undo.callback(remove_cluster, configured.home)
    with opened_database(current_schema=False) as opened:
        entries, problems = _brought_up_to_date(opened, accept=accept)
        put_keys_in_place(saved, attempt.undo, entries=entries)
        attempt.stays()
        note = _declared(reason.strip() or f"恢复物理备份 · Restored {base.name} {at}".strip())
        attempt.done()
    say_found(problems, entries)
    say_reached(base, wal=configured.wal_archive, at=at)
    say_declared(note)
    return problems


def _brought_up_to_date(opened: OpenedDatabase, *, accept: bool) -> tuple[int, list[Problem]]:
    """The newest entry, and what is wrong, for which Conflict is raised unless `accept`. Everybody is signed out."""
    from metrics.backups.restoring import MOST_NAMED, wrong_ledger
    from metrics.database import read_session
    from metrics.guards.whole_check import ledger_problems
    from metrics.ledger.entry import newest_seq

    bring_up_to_date(opened)
    _end_sessions(opened)
    with read_session() as session:
        entries, problems = newest_seq(session), ledger_problems(session)
    if problems and not accept:
        raise Conflict("backup_wrong", wrong_ledger(len(problems)), problems=problems[:MOST_NAMED])
    return entries, problems


@contextmanager
def _told_what_stands() -> Iterator[RestoreAttempt]:
    """Whatever ends the block is told with what became of the place; while nothing was committed all is taken away."""
    from metrics.backups.attempt import RestoreAttempt

    attempt = RestoreAttempt()
    try:
        yield attempt
    except BaseException:
        attempt.undo.close()
        typer.echo(_WHAT_STANDS[attempt.stage], err=True)
        raise


def _end_sessions(opened: OpenedDatabase) -> None:
    from sqlalchemy import text

    from metrics.authority import SAY, SYSTEM
    from metrics.backups.restoring import end_sessions
    from metrics.database import make_engine

    owner = make_engine(opened.owner, pool_size=1)
    try:
        with owner.begin() as connection:
            connection.execute(text(SAY), SYSTEM.said)
            end_sessions(connection)
    finally:
        owner.dispose()


def _moment(said: str) -> datetime | None:
    """The moment with its offset; None for none. Raises BadParameter for what is no moment."""
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise typer.BadParameter(
            "不是时刻,应写作 / no moment, which is written as 2026-12-01T10:30:00+08:00", param_hint="--at"
        ) from error
    if moment.tzinfo is None:
        raise typer.BadParameter("缺少时区 / no offset: 2026-12-01T10:30:00+08:00", param_hint="--at")
    return moment


@contextmanager
def _archive_of_keys(path: Path | None) -> Iterator[Archive | None]:
    from metrics.backups.archive import opened_archive
    from metrics.backups.manifest import ArchiveKind

    if path is None:
        yield None
        return
    with opened_archive(path) as found:
        if found.manifest.kind is not ArchiveKind.KEYS:
            said = Message(f"{path} 不是密钥的备份。", f"{path} is no archive of keys.")
            raise Invalid("not_keys", said)
        yield found


def _restored(
    opened: OpenedDatabase, archive: Archive, attempt: RestoreAttempt, *, accept: bool, without_keys: bool
) -> list[Problem]:
    from sqlalchemy.engine import make_url

    from metrics.backups.restoring import restore
    from metrics.database import make_engine

    owner = make_engine(opened.owner, pool_size=1)
    try:
        with progress_bar("核查账本 / Checking", total=archive.manifest.entries) as progress:
            return restore(
                owner,
                archive,
                application=make_url(opened.application),
                accept=accept,
                without_keys=without_keys,
                tell=lambda said: typer.echo(f"{said.zh} {said.en}", err=True),
                progress=progress,
                commits=attempt.commits,
            )
    finally:
        owner.dispose()


def _declared(reason: str) -> str | None:
    """The checkpoint of the epoch that begins; None where the ledger goes on from what its signer remembers."""
    from metrics.commands.issue_checkpoint import declare_restored
    from metrics.database import write_session

    try:
        with write_session() as session:
            return declare_restored(session, actor=_ACTOR, reason=reason).note
    except Conflict as nothing:
        if nothing.code != "nothing_restored":
            raise
        return None
