"""`biaochi migrate`: bring the database to the present schema, with the application role and its rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from metrics.cli.connection import OpenedDatabase, opened_database
from metrics.errors import Message, Unavailable

if TYPE_CHECKING:
    from sqlalchemy.exc import ProgrammingError

_PATIENCE = 60  # seconds for a connection: a database that was just started, on a busy disk, takes its time


def bring_up_to_date(opened: OpenedDatabase, *, revision: str = "head") -> None:
    """Migrate as the owner; where the service connects with another role, create it and grant it its rights.

    Raises Unavailable if the application's address names no role, if the owner's may not change the schema, or if the
    schema is not the one that the database says it has.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ProgrammingError

    from metrics.database import make_engine
    from metrics.server.migration import ensure_role, migrate

    role = make_url(opened.application).username
    if role is None:
        raise Unavailable(
            code="role_missing",
            message=Message(
                "BIAOCHI_DATABASE_URL 中没有用户名。", "BIAOCHI_DATABASE_URL names no user to connect with."
            ),
        )
    owner = make_engine(opened.owner, pool_size=1, patience=_PATIENCE)
    try:
        if opened.owner != opened.application:
            with owner.begin() as connection:
                ensure_role(connection, url=opened.application)
        migrate(owner, revision=revision, application_role=role)
    except ProgrammingError as error:
        if (refusal := _refusal(error)) is None:
            raise
        raise refusal from error
    finally:
        owner.dispose()


def _refusal(error: ProgrammingError) -> Unavailable | None:
    """What the database would not do, in words; None if that is a defect of ours."""
    from psycopg import errors

    said = str(error.orig).strip().partition("\n")[0]
    # A schema that the role may not use is to PostgreSQL none to make anything in.
    if isinstance(error.orig, errors.InsufficientPrivilege | errors.InvalidSchemaName):
        message = Message(
            "数据库结构需要升级,而当前角色无权修改:请用 BIAOCHI_MIGRATION_URL 执行 biaochi migrate。",
            "The schema must be brought up to date and this role may not change it: run biaochi migrate with "
            f"BIAOCHI_MIGRATION_URL. ({said})",
        )
        return Unavailable("schema_not_ours", message)
    unlike = (
        *(errors.DuplicateTable, errors.DuplicateColumn, errors.DuplicateObject, errors.DuplicateFunction),
        *(errors.DuplicateSchema, errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedObject),
    )
    if not isinstance(error.orig, unlike):
        return None
    message = Message(
        "数据库结构不是 alembic_version 所写的那一版,未作任何改动:那里的版本号或结构被人改过。"
        f"先执行 biaochi ledger check 查明,以所有者改回。({said})",
        "The schema is not the one that alembic_version says, and nothing was changed: the number there or the schema "
        f"was changed by hand. Run biaochi ledger check, and put it back as the owner. ({said})",
    )
    return Unavailable("schema_unlike", message)


def migrate_command(
    revision: Annotated[str, typer.Option(help="目标版本 / the migration to stop at")] = "head",
    lose_data: Annotated[
        bool, typer.Option("--lose-data", help="退回较早版本时丢弃其容纳不下的数据 / go back even where data is lost")
    ] = False,
) -> None:
    """升级数据库结构 / Bring the database to the present schema.

    以 BIAOCHI_MIGRATION_URL(未设置时用 BIAOCHI_DATABASE_URL)连接,创建应用角色并授予其所需权限。
    Connects with BIAOCHI_MIGRATION_URL (BIAOCHI_DATABASE_URL when that is unset), creates the application's role
    if the server does not know it and grants it what it needs.

    目标版本较现有版本早的,退回该版本;其中容纳不下的数据须加 --lose-data 才会丢弃。
    Where the migration is earlier than the database, goes back to it; data that has no place there is lost only with
    --lose-data.
    """
    _announce_a_new_one()
    with opened_database(current_schema=False, new=True) as opened:
        if not _gone_back(opened, revision, lose_data=lose_data):
            bring_up_to_date(opened, revision=revision)
    typer.echo(f"数据库结构已就绪({revision}) / The database's schema is in place ({revision}).")


def _announce_a_new_one() -> None:
    """Say so before an embedded database is made: whoever expected one there named another place."""
    from metrics.server.home import has_cluster
    from metrics.settings import settings

    if settings().database_url is None and not has_cluster(settings().home):
        typer.echo(f"新建内置数据库:{settings().home.resolve()}  Making a new embedded database there …", err=True)


def _gone_back(opened: OpenedDatabase, revision: str, *, lose_data: bool) -> bool:
    """True if the database stood beyond `revision` and was taken back to it."""
    from metrics.database import make_engine
    from metrics.server.downgrading import downgrade, is_beyond

    owner = make_engine(opened.owner, pool_size=1, patience=_PATIENCE)
    try:
        with owner.connect() as connection:
            beyond = is_beyond(connection, revision)
        if beyond:
            downgrade(owner, revision=revision, lose_data=lose_data)
    finally:
        owner.dispose()
    return beyond
