"""Making a backup: one snapshot of the database as an archive, the keys as another one in another folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from alembic.migration import MigrationContext
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from metrics.authority import SYSTEM
from metrics.backups.archive import AT_ONCE, ArchiveWriter, opened_archive
from metrics.backups.folder import Retention, folder_held, not_read_back, path_of, remove_old, written_whole
from metrics.backups.key_files import write_keys
from metrics.backups.manifest import ArchiveKind, Manifest
from metrics.backups.tables import DataTable, data_tables, sequences
from metrics.database import ReadSession, Sessions
from metrics.driver import driver_cursor
from metrics.errors import BiaochiError, Invalid, Message, NotFound, Unavailable
from metrics.ledger.tiles import stored_size, stored_tree
from metrics.models.grants import OPEN_SCHEMA
from metrics.server.open_reader import OPEN_READERS

# Of all rows or of none: where row security would leave some out, the database refuses.
_WHOLE = "set local row_security = off; set local statement_timeout = 0; set local datestyle = iso"
_KEY = text("select verifier_key from ledger_keys order by since desc limit 1")
_SCHEMA = text("select to_regclass('ledger_keys') is not null")


@dataclass(frozen=True, slots=True)
class BackupMade:
    """`keys`: where the keys were saved, None where nobody said. `removed`: how many older archives went."""

    path: Path
    size: int
    manifest: Manifest
    keys: Path | None
    removed: int


def back_up(
    owner: Engine, *, role: str, folder: Path, keys_to: Path | None, keep: Retention, beside: bool = False
) -> BackupMade:
    """Write the database into a new archive in `folder` and the keys into one in `keys_to`, and read both back.

    `owner` connects as the owner of the tables; `role` is the service's. The service may go on: what is written is one
    state of the database. Afterwards older archives go as `keep` says, in both folders. Raises Invalid if `keys_to` is
    the same folder, or within it, unless `beside`; Unavailable if something cannot be read or written; Conflict if
    another backup is under way. Where keys alone could not be saved that is said; the archive of data stays.
    """
    folder, keys_to = folder.resolve(), None if keys_to is None else keys_to.resolve()
    if keys_to is not None and keys_to.is_relative_to(folder) and not beside:
        raise Invalid("keys_beside_data", _BESIDE)
    at = datetime.now(UTC).replace(microsecond=0)
    with folder_held(folder):
        with written_whole(folder, ArchiveKind.DATA, at=at) as (file, unfinished):
            with ArchiveWriter(file) as archive:
                manifest = _write_data(owner, archive, role=role, at=at)
            _read_back(unfinished)
        path = path_of(folder, ArchiveKind.DATA, at=at)
        with _data_saved(path):
            saved = None if keys_to is None else _save_keys(keys_to, at=at, key=manifest.key, held=keys_to != folder)
        removed = len(remove_old(folder, ArchiveKind.DATA, keep=keep))
        if keys_to is not None:
            remove_old(keys_to, ArchiveKind.KEYS, keep=keep)
    return BackupMade(path, path.stat().st_size, manifest, saved, removed)


def _write_data(owner: Engine, archive: ArchiveWriter, *, role: str, at: datetime) -> Manifest:
    with _read_whole(), Sessions(owner).read(SYSTEM) as session:
        connection = session.connection()
        connection.exec_driver_sql(_WHOLE)
        if not connection.scalar(_SCHEMA):
            raise Unavailable("nothing_to_back_up", _NOTHING)
        for table in data_tables(connection):
            _write_table(session, archive, table)
        entries = stored_size(session)
        readers = connection.scalars(OPEN_READERS, {"schema": OPEN_SCHEMA, "service": role}).all()
        manifest = Manifest(
            ArchiveKind.DATA,
            at,
            version("biaochi"),
            tuple(archive.parts),
            migration=MigrationContext.configure(connection).get_current_revision() or "",
            server=str(connection.scalar(text("select current_setting('server_version')"))),
            entries=entries,
            root=stored_tree(session, size=entries).root().hex(),
            key=connection.scalar(_KEY) or "",
            sequences=sequences(connection),
            readers=tuple(sorted(readers)),
        )
    archive.finish(manifest)
    return manifest


def _write_table(session: ReadSession, archive: ArchiveWriter, table: DataTable) -> None:
    """One table as CSV with a heading. A query, since TimescaleDB's tables give no rows otherwise."""
    statement = f"copy (select {table.listed} from {table.quoted}) to stdout (format csv, header)"  # noqa: S608  ours
    with archive.part(f"tables/{table.name}.csv", table=table.name) as part, driver_cursor(session) as cursor:
        kept = bytearray()
        with cursor.copy(statement.encode()) as copy:
            for row in copy:
                kept += row
                if len(kept) >= AT_ONCE:
                    part.write(bytes(kept))
                    kept.clear()
        part.write(bytes(kept))
        part.rows = cursor.rowcount


def _save_keys(folder: Path, *, at: datetime, key: str, held: bool) -> Path:
    with _held(folder, hold=held), written_whole(folder, ArchiveKind.KEYS, at=at) as (file, unfinished):
        with ArchiveWriter(file) as archive:
            write_keys(archive, at=at, key=key)
        _read_back(unfinished)
    return path_of(folder, ArchiveKind.KEYS, at=at)


@contextmanager
def _held(folder: Path, *, hold: bool) -> Iterator[None]:
    """Hold `folder`, unless it is held already."""
    if not hold:
        yield
        return
    with folder_held(folder):
        yield


def _read_back(path: Path) -> None:
    """Raises Unavailable if what was written is not what is read."""
    try:
        with opened_archive(path):
            pass
    except (Invalid, NotFound, OSError) as error:
        raise not_read_back(path.parent) from error


@contextmanager
def _data_saved(path: Path) -> Iterator[None]:
    """What is refused while the block lasts is refused after the data were saved, and says so."""
    try:
        yield
    except BiaochiError as refused:
        said = refused.message
        refused.message = Message(f"数据已备份为 {path};{said.zh}", f"The data are backed up as {path}. {said.en}")
        raise


@contextmanager
def _read_whole() -> Iterator[None]:
    """Say in a sentence that the role may not read everything. Raises Unavailable."""
    try:
        yield
    except DBAPIError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise Unavailable("backup_not_allowed", _NOT_ALLOWED) from error


_BESIDE = Message(
    "密钥不应与数据放在一起:请为 --keys-to 另选一个文件夹,最好在另一台机器或可取下的介质上;"
    "确要放在一起的,加 --keys-beside-data。",
    "Keys do not belong beside the data: choose another folder for --keys-to, best on another machine or on a medium "
    "that is taken out; to put them there all the same, add --keys-beside-data.",
)
_NOTHING = Message("数据库中还没有任何表,无可备份。", "The database has no tables yet; there is nothing to back up.")
_NOT_ALLOWED = Message(
    "当前角色无权读取全部数据:请在 BIAOCHI_MIGRATION_URL 中给出表的所有者。",
    "This role may not read all of the data: name the tables' owner in BIAOCHI_MIGRATION_URL.",
)
