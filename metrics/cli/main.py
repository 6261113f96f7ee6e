"""The command line. Exit codes: 0 done, 1 refused (the reason is on stderr), 2 wrong usage."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

import psycopg
import typer
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from metrics.cli import demo, ledger, plan, release, tokens, users
from metrics.cli.export import export_command
from metrics.cli.import_file import import_command
from metrics.cli.migrate import migrate_command
from metrics.cli.remind import remind_command
from metrics.cli.serve import serve_command
from metrics.cli.verify import verify_command
from metrics.embedded import EmbeddedServerRefused
from metrics.errors import BiaochiError
from metrics.logging import configure_logging
from metrics.settings import settings

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
app.command("serve")(serve_command)
app.command("migrate")(migrate_command)
app.command("export")(export_command)
app.command("import")(import_command)
app.command("remind")(remind_command)
app.command("verify")(verify_command)
app.add_typer(plan.app, name="plan")
app.add_typer(ledger.app, name="ledger")
app.add_typer(release.app, name="release")
app.add_typer(demo.app, name="demo")
app.add_typer(users.app, name="user")
app.add_typer(tokens.app, name="token")


@app.callback()
def _begin() -> None:
    try:
        configured = settings()
    except ValidationError as error:
        wrong = "; ".join(f"BIAOCHI_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise typer.BadParameter(f"环境变量有误 / wrong environment variable: {wrong}") from error
    configure_logging(configured.log_format, level=logging.WARNING)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code (SystemExit)."""
    try:
        app(args=arguments, prog_name="biaochi")
    except BiaochiError as refused:
        _refuse(refused.message.zh, refused.message.en, refused)
    except EmbeddedServerRefused as refused:
        _refuse("内置数据库无法启动。", str(refused))
    except (OperationalError, psycopg.OperationalError) as refused:
        reason = refused.orig if isinstance(refused, OperationalError) else refused
        _refuse("无法连接数据库。", f"The database cannot be reached: {str(reason).strip()}")


def _refuse(zh: str, en: str, refused: BiaochiError | None = None) -> None:
    typer.echo(f"拒绝:{zh}\nRefused: {en}", err=True)
    for problem in refused.problems if refused else ():
        place = problem.cell or problem.pointer or problem.column or ""
        typer.echo(f"  {place} {problem.code}: {problem.message.zh} {problem.message.en}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
