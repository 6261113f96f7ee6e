"""Reading a backup back into an empty database: in one transaction, so that there is all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
from alembic import command
from alembic.migration import MigrationContext
from alembic.util import CommandError
from psycopg.errors import DiskFull, InsufficientPrivilege
from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from metrics.authority import SAY, SYSTEM
from metrics.backups.archive import Archive
from metrics.backups.manifest import ArchiveKind, ArchivePart, Manifest
from metrics.backups.tables import DataTable, data_tables, set_sequences
from metrics.database import WriteSession
from metrics.database_faults import database_fault
from metrics.disk_room import lacks_room
from metrics.errors import Conflict, Invalid, Message, Problem, Unavailable
from metrics.guards.whole_check import ledger_problems
from metrics.ledger.tiles import stored_size, stored_tree
from metrics.models.base import AUDIT, HELD, KEPT_FOR_OTHERS, MADE_ANEW
from metrics.second_factor import unseal
from metrics.server.migration import alembic_config, ensure_role, grant, migrations
from metrics.settings import settings

MOST_NAMED = 20
_ANY = "select exists (select from {})"
_ENDED = ("sessions", "sign_in_steps")  # whoever signed out since would be signed in again
_SEALED = text("select user_id, sealed from second_factors order by user_id limit 1")
Told = Callable[[Message], None]


def require_restorable(archive: Archive) -> None:
    """Raises Invalid unless it is an archive of data, of this version or an earlier one."""
    manifest = archive.manifest
    if manifest.kind is not ArchiveKind.DATA:
        said = Message(
            "这是密钥的备份,不是数据的备份;请用 --keys 给出它。",
            "This is an archive of keys, not of data: name it with --keys.",
        )
        raise Invalid("archive_of_keys", said)
    try:
        migrations().get_revision(manifest.migration)
    except CommandError as error:
        raise Invalid("archive_newer", _newer(manifest)) from error


def restore(
    owner: Engine,
    archive: Archive,
    *,
    application: URL,
    accept: bool,
    without_keys: bool,
    tell: Told,
    progress: Callable[[int], None] | None,
    commits: Callable[[], None] = lambda: None,
) -> list[Problem]:
    """Fill the empty database behind `owner` from `archive`, bring it to the present schema, look through its ledger.

    All in one transaction: whatever is raised before `commits` was called leaves the database as empty as it was; after
    that only a connection that broke does, and leaves open which. The role of `application`, the
    service's, is made if the server does not know it, and gets its rights. Sessions of people are left out: everybody
    signs in again. Returns what the check of the ledger found, for which Conflict is raised unless `accept`. Raises
    Conflict if the database is not empty or the counts differ, Invalid for an archive of a newer version, Unavailable
    if the disk is full, the role may not make tables, or, unless `without_keys`, the key of second factors is another.
    """
    with told_in_a_sentence(), owner.begin() as connection:
        connection.execute(text(SAY), SYSTEM.said)
        connection.exec_driver_sql("set local statement_timeout = 0; set local datestyle = iso")
        require_restorable(archive)
        require_empty(connection)
        tell(Message("建立数据库结构……", "Making the schema …"))
        _make_schema(connection, archive.manifest.migration)
        tell(Message("读回数据……", "Reading the data back …"))
        _load(connection, archive)
        _compare_counts(connection, archive.manifest)
        command.upgrade(alembic_config(connection), "head")
        end_sessions(connection)
        if owner.url.username != application.username:
            ensure_role(connection, url=application.render_as_string(hide_password=False))
        grant(connection, role=application.username or "")
        if not without_keys:
            _require_second_factor_key(connection)
        tell(Message("核查账本……", "Looking through the ledger …"))
        connection.exec_driver_sql("analyze")
        with WriteSession(connection, join_transaction_mode="create_savepoint") as session:
            problems = ledger_problems(session, progress=progress)
        if problems and not accept:
            raise Conflict("backup_wrong", wrong_ledger(len(problems)), problems=problems[:MOST_NAMED])
        commits()
    return problems


def end_sessions(connection: Connection) -> None:
    """Have everybody sign in again. To be called by the owner, as the program."""
    for table in _ENDED:
        connection.exec_driver_sql(f'delete from "{table}"')  # noqa: S608  names of this file


def require_empty(connection: Connection) -> None:
    """Raises Conflict naming what is there, unless the database has no tables of ours or nothing in them.

    What the program makes by itself, at a migration or beside its work, is nothing.
    """
    own = {*MADE_ANEW, *KEPT_FOR_OTHERS, *HELD, *AUDIT}
    filled = [
        table.name
        for table in data_tables(connection)
        if table.name not in own and connection.scalar(text(_ANY.format(table.quoted)))
    ]
    if filled:
        named = ", ".join(filled[:5]) + (" …" if len(filled) > 5 else "")
        raise Conflict(
            "database_not_empty",
            Message(
                f"数据库不是空的({named})。恢复只写入空的数据库:请换一个 BIAOCHI_HOME,或另建一个数据库;原有数据未动。",
                f"The database is not empty ({named}). A backup is restored into an empty one: choose another "
                "BIAOCHI_HOME, or make another database. What is there was left alone.",
            ),
        )


def _make_schema(connection: Connection, revision: str) -> None:
    """The tables as they were when the backup was made, with nothing in them."""
    config = alembic_config(connection)
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None:
        command.downgrade(config, "base")
    command.upgrade(config, revision)
    tables = ", ".join(table.quoted for table in data_tables(connection) if table.name in HELD)
    if tables:
        connection.exec_driver_sql(f"truncate {tables}")


def _load(connection: Connection, archive: Archive) -> None:
    parts = {part.table: part for part in archive.manifest.parts if part.table}
    for table in data_tables(connection):
        part = parts.pop(table.name, None)
        if part is not None and part.rows:
            _load_table(connection, archive, table, part)
    if parts:
        raise Invalid("archive_unknown", _other_tables(parts))
    connection.exec_driver_sql("set constraints all immediate")
    set_sequences(connection, archive.manifest.sequences or {})


def _load_table(connection: Connection, archive: Archive, table: DataTable, part: ArchivePart) -> None:
    """The heading is compared with the table's columns by the database."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101  the one driver there is
    statement = f"copy {table.quoted} ({table.listed}) from stdin (format csv, header match)"
    with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for content in archive.read(part):
            copy.write(content)


def _compare_counts(connection: Connection, manifest: Manifest) -> None:
    """Raises Conflict naming each table that has another number of rows, and the ledger if it has another head."""
    problems = []
    quoted = {table.name: table.quoted for table in data_tables(connection)}
    for name, rows in manifest.rows.items():
        there = connection.scalar(text(f"select count(*) from {quoted[name]}")) or 0  # noqa: S608  names of the catalog
        if there != rows:
            said = Message(f"应有 {rows} 行,现有 {there} 行。", f"Should have {rows} rows, has {there}.")
            problems.append(Problem("rows_differ", said, pointer=name))
    with WriteSession(connection, join_transaction_mode="create_savepoint") as session:
        size = stored_size(session)
        root = stored_tree(session, size=size).root().hex()
    if (size, root) != (manifest.entries, manifest.root):
        said = Message("账本的头与备份所记不同。", "The ledger's head is not the one that the backup names.")
        problems.append(Problem("head_differs", said, pointer="ledger_entries"))
    if problems:
        said = Message("读回的数据与备份不符。", "What was read back is not what the backup says.")
        raise Conflict("backup_differs", said, problems=problems)


def _require_second_factor_key(connection: Connection) -> None:
    """Raises Unavailable if the first secret there is does not open."""
    row = connection.execute(_SEALED).one_or_none()
    if row is not None:
        unseal(row.sealed, user_id=row.user_id)


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """What the server refuses is raised in words, where the operator can do something about it."""
    try:
        yield
    except (DBAPIError, psycopg.Error) as error:
        refused = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(refused, DiskFull):
            raise Unavailable("disk_full", _FULL) from error
        if isinstance(refused, InsufficientPrivilege):
            raise Unavailable("restore_not_allowed", _NOT_OWNER) from error
        if isinstance(refused, psycopg.errors.DataError | psycopg.errors.IntegrityError):
            raise Invalid("archive_unknown", _UNFIT) from error
        fault, configured = database_fault(error), settings()
        away = fault is not None and fault.code == "database_away"
        if away and configured.database_url is None and lacks_room(configured.home):
            raise Unavailable("disk_full", _ENDED_ON_A_FULL_DISK) from error
        raise


def _newer(manifest: Manifest) -> Message:
    return Message(
        f"备份由较新的版本所写(标尺 {manifest.program},迁移 {manifest.migration}):请先安装该版本或更新的版本,再恢复。",
        f"The archive was written by a newer version (Biaochi {manifest.program}, migration {manifest.migration}): "
        "install that version or a later one, then restore.",
    )


def _other_tables(parts: Sequence[str] | dict[str, ArchivePart]) -> Message:
    named = ", ".join(sorted(parts))
    return Message(f"备份含有本版本没有的表:{named}。", f"The archive has tables that this version has not: {named}.")


def wrong_ledger(count: int) -> Message:
    """That the ledger was wrong already when the backup was made."""
    return Message(
        f"备份中的账本有 {count} 处不符:备份之前就已被改动。请改用更早的备份;确要恢复的,加 --accept-findings。",
        f"The ledger in this backup is wrong in {count} places: it was changed before the backup. Use an earlier one; "
        "to restore it all the same, add --accept-findings.",
    )


_FULL = Message(
    "数据库所在的磁盘已满。请腾出空间后重试。", "The disk of the database is full. Make room and try again."
)
_ENDED_ON_A_FULL_DISK = Message(
    "数据库中途停止,其所在的磁盘已几乎没有空间。请腾出空间后重试。",
    "The database ended half-way, and its disk has hardly any room. Make room and try again.",
)
_NOT_OWNER = Message(
    "当前角色不能在数据库中建表:请在 BIAOCHI_MIGRATION_URL 中给出数据库的所有者。",
    "This role may not make tables in the database: name the database's owner in BIAOCHI_MIGRATION_URL.",
)
_UNFIT = Message("备份的内容与其结构不符。", "What the archive holds does not fit its schema.")
