"""`biaochi doctor`: whether this installation is set up as safely as it can be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.cli.connection import opened_database

if TYPE_CHECKING:
    from metrics.doctor.line import DoctorLine


def doctor_command(
    url: Annotated[
        str,
        typer.Option(help="对外的 https 地址,默认 BIAOCHI_PUBLIC_URL / the public address to ask as a browser would"),
    ] = "",
) -> None:
    """检查安装 / Check this installation: TLS, proxies, cookies, database, rights, accounts, keys, clock, backups.

    每行 正常/注意/不妥 与做法;退出码 0:没有不妥,1:有不妥。以服务的用户和同样的环境变量执行。
    One line each, OK, WARN or BAD, with what to do. Exit code 0: nothing is BAD, 1: something is.
    Run it as the service's user, with the service's environment.
    """
    from metrics.doctor.front_lines import front_lines
    from metrics.doctor.line import Grade, worst
    from metrics.doctor.settings_lines import is_over_https
    from metrics.settings import settings

    configured = settings()
    asked = url or (configured.public_url if is_over_https(configured) else "")
    lines = (*_looked_at(), *(front_lines(asked) if asked else ()))
    for line in lines:
        _print(line)
    counts = {grade: sum(line.grade is grade for line in lines) for grade in Grade}
    typer.echo(
        f"正常 {counts[Grade.OK]},注意 {counts[Grade.WARN]},不妥 {counts[Grade.BAD]}。 "
        f"OK {counts[Grade.OK]}, WARN {counts[Grade.WARN]}, BAD {counts[Grade.BAD]}."
    )
    if worst(lines) is Grade.BAD:
        raise typer.Exit(1)


def _looked_at() -> tuple[DoctorLine, ...]:
    from metrics.database import read_session
    from metrics.doctor.examination import before_the_database, of_the_database, without_the_database
    from metrics.errors import Unavailable
    from metrics.settings import settings

    first = before_the_database(settings(), now=datetime.now(UTC))
    try:
        with opened_database(current_schema=False), read_session() as session:
            return (*first, *of_the_database(session, settings(), now=datetime.now(UTC)))
    except Unavailable as refused:
        return (*first, without_the_database(refused))


def _print(line: DoctorLine) -> None:
    word = line.grade.word
    typer.echo(f"{word.zh} {word.en:4}  {line.name:16}  {line.found.zh} {line.found.en}")
    if line.advice is not None:
        typer.echo(f"{'':28}→ {line.advice.zh} {line.advice.en}")
