"""`biaochi audit` and `biaochi audit prune`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from metrics.cli.command import Command, CommandGroup
from metrics.cli.connection import opened_database

app = typer.Typer(help="审计 / The audit: read it as CSV, remove what is past its days.", cls=CommandGroup)


@app.callback(invoke_without_command=True)
def audit_command(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="自此日或时刻 / from this day or moment on")] = "",
    until: Annotated[str, typer.Option(help="至此日或时刻 / up to this day or moment")] = "",
    user: Annotated[str, typer.Option(help="账号 / name of an account")] = "",
    action: Annotated[str, typer.Option(help="行为,如 submission.post / an act")] = "",
    outcome: Annotated[str, typer.Option(help="done、refused 或 failed / one of them")] = "",
    address: Annotated[str, typer.Option(help="来源地址 / from this address")] = "",
    unit: Annotated[str, typer.Option(help="行为所涉单位的代码 / code of a unit that it was about")] = "",
    request_id: Annotated[str, typer.Option(help="请求编号 / id of the request")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="最多行数 / at most so many rows")] = None,
    lang: Annotated[str, typer.Option(help="zh 或 en / language of the words")] = "zh",
) -> None:
    """审计记录,CSV,最新在前 / The audit as CSV, newest first. 读取本身亦记入审计 / Reading it is recorded as well."""
    if context.invoked_subcommand is not None:
        return
    from metrics.database import read_session
    from metrics.plan.store import plan_at
    from metrics.publish.audit import audit_csv
    from metrics.queries.audit import FILTERS, audit_asked, audit_rows

    if lang not in ("zh", "en"):
        raise typer.BadParameter("zh / en", param_hint="--lang")
    values = (since, until, user, action, outcome, address, unit, request_id)
    given = dict(zip(FILTERS, values, strict=True))
    with opened_database(), read_session() as session:
        asked = audit_asked(given, limit=limit, timezone=lambda: plan_at(session).document.timezone)
        for part in audit_csv(audit_rows(session, asked), language=lang):
            sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


@app.command("prune", cls=Command)
def prune_command() -> None:
    """清除到期的审计记录 / Remove the months that ended more than BIAOCHI_AUDIT_DAYS days ago.

    以 BIAOCHI_MIGRATION_URL 的角色连接;审计中留有一条记录说明清除了什么。
    Connects with BIAOCHI_MIGRATION_URL; an entry of the audit says what went.
    """
    from metrics.auditing.pruning import prune_audit
    from metrics.database import make_engine
    from metrics.settings import settings

    with opened_database() as opened:
        owner = make_engine(opened.owner, pool_size=1)
        try:
            gone = prune_audit(owner, days=settings().audit_days, now=datetime.now(UTC))
        finally:
            owner.dispose()
    for pruned in gone:
        typer.echo(f"{pruned.month}: {pruned.rows} 行 / rows")
    typer.echo(f"共清除 {sum(pruned.rows for pruned in gone)} 行。 Removed that many rows.")
