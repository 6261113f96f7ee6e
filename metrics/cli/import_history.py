"""`biaochi import --bulk FILE`: loads history, with the answers of `POST /observations/bulk`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import typer

from metrics.cli.connection import opened_database
from metrics.cli.progress import bar
from metrics.database import read_session, write_session
from metrics.history.load_history import LoadedHistory, LoadProgress, load_history
from metrics.queries.principals import principal_by_username
from metrics.usernames import plain_username


def import_history(path: Path, *, username: str, received: str, dry_run: bool, as_json: bool) -> None:
    """Load the file as `username` and print what became of it. Raises what :func:`load_history` does."""
    with opened_database():
        with read_session() as session:
            principal = principal_by_username(session, plain_username(username))
        with path.open("rb") as content, bar(path.name) as begin:
            loaded = load_history(
                write_session,
                content,
                principal=principal,
                received=received,
                dry_run=dry_run,
                watched=LoadProgress(read=_steps(begin), stored=_steps(begin)),
            )
    typer.echo(json.dumps(asdict(loaded), indent=2) if as_json else _words(loaded))


def _steps(begin: Callable[[int], Callable[[], None]]) -> Callable[[int, int], None]:
    """Hundredths of one part of the work, the bar's steps."""
    advance: Callable[[], None] | None = None
    shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal advance, shown
        advance = advance or begin(100)
        while shown < done * 100 // max(total, 1):
            advance()
            shown += 1

    return tell


def _words(loaded: LoadedHistory) -> str:
    lines = [
        f"文件 {loaded.rows} 个数据,{loaded.submissions + loaded.submissions_skipped} 份月报;其中已在库、相同的"
        f" {loaded.submissions_skipped} 份。",
        f"{loaded.rows} figures, {loaded.submissions + loaded.submissions_skipped} submissions in the file; stored "
        f"already and the same: {loaded.submissions_skipped}.",
    ]
    if loaded.warnings:
        lines.append(f"校验提示 {loaded.warnings} 条,均未说明。 Warnings that nobody acknowledged: {loaded.warnings}.")
    if loaded.dry_run:
        lines.append("试运行,未保存。 A dry run: nothing was stored.")
    elif loaded.parts:
        lines.append(
            f"已入库 {loaded.submissions} 份,序号 {loaded.first_seq}–{loaded.last_seq},分 {loaded.parts} 批。 "
            f"Stored: {loaded.submissions} submissions, seq {loaded.first_seq} to {loaded.last_seq}, "
            f"in {loaded.parts} parts."
        )
    else:
        lines.append("没有需要入库的。 Nothing was left to store.")
    return "\n".join(lines)
