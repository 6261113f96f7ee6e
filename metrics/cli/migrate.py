"""`biaochi migrate`: bring the database to the present schema, with the application role and its rights."""

from __future__ import annotations

from typing import Annotated

import typer
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from metrics.cli.connection import OpenedDatabase, opened_database
from metrics.database import make_engine
from metrics.errors import Message, Unavailable
from metrics.migrating import ensure_role, migrate


def bring_up_to_date(opened: OpenedDatabase, *, revision: str = "head") -> None:
    """Migrate as the owner; where the service connects with another role, create it and grant it its rights.

    Raises Unavailable if the application's address names no role, or if the owner's may not change the schema.
    """
    role = make_url(opened.application).username
    if role is None:
        raise Unavailable(
            code="role_missing",
            message=Message(
                "BIAOCHI_DATABASE_URL 中没有用户名。", "BIAOCHI_DATABASE_URL names no user to connect with."
            ),
        )
    owner = make_engine(opened.owner, pool_size=1)
    try:
        if opened.owner != opened.application:
            with owner.begin() as connection:
                ensure_role(connection, url=opened.application)
        migrate(owner, revision=revision, application_role=role)
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise Unavailable(
            code="schema_not_ours",
            message=Message(
                "数据库结构需要升级,而当前角色无权修改:请用 BIAOCHI_MIGRATION_URL 执行 biaochi migrate。",
                "The schema must be brought up to date and this role may not change it: run biaochi migrate with "
                f"BIAOCHI_MIGRATION_URL. ({str(error.orig).strip()})",
            ),
        ) from error
    finally:
        owner.dispose()


def migrate_command(
    revision: Annotated[str, typer.Option(help="目标版本 / the migration to stop at")] = "head",
) -> None:
    """升级数据库结构 / Bring the database to the present schema.

    以 BIAOCHI_MIGRATION_URL(未设置时用 BIAOCHI_DATABASE_URL)连接,创建应用角色并授予其所需权限。
    Connects with BIAOCHI_MIGRATION_URL (BIAOCHI_DATABASE_URL when that is unset), creates the application's role
    if the server does not know it and grants it what it needs.
    """
    with opened_database(current_schema=False) as opened:
        bring_up_to_date(opened, revision=revision)
    typer.echo(f"数据库结构已就绪({revision}) / The database's schema is in place ({revision}).")
