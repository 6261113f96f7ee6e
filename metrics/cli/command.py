"""What every command is: its help and its refusal of wrong usage need nothing, its work is prepared for.

A module of a command imports what declares it; what its work needs is imported where the work is done, so that
`--help` and wrong usage answer at once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from pydantic import ValidationError

# What the audit calls each command (metrics/audit_acts.py); another one that changes something is "other.change".
ACTS: Mapping[str, str] = {
    "serve": "look",  # says itself when it has started, and when it stops
    "migrate": "database.migrate",
    "export": "data.pull",
    "rebuild": "database.rebuild",
    "backup": "database.backup",
    "backup check": "look",
    "backup daily": "look",  # each backup is a command of its own
    "restore": "database.restore",
    "upgrade-cluster": "database.migrate",
    "import": "submission.post",
    "remind": "reminder.send",
    "verify": "look",
    "doctor": "look",
    "config": "look",
    "mcp": "look",  # every question is an act of its own, the token's
    "plan check": "look",
    "plan load": "plan.load",
    "plan new": "look",
    "plan from-xlsx": "look",
    "plan to-xlsx": "look",
    "ledger check": "look",
    "ledger checkpoint": "ledger.checkpoint",
    "ledger keys": "look",
    "ledger rotate": "ledger.key",
    "ledger restored": "ledger.restored",
    "witness new": "look",
    "witness serve": "look",
    "release create": "release.publish",
    "bulletin": "bulletin.write",
    "demo load": "demonstration.load",
    "demo remove": "demonstration.remove",
    "user add": "user.add",
    "user disable": "user.disable",
    "user enable": "user.enable",
    "user role": "user.role",
    "user units": "user.units",
    "user email": "user.email",
    "user reset-password": "password.reset",
    "user reset-second-factor": "second_factor.change",
    "user sessions": "session.end",
    "user list": "account.list",
    "token issue": "token.issue",
    "token revoke": "token.revoke",
    "token list": "account.list",
    "bi grant": "database.reader",
    "bi revoke": "database.reader",
    "audit": "audit.read",
    "audit prune": "audit.prune",
}
_INTERRUPTED = 130  # as shells have it
# The parameters that say what a command is about.
_SUBJECTS = ("dataset", "parameters", "username", "token_id", "path", "revision", "number", "period", "archive")


class Command(TyperCommand):
    """A command that begins with the settings read and the logging set up; a wrong setting is wrong usage."""

    def invoke(self, ctx: Any) -> Any:
        with _prepared(ctx):
            return super().invoke(ctx)


class CommandGroup(TyperGroup):
    """A group of commands that does something itself where none of them is named."""

    def invoke(self, ctx: Any) -> Any:
        if ctx._protected_args:
            return super().invoke(ctx)
        with _prepared(ctx):
            return super().invoke(ctx)


@contextmanager
def _prepared(ctx: Any) -> Iterator[None]:
    """The settings read, the logging set up, and the audit told which command it is and who runs it."""
    from pydantic import ValidationError

    from metrics.audit_acts import AuditAction, AuditChannel
    from metrics.logging import configure_logging
    from metrics.present_act import Acting, Actor, as_subject, under_way
    from metrics.settings import settings

    _tell_unknown_settings()
    try:
        configured = settings()
    except ValidationError as error:
        raise typer.BadParameter(_faults(error), ctx=ctx) from error
    configure_logging(configured.log_format, level=logging.WARNING)
    acting = Acting(AuditChannel.COMMAND, "command line", actor=Actor(_user()))
    command = ctx.command_path.partition(" ")[2]
    acting.action = AuditAction(ACTS.get(command, "other.change"))
    if ctx.params.get("dry_run") and acting.action is not AuditAction.LOOK:
        acting.action = AuditAction.TRY
    acting.subject = as_subject(" ".join(_texts(ctx.params)))
    try:
        with under_way(acting):
            yield
    except KeyboardInterrupt:
        typer.echo("已中断。 Interrupted.", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    except typer.Abort:  # a question that was answered with no, or with nothing; all are asked before anything is done
        typer.echo("已放弃,什么也没有做。 Given up: nothing was done.", err=True)
        raise typer.Exit(1) from None


def _faults(refused: ValidationError) -> str:
    """Everything that is wrong with the settings, a line each; no secret is in it."""
    from metrics.settings_faults import setting_faults

    found = setting_faults(refused)
    lines = [
        f"环境变量有误,{len(found)} 处,未做任何事 / {len(found)} faults in environment variables, nothing was done:"
    ]
    for fault in found:
        given = "" if fault.given is None else f"={fault.given!r}"
        place = f" [{fault.place}]" if fault.place else ""
        lines.append(f"  {fault.name}{place}{given}  {fault.message.zh} {fault.message.en}")
    return "\n".join(lines)


def _tell_unknown_settings() -> None:
    """Say on standard error what the environment sets and nobody reads: a name mistyped sets nothing."""
    import os

    from metrics.settings_faults import unknown_settings

    for unknown in unknown_settings(os.environ):
        zh = f",是否应为 {unknown.nearest}?" if unknown.nearest else "。"
        en = f"; is {unknown.nearest} meant?" if unknown.nearest else "."
        typer.echo(f"没有 {unknown.name} 这一设置{zh} There is no setting {unknown.name}{en}", err=True)


def _texts(parameters: Mapping[str, Any]) -> Iterator[str]:
    for name in _SUBJECTS:
        value = parameters.get(name)
        if isinstance(value, list | tuple):
            yield from map(str, value)
        elif value is not None:
            yield str(value)


def _user() -> str:
    """The name of the operating system's user; its number where it has none."""
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
