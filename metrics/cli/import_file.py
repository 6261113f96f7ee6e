"""`biaochi import FILE`: posts a file of returns, with the answers of `POST /submissions/files`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from metrics.cli.connection import opened_database
from metrics.cli.progress import bar
from metrics.commands.post_file import FileRequest, post_file, post_file_once
from metrics.commands.users import plain_username
from metrics.database import read_session, write_session
from metrics.intake.file_reading import FileReading
from metrics.intake.limits import LARGEST_FILE
from metrics.intake.reading import read_file
from metrics.intake.refusals import refuse_file
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.queries.principals import principal_by_username


def import_command(
    path: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV, .xlsx")],
    username: Annotated[str, typer.Option("--as", metavar="USERNAME", help="以哪个账号报送 / the account that posts")],
    reason: Annotated[str, typer.Option(help="更正原因 / why returns that are there already are revised")] = "",
    note: Annotated[str, typer.Option(help="备注 / a note")] = "",
    acknowledged: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE=REASON", help="对警告的说明 / why a warning is no mistake"),
    ] = None,
    version: Annotated[
        list[str] | None,
        typer.Option(metavar="UNIT/PERIOD=ETAG", help="所更正的版本,试运行会给出 / the version revised"),
    ] = None,
    key: Annotated[
        str,
        typer.Option(help="幂等键,默认由文件与选项得出 / idempotency key; default: of file and options"),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只校验,不写入 / check only, store nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出与接口相同的 JSON / print the API's JSON")] = False,
) -> None:
    """报送文件 / Post a CSV file or a workbook with one or many returns: all of them or none."""
    request = FileRequest(
        reason=reason,
        note=note,
        acknowledged=_pairs(acknowledged, "--acknowledged"),
        versions=_pairs(version, "--version"),
    )
    if path.stat().st_size > LARGEST_FILE:
        raise refuse_file("file_too_large")
    with opened_database(), bar(path.name) as begin:
        with read_session() as session:
            principal, plan = principal_by_username(session, plain_username(username)), plan_at(session)
        reading = read_file(path.name, path.read_bytes(), plan)
        advance = begin(2 * len(reading.returns))
        if dry_run:
            with write_session() as session:
                looked_over = post_file(
                    session,
                    plan=plan,
                    principal=principal,
                    reading=reading,
                    request=request,
                    dry_run=True,
                    advance=advance,
                )
            answer = looked_over.as_dict()
        else:
            answer = _post(principal, reading, request, key=key, advance=advance)
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else _words(answer, dry_run=dry_run))


def _post(
    principal: Principal, reading: FileReading, request: FileRequest, *, key: str, advance: Callable[[], None]
) -> dict[str, Any]:
    asked = json.dumps([reading.sha256, request.as_dict()], sort_keys=True)
    own = f"import-{hashlib.sha256(asked.encode()).hexdigest()[:40]}"
    with write_session() as session:
        answer = post_file_once(
            session,
            plan=plan_at(session),
            principal=principal,
            reading=reading,
            request=request,
            key=key or own,
            advance=advance,
        )
    posted: dict[str, Any] = answer.body["posted"]
    return posted


def _pairs(given: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"{text!r}: NAME=VALUE", param_hint=option)
        pairs[name] = value
    return pairs


def _words(answer: dict[str, Any], *, dry_run: bool) -> str:
    """The answer for people: what was read otherwise, what was left out, and what became of every return."""
    lines = [f"~ {_place(c)} {c['about']}: {c['read']!r} -> {c['recorded']}" for c in answer["changes"]]
    lines += [f"! {_place(n)} {n['message']['zh']} {n['message']['en']}" for n in answer["notices"]]
    for sent in answer["returns"]:
        lines += [f"? {sent['unit']} {w['code']}: {w['message']['zh']} {w['message']['en']}" for w in sent["warnings"]]
        place = "" if sent["seq"] is None else f" seq {sent['seq']}"
        lines.append(
            f"{sent['unit']} {sent['period']} r{sent['revision']}{place}: {sent['changed']} 项变化 / changed, "
            f"{sent['unchanged']} 项不变 / unchanged"
        )
    lines += [f"--version '{name}={etag}'" for name, etag in answer["versions"].items() if dry_run]
    done = ("试运行,未保存", "A dry run: nothing was stored") if dry_run else ("已处理", "Done")
    lines.append(f"{done[0]}:{len(answer['returns'])} 份月报。 {done[1]}: {len(answer['returns'])} returns.")
    return "\n".join(lines)


def _place(said: dict[str, Any]) -> str:
    sheet, row, column = (said[name] or "" for name in ("sheet", "row", "column"))
    return f"{sheet}{'!' if sheet and row else ''}{column}{row}"
