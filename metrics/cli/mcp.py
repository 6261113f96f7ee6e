"""`biaochi mcp`: answers an assistant over the Model Context Protocol, on standard input and output, reading only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrics.cli.connection import opened_database
from metrics.errors import Message, Unauthenticated


def mcp_command(
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            exists=True,
            dir_okay=False,
            help="存放令牌的文件;也可用环境变量 BIAOCHI_TOKEN / a file with the token; or BIAOCHI_TOKEN",
        ),
    ] = None,
    token: Annotated[str, typer.Option(envvar="BIAOCHI_TOKEN", hidden=True)] = "",
) -> None:
    """供智能助手查询(MCP,标准输入输出,只读) / Answer an assistant over MCP (stdio), under a token's rights."""
    from metrics.mcp.answers import TokenReader
    from metrics.mcp.server import mcp_server

    secret = token_file.read_text(encoding="utf-8").strip() if token_file else token
    if not secret:
        raise Unauthenticated(
            "token_missing",
            Message(
                "请以 --token-file 或环境变量 BIAOCHI_TOKEN 给出令牌(biaochi token issue --scope read)。",
                "Give a token by --token-file or BIAOCHI_TOKEN (biaochi token issue --scope read).",
            ),
        )
    with opened_database():
        TokenReader(secret).principal()  # a token that is not good is refused before anything is asked
        mcp_server(secret).run("stdio")
