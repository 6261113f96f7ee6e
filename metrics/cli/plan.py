"""`biaochi plan check` and `biaochi plan load`: a plan folder looked over, and taken into the database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from metrics.cli.command import Command
from metrics.cli.connection import opened_database

if TYPE_CHECKING:
    from metrics.commands.load_plan import PlanChange, PlanChanges
    from metrics.plan.model import Plan

CITY_PLAN = Path(__file__).resolve().parents[2] / "seed" / "plan"
_PARTS = {"units": "单位", "elements": "填报项", "indicators": "指标", "targets": "目标", "tasks": "任务"}

app = typer.Typer(help="方案文件夹:检查、载入 / A plan folder: check it, load it.", no_args_is_help=True)

PlanFolder = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="方案文件夹 / the plan's folder")]


@app.command("check", cls=Command)
def check_command(path: PlanFolder) -> None:
    """检查方案 / Check every reference, quote and date of a plan folder; needs no database."""
    plan = checked_plan(path)
    in_english = {part: part for part in _PARTS}
    typer.echo(f"方案无误:{_size(plan, _PARTS)}。\nThe plan is sound: {_size(plan, in_english)}.")


@app.command("load", cls=Command)
def load_command(
    path: PlanFolder,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只显示变化,不写入 / show what would change, write nothing")
    ] = False,
) -> None:
    """载入方案 / Load a plan folder: only what changed, as one ledger entry. Loading it again changes nothing."""
    from metrics.commands.load_plan import plan_changes
    from metrics.database import read_session

    with opened_database():
        if dry_run:
            plan = checked_plan(path)
            with read_session() as session:
                changes = plan_changes(session, plan)
        else:
            changes = load_plan_folder(path, actor="biaochi plan load")
    _show(changes, dry_run=dry_run)


def load_plan_folder(path: Path, *, actor: str) -> PlanChanges:
    """Check and load the plan in `path`, and say what changed. Raises PlanInvalid if it is not sound."""
    from metrics.commands.load_plan import load_plan
    from metrics.database import write_session

    plan = checked_plan(path)
    with write_session() as session:
        return load_plan(session, plan, actor=actor)


def checked_plan(path: Path) -> Plan:
    """The plan in `path`. Raises PlanInvalid, with every bad place, if it is not sound."""
    from metrics.plan.files import read_plan, source_text
    from metrics.plan.problems import PlanInvalid
    from metrics.plan.rules import check_plan

    plan = read_plan(path)
    problems = check_plan(plan, source_text(path))
    if problems:
        raise PlanInvalid(problems)
    return plan


def _size(plan: Plan, words: Mapping[str, str]) -> str:
    return ", ".join(f"{len(getattr(plan, part))} {word}" for part, word in words.items())


def _show(changes: PlanChanges, *, dry_run: bool) -> None:
    for change in changes.changes:
        typer.echo(_line(change))
    counted = len(changes.changes)
    done = "将改变" if dry_run else "已改变"
    typer.echo(f"{done} {counted} 项,{changes.unchanged} 项不变。 ", nl=False)
    typer.echo(f"{counted} {'would change' if dry_run else 'changed'}, {changes.unchanged} unchanged.")


def _line(change: PlanChange) -> str:
    sign = {"added": "+", "changed": "~", "removed": "-"}[change.action]
    lines = [" ".join((sign, change.kind, change.code, *change.for_units))]
    lines += [f"    {field}: {_short(before)} -> {_short(after)}" for field, before, after in change.fields]
    return "\n".join(lines)


def _short(value: Any) -> str:
    shown = str(value)
    return shown if len(shown) <= 100 else f"{shown[:99]}…"
