"""`biaochi remind`: send the reminders that are due now, or show them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from metrics.cli.connection import opened_database
from metrics.errors import Message, Unavailable


def remind_command(
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="只显示,不发送 / show what is due, whether sent already or not; send nothing"),
    ] = False,
) -> None:
    """发送到期的催报提醒 / Send the reminders that are due; each goes out once, however often this runs."""
    from metrics.reminders.channels import channels
    from metrics.reminders.schedule import note
    from metrics.reminders.sending import outgoing, send_due
    from metrics.settings import settings

    configured = settings()
    ways = channels(configured)
    if not ways:
        raise Unavailable(
            code="no_channel",
            message=Message(
                "未启用任何提醒渠道:请设置 BIAOCHI_SMTP_HOST 或 BIAOCHI_WEBHOOK_URL。",
                "No channel is switched on: set BIAOCHI_SMTP_HOST or BIAOCHI_WEBHOOK_URL.",
            ),
        )
    now = datetime.now(UTC)
    with opened_database():
        if not dry_run:
            note()
            typer.echo(f"已发送 / sent: {send_due(configured, ways, now=now)}")
            return
        found = outgoing(configured, ways, now=now)
    for one in found:
        typer.echo(
            f"{one.channel.name} → {', '.join(one.to) or '(群 / group)'}: {one.words.subject}\n{one.words.body}\n"
        )
    typer.echo(f"应发 / due: {len(found)}")
