"""`biaochi bulletin PERIOD`: drafts, issues or writes out the bulletin of a month."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrics.cli.connection import opened_database
from metrics.cli.refusals import written_whole


def bulletin_command(
    period: Annotated[str, typer.Argument(metavar="PERIOD", help="报告期 / YYYY-MM")],
    username: Annotated[
        str, typer.Option("--as", metavar="USERNAME", help="以哪个账号起草或签发 / who writes it")
    ] = "",
    issue: Annotated[bool, typer.Option("--issue", help="签发,随即冻结 / issue and freeze it")] = False,
    verified: Annotated[bool, typer.Option("--verified", help="口径:仅已审核 / verified submissions only")] = False,
    reason: Annotated[str, typer.Option(help="重新印发的理由 / why it is issued anew")] = "",
    folder: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="把最新一版的各文件写入文件夹 / write the newest version's files"),
    ] = None,
) -> None:
    """起草、签发或导出一期通报 / Draft, issue or write out a month's bulletin. Without --as: the newest version."""
    from metrics.commands.write_bulletin import draft_bulletin, issue_bulletin
    from metrics.database import write_session
    from metrics.errors import BadRequest
    from metrics.periods import parse_period, period_problem
    from metrics.queries.bulletins import bulletin_bytes, bulletin_month
    from metrics.queries.principals import principal_by_username
    from metrics.results import Basis
    from metrics.usernames import plain_username

    month = parse_period(period)
    if month is None:
        problem = period_problem(period)
        raise BadRequest(problem.code, problem.message, [problem])
    with opened_database(), write_session() as session:
        if username:
            principal = principal_by_username(session, plain_username(username))
            basis = Basis.VERIFIED if verified else Basis.SUBMITTED
            done = draft_bulletin(session, month, principal=principal, basis=basis)
            typer.echo(
                f"草稿:第 {done.draft.version} 版,据第 {done.draft.release} 号发布。 "
                f"Draft of version {done.draft.version}, from release {done.draft.release}."
            )
            if issue:
                issue_bulletin(session, month, principal=principal, reason=reason, if_match=done.draft.etag)
        if issue or folder is not None or not username:
            newest = bulletin_month(session, month).version(None)
            for file in newest.files:
                typer.echo(f"{file.sha256.hex()}  {file.name}")
                if folder is not None:
                    folder.mkdir(parents=True, exist_ok=True)
                    name = f"bulletin-{period}-v{newest.version}-{file.name}"
                    with written_whole(folder / name) as target:
                        target.write(bulletin_bytes(session, newest, file.name))
            typer.echo(
                f"已签发:{period} 第 {newest.version} 版,账本第 {newest.seq} 条。 "
                f"Issued: {period}, version {newest.version}, entry {newest.seq} of the ledger."
            )
