"""What `biaochi restore` says once a backup is there: what was found, who signs in again, what to publish."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import typer

from metrics.cli.ledger import MOST_SHOWN
from metrics.errors import Message, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metrics.backups.manifest import Manifest


def say_done(manifest: Manifest, problems: Sequence[Problem], note: str | None) -> None:
    """An archive of rows was read back, with `problems`, and declared by the checkpoint `note`, if at all."""
    rows = sum(manifest.rows.values())
    typer.echo(
        f"已读回:{len(manifest.rows)} 张表、{rows} 行,行数一致。\nRead back, every table with as many rows as it had."
    )
    say_found(problems, manifest.entries)
    made_at = manifest.made_at.isoformat()
    _say_people(Message(f"{made_at} ", made_at))
    for role in manifest.readers:
        typer.echo(f"请再次执行 / run again: biaochi bi grant {quote(role)}")
    say_declared(note)


def _say_people(moment: Message) -> None:
    typer.echo(
        f"所有人须重新登录。{moment.zh}之后停用的账号、吊销的令牌须再次停用、吊销。\n"
        f"Everybody signs in again. Accounts disabled and tokens revoked after {moment.en} are to be disabled and "
        "revoked again."
    )


def say_reached(base: Path, *, wal: Path | None, at: str) -> None:
    """Up to when a base backup was restored, and that the restored server leaves the archive of the old one alone."""
    from metrics.backups.base_backup import base_manifest

    if at:
        _say_people(Message(f"{at} ", at))
    elif wal is not None:
        _say_people(Message("归档末尾", "the end of the archived WAL"))
    else:
        ended = base_manifest(base).made_at.isoformat(timespec="seconds")
        typer.echo(
            f"未设 BIAOCHI_WAL_ARCHIVE:只恢复到物理备份完成的时刻 {ended}。\n"
            f"BIAOCHI_WAL_ARCHIVE is not set: restored as of the end of the base backup, {ended}, nothing after it.",
            err=True,
        )
        _say_people(Message(f"{ended} ", ended))
    if wal is not None:
        typer.echo(
            f"{wal} 仍是原数据库的归档,恢复出的不写入其中。请用 BIAOCHI_WAL_ARCHIVE 另指一个空文件夹,再做物理备份。\n"
            f"{wal} stays the archive of the old database, and the restored one does not write into it: name another, "
            "empty folder in BIAOCHI_WAL_ARCHIVE and make a base backup.",
            err=True,
        )


def say_found(problems: Sequence[Problem], entries: int) -> None:
    """How many entries there are, and what is wrong with them."""
    for problem in problems[:MOST_SHOWN]:
        typer.echo(f"  {problem.pointer} {problem.code}: {problem.message.zh} {problem.message.en}", err=True)
    found = Message("全部相符", "all of them right")
    if problems:
        found = Message(f"{len(problems)} 处不符", f"wrong in {len(problems)} places")
    typer.echo(f"已恢复:账本 {entries} 条,{found.zh}。\nRestored: {entries} entries of the ledger, {found.en}.")


def say_declared(note: str | None) -> None:
    """The checkpoint of the epoch that began; nothing where none did."""
    if note is not None:
        typer.echo(
            "已在账本中声明本次恢复;检查点如下,请公布。 Declared in the ledger. Publish this checkpoint:", err=True
        )
        typer.echo(note, nl=False)
