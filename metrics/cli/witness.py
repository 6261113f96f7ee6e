"""`biaochi witness new | serve`: a witness of other ledgers, which needs no database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrics.cli.command import Command

app = typer.Typer(
    help="见证人:为别处的账本作证 / A witness: sees that another office's ledger is only extended.",
    no_args_is_help=True,
)
Folder = Annotated[
    Path, typer.Argument(file_okay=False, help="存放密钥与所见的文件夹 / where key and what was seen lie")
]


@app.command("new", cls=Command)
def new_command(
    folder: Folder,
    name: Annotated[str, typer.Option(help="见证人的名称,建议用域名 / its name, best a domain: audit.example/biaochi")],
) -> None:
    """新建见证人 / Make a witness: its key, an empty record of what it saw, and a policy to name logs in.

    打印其公钥,请另行交给账本的运行者和核验者。
    Prints its public key, for whoever runs the ledger and whoever checks it.
    """
    from metrics.ledger.witnessing.seen import NAME, make_witness

    if NAME.fullmatch(name) is None:
        raise typer.BadParameter("不含空格和 + / no space, no +", param_hint="--name")
    typer.echo(make_witness(folder, name).verifier_key)


@app.command("serve", cls=Command)
def serve_command(
    folder: Folder,
    host: Annotated[str, typer.Option(help="监听地址 / where to listen")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8010,
) -> None:
    """运行见证人 / Serve `POST /add-checkpoint` (C2SP tlog-witness) until Ctrl-C, for the logs that policy.txt names.

    只为能证明是续写的检查点签名;分叉、改写、签名不对、不认识的账本一律不签。HTTPS 由前面的反向代理提供。
    Cosigns what is proved to continue what it cosigned before, and nothing else. Put a reverse proxy with HTTPS
    in front.
    """
    import logging

    from metrics.errors import Invalid, Message
    from metrics.ledger.verifying.faults import Wrong
    from metrics.ledger.verifying.policy import read_policy
    from metrics.ledger.witnessing.seen import POLICY, held, read_witness_key
    from metrics.ledger.witnessing.serving import serve_witness
    from metrics.ledger.witnessing.witness import Witness, logs_of
    from metrics.logging import configure_logging
    from metrics.settings import settings

    configure_logging(settings().log_format, level=logging.INFO)
    key = read_witness_key(folder)
    try:
        logs = logs_of(read_policy((folder / POLICY).read_bytes()))
    except OSError as error:
        raise typer.BadParameter(f"{POLICY}: {error.strerror}") from error
    except Wrong as wrong:
        zh, _, en = str(wrong).partition("\n")
        raise Invalid(code="policy_wrong", message=Message(zh, en)) from wrong
    with held(folder) as seen:
        serve_witness(
            Witness(key, seen, logs, folder / "refused"),
            host=host,
            port=port,
            announce=lambda: typer.echo(
                f"见证人就绪,认识 {len(logs)} 个账本。 Ready, {len(logs)} logs known.\n{key.verifier_key}"
            ),
        )
