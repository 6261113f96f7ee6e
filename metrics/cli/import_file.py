"""`biaochi import FILE`: posts a file of submissions, with the answers of `POST /submissions/files`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def import_command(
    path: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV, .xlsx")],
    username: Annotated[str, typer.Option("--as", metavar="USERNAME", help="以哪个账号报送 / the account that posts")],
    reason: Annotated[str, typer.Option(help="更正原因 / why submissions that are there already are revised")] = "",
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
    reading: Annotated[
        str, typer.Option(metavar="DIGEST", help="已核对的读取结果,试运行会给出 / the reading that was looked over")
    ] = "",
    answer: Annotated[
        list[str] | None,
        typer.Option(metavar="ID=CHOICE", help="对文件中问题的回答 / the answer to a question about the file"),
    ] = None,
    bulk: Annotated[
        bool,
        typer.Option("--bulk", help="导入往年数据:整齐的长 CSV / load history: a long tidy CSV"),
    ] = False,
    received_at: Annotated[
        str,
        typer.Option(metavar="MOMENT", help="与 --bulk 同用:首次报送时间 / with --bulk: when it was first received"),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只校验,不写入 / check only, store nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出与接口相同的 JSON / print the API's JSON")] = False,
) -> None:
    """报送文件 / Post a CSV file or a workbook with one or many submissions: all of them or none.

    自动生成的 CSV 和填报模板直接入库;其他版式先列出读取结果,在终端上确认,或用 --reading 确认。
    A machine's CSV and the template are stored as they are; of any other layout the reading is shown first, and
    confirmed on the terminal or by --reading.
    往年数据用 --bulk 导入;中断后再次执行同一命令即接着导入。
    History is loaded with --bulk; where that broke off, the same command goes on.
    """
    if bulk:
        if any((reason, note, acknowledged, version, key, reading, answer)):
            raise typer.BadParameter("只与 --as、--received-at、--dry-run、--json 同用 / goes with those only")
        from metrics.cli.import_history import import_history

        import_history(path, username=username, received=received_at, dry_run=dry_run, as_json=as_json)
        return
    if received_at:
        raise typer.BadParameter("--bulk", param_hint="--received-at")
    from metrics.cli.posting import send_file
    from metrics.commands.posted_file import FileRequest

    request = FileRequest(
        reason=reason,
        note=note,
        acknowledged=_pairs(acknowledged, "--acknowledged"),
        versions=_pairs(version, "--version"),
        reading=reading,
        answers=_pairs(answer, "--answer"),
    )
    send_file(path, request, username=username, key=key, dry_run=dry_run, as_json=as_json)


def _pairs(given: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"{text!r}: NAME=VALUE", param_hint=option)
        pairs[name] = value
    return pairs
