"""`biaochi plan check` and `biaochi plan load`: a plan folder looked over, and taken into the database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from metrics.cli.command import Command
from metrics.cli.connection import opened_database
from metrics.cli.refusals import bytes_of, written_whole

if TYPE_CHECKING:
    from metrics.commands.load_plan import PlanChange, PlanChanges
    from metrics.plan.model import Plan

CITY_PLAN = Path(__file__).resolve().parents[2] / "seed" / "plan"
SKELETON = CITY_PLAN.parent / "skeleton"
_PARTS = {"units": "单位", "elements": "填报项", "indicators": "指标", "targets": "目标", "tasks": "任务"}

app = typer.Typer(
    help="方案文件夹:新建、检查、载入、与表格互换 / A plan folder: begin, check and load it, to and from a workbook.",
    no_args_is_help=True,
)

PlanFolder = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="方案文件夹 / the plan's folder")]


NewFolder = Annotated[Path, typer.Argument(metavar="FOLDER", file_okay=False, help="新文件夹 / a new folder")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="覆盖已有的 / write over what is there")]


@app.command("new", cls=Command)
def new_command(folder: NewFolder) -> None:
    """新建方案 / Write a small commented plan into a new folder; it loads as it stands, to be made your own."""
    from metrics.plan_workbook.folder import write_folder

    write_folder(folder, {path.name: path.read_bytes() for path in sorted(SKELETON.iterdir())})
    typer.echo(f"已写入 {folder};改成自己的后:biaochi plan check {folder}")
    typer.echo(f"Written to {folder}; make it your own, then: biaochi plan check {folder}")


@app.command("from-xlsx", cls=Command)
def from_workbook_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="工作簿 / the workbook")],
    folder: NewFolder,
    overwrite: Overwrite = False,
) -> None:
    """表格变方案 / Turn a plan's workbook into a folder; what is wrong is named by sheet and cell, all at once."""
    from metrics.plan_workbook.folder import plan_files, write_folder
    from metrics.plan_workbook.reading import read_workbook

    plan, text = read_workbook(bytes_of(file))
    write_folder(folder, plan_files(plan, text), overwrite=overwrite)
    in_english = {part: part for part in _PARTS}
    typer.echo(f"已写入 {folder}:{_size(plan, _PARTS)}。\nWritten to {folder}: {_size(plan, in_english)}.")


@app.command("to-xlsx", cls=Command)
def to_workbook_command(
    folder: PlanFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="新工作簿 / the new workbook")],
    overwrite: Overwrite = False,
) -> None:
    """方案变表格 / Turn a plan's folder into a workbook: a sheet for each part, to be filled in and read back."""
    from metrics.errors import Conflict, Message
    from metrics.plan.files import read_plan, source_text
    from metrics.plan_workbook.writing import plan_workbook

    if file.exists() and not overwrite:
        raise Conflict(
            code="file_exists",
            message=Message(f"{file} 已存在:可加 --overwrite。", f"{file} is there already: add --overwrite."),
        )
    with written_whole(file) as target:
        target.write(plan_workbook(read_plan(folder), source_text(folder)))
    typer.echo(f"已写入 {file}。\nWritten to {file}.")


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
