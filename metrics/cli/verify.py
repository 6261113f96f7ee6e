"""`biaochi verify FILE`: the check of `verify.py`, which is the same code, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrics.errors import Invalid, Message


def verify_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="observations.csv / receipt.json / …")],
    key: Annotated[list[str], typer.Option(help="公钥,可重复 / verifier key, repeatable")],
    entries: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="账本条目 / from GET /ledger/entries")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="检查点,可重复,旧的也核对 / repeatable, older ones too"),
    ] = None,
    query: Annotated[str, typer.Option(help="文件的下载地址或其参数 / the address the file was pulled from")] = "",
) -> None:
    """离线核验文件 / Check offline that a file is just what the ledger says. Needs no database.

    退出码 / exit codes: 0 属实 right, 1 不符 wrong, 2 未能核验 nothing could be checked.

    单独的 verify.py(/api/v1/verify.py)是同一段代码。
    The single file verify.py (at /api/v1/verify.py) is the same code.
    """
    from metrics.ledger.verifying.command import verify
    from metrics.ledger.verifying.faults import Unchecked, Wrong

    try:
        right = verify(
            str(file),
            None if entries is None else str(entries),
            [str(path) for path in checkpoint or ()],
            keys=key,
            query=query,
        )
    except Unchecked as unchecked:
        raise typer.BadParameter(f"未能核验 / not checked: {unchecked}") from unchecked
    except OSError as error:
        message = f"未能核验,无法读取 / not checked, cannot be read: {error.filename}: {error.strerror}"
        raise typer.BadParameter(message) from error
    except Wrong as wrong:
        zh, _, en = str(wrong).partition("\n")
        raise Invalid(code="file_wrong", message=Message(zh, en)) from wrong
    typer.echo(right)
