"""`biaochi demo load | remove`: synthetic demonstration data, put in and taken out.

`seed` stands on `metrics`, never the other way round: its functions are resolved by name, as in `biaochi serve`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from pkgutil import resolve_name
from typing import Annotated

import typer

from metrics.cli.command import Command
from metrics.cli.connection import opened_database
from metrics.cli.plan import CITY_PLAN, checked_plan

LOAD = "seed.demonstration.load:load_demonstration"
REMOVE = "seed.demonstration.remove:remove_demonstration"

app = typer.Typer(help="演示数据(虚构):载入、移除 / Synthetic demonstration data: load, remove.", no_args_is_help=True)


@app.command("load", cls=Command)
def load_command() -> None:
    """载入演示数据 / Load two years of synthetic submissions, with accounts, into a database without submissions.

    账户与随机口令写入 BIAOCHI_HOME/demo-accounts.json(仅本人可读)。
    The accounts and their random secrets go to BIAOCHI_HOME/demo-accounts.json, readable by its owner only.
    """
    from metrics.settings import settings

    with opened_database(), _bar("载入演示数据 / Loading") as progress:
        loaded = resolve_name(LOAD)(settings().home, progress=progress)
    typer.echo(
        f"已载入演示数据(虚构):{loaded.submissions} 份月报,{loaded.reviews} 次审核,{loaded.task_reports} 份任务月报,"
        f"{loaded.assessments} 项第三方评估,{loaded.people} 条责任人记录,{loaded.accounts} 个账号。\n"
        f"Loaded synthetic data: {loaded.submissions} submissions, {loaded.reviews} reviews, "
        f"{loaded.task_reports} task reports, {loaded.assessments} assessments, "
        f"{loaded.people} records of people, {loaded.accounts} accounts.\n"
        f"{loaded.accounts_file.resolve()}"
    )


@app.command("remove", cls=Command)
def remove_command(
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 / do not ask")] = False,
    with_real_submissions: Annotated[
        bool,
        typer.Option(
            "--with-real-submissions",
            "--with-real-returns",
            help="一并清空非演示的月报和其他记录 / empty real submissions and all other real records as well",
        ),
    ] = False,
    plan: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="重新载入的方案 / the plan to load afterwards")
    ] = None,
) -> None:
    """移除演示数据 / Remove the demonstration: the database is emptied and gets its plan anew.

    账本只增不改,演示数据无法单独抽出:所有月报、审核、目标修订和账本一并清空,非演示账号保留。
    A ledger is append-only, so nothing can be taken out of its middle: all submissions, reviews, target revisions and
    the ledger go; accounts that are not the demonstration's stay. Without --plan the plan is the one BIAOCHI_PLAN
    names, else the city's own.
    """
    from metrics.database import make_engine
    from metrics.settings import settings

    known = checked_plan(plan or settings().plan or CITY_PLAN)
    with opened_database() as opened:
        if not yes:
            typer.confirm("清空数据库并重新载入方案? / Empty the database and load the plan anew?", abort=True)
        owner = make_engine(opened.owner, pool_size=1)
        try:
            removed = resolve_name(REMOVE)(
                owner, plan=known, home=settings().home, with_real_submissions=with_real_submissions
            )
        finally:
            owner.dispose()
    typer.echo(
        f"已移除:{removed.submissions} 份月报(其中非演示 {removed.real_submissions} 份),{removed.accounts} 个演示账号,"
        f"共计非演示记录 {removed.real_records} 条;方案已重新载入。\n"
        f"Removed {removed.submissions} submissions ({removed.real_submissions} of them real) "
        f"and {removed.accounts} accounts, {removed.real_records} real records in all; "
        "the plan is loaded anew."
    )


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on standard error, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as shown:
        task = shown.add_task(title, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
