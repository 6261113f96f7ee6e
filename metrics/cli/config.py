"""`biaochi config`: the settings in force, and where each comes from."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from metrics.settings import Settings


def config_command(
    as_json: Annotated[bool, typer.Option("--json", help="供程序读取 / for programs")] = False,
) -> None:
    """显示生效的设置 / Show the settings in force: each value, and whether the environment or the program says so.

    口令和密钥只说是否设置,不显示。不打开数据库。有错的设置全部列出,退出码 2。
    Of secrets it is only said that they are set. Opens no database. Wrong settings are listed, all of them, with exit
    code 2.
    """
    from metrics.settings import settings
    from metrics.settings_faults import unknown_settings
    from metrics.settings_in_force import SettingSource, settings_in_force

    configured = settings()
    found = settings_in_force(configured)
    home = _home(configured)
    if as_json:
        unknown = [{"name": one.name, "nearest": one.nearest} for one in unknown_settings(os.environ)]
        listed = [
            {"name": one.name, "value": one.value, "source": one.source.value, "secret": one.secret} for one in found
        ]
        typer.echo(json.dumps({"home": home, "settings": listed, "unknown": unknown}, ensure_ascii=False, indent=1))
        return
    words = {SettingSource.ENVIRONMENT: "环境变量 environment", SettingSource.DEFAULT: "默认 default"}
    width = max(len(one.name) for one in found)
    for one in found:
        typer.echo(f"{one.name:{width}}  {words[one.source]}  {'–' if one.value is None else one.value}")
    typer.echo(f"数据目录 home: {home['path']}")
    if not home["embedded"]:
        typer.echo("数据库为 BIAOCHI_DATABASE_URL 所指 / The database is the one that BIAOCHI_DATABASE_URL names.")
    elif home["made"]:
        typer.echo("其中已有内置数据库 / The embedded database is in it.")
    else:
        typer.echo("其中还没有内置数据库 / There is no embedded database in it yet.")


def _home(configured: Settings) -> dict[str, str | bool]:
    """Where the home is; whether the database is the embedded one, and whether that is made."""
    from metrics.server.home import has_cluster

    home = configured.home.resolve()
    return {"path": str(home), "embedded": configured.database_url is None, "made": has_cluster(home)}
