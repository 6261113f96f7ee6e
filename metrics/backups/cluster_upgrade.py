"""The embedded server's cluster is brought to the programs' major version, by PostgreSQL's own `pg_upgrade`.

It works on a copy: whatever happens, the cluster that is there stays as it is until the new one is whole and has the
same rows; then they change places, and the old one is kept beside it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, text

from metrics.authority import SAY, SYSTEM
from metrics.backups.base_files import on_the_disk
from metrics.backups.tables import data_tables
from metrics.database import WriteSession, make_engine
from metrics.disk_room import disk_room
from metrics.errors import Conflict, Invalid, Message, Unavailable
from metrics.ledger.tiles import stored_size, stored_tree
from metrics.server.archive_owner import keep_name
from metrics.server.cluster import OWNER, initialise
from metrics.server.embedded import APPLICATION, DATABASE
from metrics.server.home import (
    cluster_of,
    exclusively,
    finish_upgrade,
    known_secrets,
    postmaster,
    refuse_odd_name,
    upgraded_cluster,
    users_lock,
    written_by,
)
from metrics.server.migration import take_from_everybody
from metrics.server.programs import (
    EmbeddedServerRefused,
    give,
    major_version,
    prepare_system_user,
    program_path,
    run_program,
)

_WORK = "upgrade."
_MARGIN = 256 * 1024**2  # bytes beside the copy: WAL and the new version's catalogs
_OF_A_SERVER = ("postmaster.pid", "postmaster.opts")
_ENDING = 10.0  # seconds for a server of an upgrade that was killed
_FAILED = re.compile(r"ERROR|FATAL|PANIC|fatal|could not|[Yy]our installation contains")
_MOST_SAID = 5
# Rights that were taken from everybody in the catalog would be dumped with it, and a later version may not have that
# function any more. They are given back in the copy, and taken again in the new cluster.
_TAKEN = text(
    "select oid::regprocedure::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace and proacl is not null"
    " and not exists (select from pg_init_privs where classoid = 'pg_proc'::regclass and objoid = pg_proc.oid)"
)
Told = Callable[[Message], None]


@dataclass(frozen=True, slots=True)
class ClusterUpgraded:
    """From which version to which, the rows and entries that are as before, and where the old cluster lies."""

    before: int
    after: int
    rows: int
    entries: int
    kept: Path


@dataclass(frozen=True, slots=True)
class _Held:
    """What a cluster holds: the rows of each table, entries of the ledger and its root."""

    rows: Mapping[str, int]
    entries: int
    root: str


def upgrade_cluster(home: Path, *, old: Path, tell: Told) -> ClusterUpgraded:
    """Bring the cluster in `home` from the version of the programs in the folder `old` to that of the server's own.

    Raises Conflict if the database is in use or something in the way, Invalid if `old` did not write it, Unavailable
    if there is no room, EmbeddedServerRefused with what PostgreSQL said if it fails. Then the cluster is as it was.
    """
    home = home.resolve()
    refuse_odd_name(home)
    with users_lock(home) as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("database_in_use", _IN_USE) from error
        with exclusively(home / "start.lock"):
            finish_upgrade(home)
            return _upgraded(home, old.resolve(), tell)


def _upgraded(home: Path, old: Path, tell: Told) -> ClusterUpgraded:
    cluster = cluster_of(home)
    before, after = written_by(cluster), major_version()
    kept = home / f"{cluster.name}-{before}"
    _require(cluster, old=old, kept=kept, before=before, after=after)
    for left in home.glob(f"{_WORK}*"):
        _remove(left)
    _require_room(home, cluster)
    prepare_system_user(home)
    work = home / f"{_WORK}{secrets.token_hex(4)}"
    try:
        held = _made(home, work, old=old, tell=tell)
        on_the_disk(work)
        (work / "after").rename(upgraded_cluster(home))
        cluster.rename(kept)
        upgraded_cluster(home).rename(cluster)
        on_the_disk(home)
    finally:
        _remove(work)
    return ClusterUpgraded(before, after, sum(held.rows.values()), held.entries, kept)


def _require(cluster: Path, *, old: Path, kept: Path, before: int, after: int) -> None:
    if before == after:
        raise Conflict("nothing_to_upgrade", _nothing(after))
    if before > after or major_version(old) != before:
        theirs = after if before > after else major_version(old)
        raise Invalid("other_programs", _others(before, theirs))
    if kept.exists():
        raise Conflict("cluster_kept", _kept_before(kept))
    if postmaster(cluster) is not None:
        raise Conflict("database_in_use", _IN_USE)
    for name in ("pg_upgrade", "initdb", "pg_dump", "pg_dumpall", "pg_restore", "psql", "vacuumdb"):
        program_path(name)
    for name in ("postgres", "pg_ctl", "pg_controldata", "pg_resetwal"):
        program_path(name, folder=old)


def _require_room(home: Path, cluster: Path) -> None:
    needed = sum(path.stat().st_size for path in cluster.rglob("*") if path.is_file()) + _MARGIN
    room = disk_room(home)
    if room is not None and room.free < needed:
        raise Unavailable("disk_full", _no_room(needed, room.free))


def _made(home: Path, work: Path, *, old: Path, tell: Told) -> _Held:
    """The new cluster in `work`/after, of a copy in `work`/before; what both hold."""
    copy, made = work / "before", work / "after"
    work.mkdir(mode=0o700)
    give(work)
    tell(Message("复制数据……", "Copying the data …"))
    shutil.copytree(cluster_of(home), copy, symlinks=True, ignore=shutil.ignore_patterns(*_OF_A_SERVER))
    for path in (copy, *copy.rglob("*")):
        give(path)
    with _socket() as socket:
        tell(Message("启动旧版本,清点各表……", "Starting the old version and counting its rows …"))
        with _running(home, copy, socket, folder=old) as connection:  # recovers, where the last server was killed
            held = _what_is_held(connection)
            for function in connection.scalars(_TAKEN).all():
                connection.exec_driver_sql(f"grant execute on function {function} to public")
        tell(Message("转换……", "Upgrading …"))
        initialise(home, made)
        _pg_upgrade(home, work, old=old, socket=socket)
        tell(Message("启动新版本,清点各表……", "Starting the new version and counting its rows …"))
        with _running(home, made, socket) as connection:
            found = _what_is_held(connection)
            take_from_everybody(connection, role=APPLICATION)
            connection.exec_driver_sql("analyze")
    if found != held:
        raise Conflict("upgrade_differs", _DIFFERS)
    keep_name(cluster_of(home), made)
    return held


def _pg_upgrade(home: Path, work: Path, *, old: Path, socket: Path) -> None:
    try:
        run_program(
            work,
            "pg_upgrade",
            *("-b", str(old), "-B", str(Path(program_path("postgres")).parent)),
            *("-d", str(work / "before"), "-D", str(work / "after")),
            *("-U", OWNER, "--link", "--socketdir", str(socket)),
            variables={"PGPASSWORD": known_secrets(home)["owner_password"]},
        )
    except EmbeddedServerRefused as refused:
        said = _failures(str(refused), *work.glob("after/pg_upgrade_output.d/**/*.*"))
        raise EmbeddedServerRefused(f"pg_upgrade failed: {said}", f"pg_upgrade 失败:{said}") from refused


def _failures(said: str, *logs: Path) -> str:
    """The lines in which something failed, of what a program said and of its logs."""
    lines = said.splitlines()
    for log in logs:
        lines += log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "; ".join([line.strip() for line in lines if _FAILED.search(line)][:_MOST_SAID]) or said.strip()[-500:]


@contextlib.contextmanager
def _socket() -> Iterator[Path]:
    """A folder for a socket, its name short and plain."""
    with tempfile.TemporaryDirectory() as name:
        give(Path(name))
        yield Path(name)


@contextlib.contextmanager
def _running(home: Path, cluster: Path, socket: Path, *, folder: Path | None = None) -> Iterator[Connection]:
    """A connection of the owner's to a server that runs for the block, and that nobody else finds."""
    log = cluster / "upgrade.log"
    log.touch(mode=0o600)
    give(log)
    control = ("pg_ctl", "-D", str(cluster), "-w", "-t", "86400")
    options = f"-c listen_addresses='' -c unix_socket_directories='{socket}' -c port=5432 -c archive_mode=off"
    try:
        run_program(cluster.parent, *control, "-l", str(log), "-o", options, "start", folder=folder)
    except EmbeddedServerRefused as refused:
        said = _failures(str(refused), log)
        raise EmbeddedServerRefused(said, said) from refused
    password = quote(known_secrets(home)["owner_password"], safe="")
    engine = make_engine(
        f"postgresql://{OWNER}:{password}@/{DATABASE}?host={quote(str(socket))}&port=5432", pool_size=1
    )
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("set statement_timeout = 0")
            yield connection
    finally:
        engine.dispose()
        run_program(cluster.parent, *control, "-m", "fast", "stop", folder=folder)
    log.unlink()


def _what_is_held(connection: Connection) -> _Held:
    connection.execute(text(SAY), SYSTEM.said)
    rows = {
        table.name: connection.scalar(text(f"select count(*) from {table.quoted}")) or 0  # noqa: S608  the catalog's
        for table in data_tables(connection)
    }
    if "ledger_tiles" not in rows:  # no migration has run in it yet
        return _Held(rows, 0, "")
    with WriteSession(connection, join_transaction_mode="create_savepoint") as session:
        size = stored_size(session)
        return _Held(rows, size, stored_tree(session, size=size).root().hex())


def _remove(work: Path) -> None:
    """Remove a folder of an upgrade, in which servers may still run if that was killed."""
    for cluster in (work / "before", work / "after"):
        limit = time.monotonic() + _ENDING
        while (pid := postmaster(cluster)) is not None and time.monotonic() < limit:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
            time.sleep(0.1)
    shutil.rmtree(work, ignore_errors=True)


_IN_USE = Message(
    "数据库正在使用:请先停下服务和其他命令,再执行一次。原有数据未动。",
    "The database is in use: stop the service and other commands, and run this again. Nothing was changed.",
)
_DIFFERS = Message(
    "升级后的行数或账本的根与升级前不同;升级后的已删除,原有数据未动。",
    "After the upgrade rows or the ledger's root are not as before; what was made is removed. Nothing was changed.",
)


def _nothing(major: int) -> Message:
    said = f"The data are PostgreSQL {major}'s already: nothing to upgrade."
    return Message(f"数据已是 PostgreSQL {major} 的,无须升级。", said)


def _others(before: int, theirs: int) -> Message:
    return Message(
        f"数据由 PostgreSQL {before} 写成,而给出的程序是 PostgreSQL {theirs};--old-bin 须为 {before} 的程序,"
        "BIAOCHI_POSTGRES_BIN(或安装包)须为更高版本。原有数据未动。",
        f"The data were written by PostgreSQL {before}, and the programs that are named are {theirs}: --old-bin has to "
        f"be the folder of {before}, and BIAOCHI_POSTGRES_BIN, or the wheel, a later version. Nothing was changed.",
    )


def _kept_before(kept: Path) -> Message:
    return Message(
        f"{kept} 已经存在,是早先一次升级留下的:请先移走。原有数据未动。",
        f"{kept} is there already, kept by an earlier upgrade: move it away first. Nothing was changed.",
    )


def _no_room(needed: int, free: int) -> Message:
    return Message(
        f"磁盘空间不足:升级须约 {needed / 1e6:.0f} MB,剩余 {free / 1e6:.0f} MB。原有数据未动。",
        f"No room: it takes some {needed / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free. Nothing was changed.",
    )
