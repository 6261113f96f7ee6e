"""`biaochi verify FILE`: the check of `verify.py`, which is the same code, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrics.errors import Invalid, Message


def verify_command(
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="observations.csv / receipt.json / …")
    ] = None,
    key: Annotated[list[str] | None, typer.Option(help="公钥,可重复 / verifier key, repeatable")] = None,
    entries: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="账本条目 / from GET /ledger/entries")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="检查点,可重复,旧的也核对 / repeatable, older ones too"),
    ] = None,
    query: Annotated[str, typer.Option(help="文件的下载地址或其参数 / the address the file was pulled from")] = "",
    policy: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="策略文件:账本与见证人的公钥 / keys of logs and witnesses"),
    ] = None,
    printed: Annotated[
        str | None, typer.Option(help='纸上的条数与根 / size and root as printed: "612 9f3c 1a2b …"')
    ] = None,
    consistency: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="一致性证明 / from GET /ledger/consistency?from=&to="),
    ] = None,
) -> None:
    """离线核验文件 / Check offline that a file is just what the ledger says. Needs no database.

    退出码 / exit codes: 0 属实 right, 1 不符 wrong, 2 未能核验 nothing could be checked.

    单独的 verify.py(/api/v1/verify.py)是同一段代码。
    The single file verify.py (at /api/v1/verify.py) is the same code.
    """
    from metrics.ledger.verifying.beside import Beside
    from metrics.ledger.verifying.command import verify
    from metrics.ledger.verifying.faults import Unchecked, Wrong

    try:
        right = verify(
            None if file is None else str(file),
            None if entries is None else str(entries),
            [str(path) for path in checkpoint or ()],
            keys=key or (),
            query=query,
            beside=Beside(
                None if policy is None else str(policy), printed, None if consistency is None else str(consistency)
            ),
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
