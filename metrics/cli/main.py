"""The command line. Exit codes: 0 done, 1 refused (the reason is on stderr), 2 wrong usage."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from errno import ELOOP
from functools import cache
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command

from metrics.cli import audit, backup, bi, demo, ledger, plan, release, tokens, users, witness
from metrics.cli.bulletin import bulletin_command
from metrics.cli.command import Command
from metrics.cli.config import config_command
from metrics.cli.doctor import doctor_command
from metrics.cli.ending import ignore_interrupts
from metrics.cli.export import export_command
from metrics.cli.import_file import import_command
from metrics.cli.mcp import mcp_command
from metrics.cli.migrate import migrate_command
from metrics.cli.rebuild import rebuild_command
from metrics.cli.refusals import file_refused, text_refused
from metrics.cli.remind import remind_command
from metrics.cli.restore import restore_command
from metrics.cli.serve import serve_command
from metrics.cli.upgrade_cluster import upgrade_cluster_command
from metrics.cli.verify import verify_command
from metrics.errors import BiaochiError

app = typer.Typer(
    name="biaochi",
    help="标尺:记录一项计划的量化指标与各单位的填报,并显示差距。\n\n"
    "A gauge rod: records a plan's targets and what each unit reports against them, and shows the distance.",
    epilog="设置见环境变量 BIAOCHI_… / Settings are environment variables, BIAOCHI_… (docs/operations.md).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("serve", cls=Command)(serve_command)
app.command("migrate", cls=Command)(migrate_command)
app.command("bulletin", cls=Command)(bulletin_command)
app.command("export", cls=Command)(export_command)
app.command("rebuild", cls=Command)(rebuild_command)
app.command("import", cls=Command)(import_command)
app.command("remind", cls=Command)(remind_command)
app.command("verify", cls=Command)(verify_command)
app.command("doctor", cls=Command)(doctor_command)
app.command("config", cls=Command)(config_command)
app.command("mcp", cls=Command)(mcp_command)
app.command("restore", cls=Command)(restore_command)
app.command("upgrade-cluster", cls=Command)(upgrade_cluster_command)
app.add_typer(backup.app, name="backup")
app.add_typer(plan.app, name="plan")
app.add_typer(ledger.app, name="ledger")
app.add_typer(release.app, name="release")
app.add_typer(demo.app, name="demo")
app.add_typer(users.app, name="user")
app.add_typer(tokens.app, name="token")
app.add_typer(audit.app, name="audit")
app.add_typer(bi.app, name="bi")
app.add_typer(witness.app, name="witness")


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"biaochi {version('biaochi')}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", help="显示版本 / say the version", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """What is asked of the program as a whole; the commands come after it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code (SystemExit)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no Chinese still shows the English
    try:
        try:
            _commands()(args=arguments, prog_name="biaochi")
        finally:
            if arguments is None:  # the process ends with this command, and the exit code is known
                ignore_interrupts()
    except BiaochiError as refused:
        _refuse(refused)
    except OSError as error:
        _refuse(file_refused(error))
    except RuntimeError as error:
        if not str(error).startswith("Symlink loop"):  # what Python 3.11 and 3.12 say in place of the system's ELOOP
            raise
        _refuse(file_refused(OSError(ELOOP, os.strerror(ELOOP))))
    except UnicodeError as error:
        _refuse(text_refused(error))


@cache
def _commands() -> Callable[..., Any]:
    """All commands with their options, which typer would gather anew at every call of `app`."""
    return get_command(app)


def _refuse(refused: BiaochiError) -> NoReturn:
    from metrics.logging import log_ending, says_json

    if says_json():
        log_ending(refused)
        sys.exit(1)
    typer.echo(f"拒绝:{refused.message.zh}\nRefused: {refused.message.en}", err=True)
    for problem in refused.problems:
        place = problem.cell or problem.pointer or problem.column or ""
        typer.echo(f"  {place} {problem.code}: {problem.message.zh} {problem.message.en}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
