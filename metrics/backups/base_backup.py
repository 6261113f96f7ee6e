"""Base backups of the embedded server, which its archive of WAL brings to any moment after them.

A folder each: the files of PostgreSQL's own `pg_basebackup`, with its manifest of SHA-256 digests, and ours beside it.
The same major version of PostgreSQL on the same kind of machine reads them; archives of rows are read by any.
"""

from __future__ import annotations

import fcntl
import re
import secrets
import shutil
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from metrics.authority import SYSTEM
from metrics.backups.base_files import UNFINISHED, WAL_FILE, damaged, on_the_disk, run_quietly, unpack_into, verified
from metrics.backups.folder import Retention, folder_held, not_read_back, not_written
from metrics.backups.manifest import MANIFEST, ArchiveKind, Manifest, manifest_of
from metrics.backups.wal_archive import first_segment, require_archive
from metrics.database import Sessions, make_engine
from metrics.errors import Conflict, Invalid, Message, NotFound, Unavailable
from metrics.ledger.tiles import stored_size, stored_tree
from metrics.private_files import private_file
from metrics.server.archive_owner import name_anew
from metrics.server.archiving import refuse_unquotable
from metrics.server.home import cluster_of, exclusively, has_cluster, known_secrets, server_says, socket_of, users_lock
from metrics.server.programs import (
    EmbeddedServerRefused,
    give,
    let_pass,
    prepare_system_user,
    run_program,
)

_MOMENT = "%Y%m%dT%H%M%SZ"
_NAMED = re.compile(r"biaochi-base-\d{8}T\d{6}Z")
_KEY = text("select verifier_key from ledger_keys order by since desc limit 1")
_LOOKS_EVERY = 0.1  # seconds


def back_up_cluster(owner: str, *, folder: Path, keep: Retention, wal: Path | None) -> Path:
    """Write a base backup of the server at the address `owner` into a new folder in `folder`, and check it.

    It gets its name once it is whole. Then older ones go, `keep` says how many stay, and with them the WAL in the
    archive `wal` that only they need. Raises Unavailable if it cannot be made, Conflict if another backup is under way.
    """
    folder, at = folder.resolve(), datetime.now(UTC)
    with folder_held(folder):
        place = folder / f"biaochi-base-{at:{_MOMENT}}"
        unfinished = place.with_name(place.name + UNFINISHED)
        try:
            manifest = _head(owner)
            _pg_basebackup(owner, unfinished)
            manifest = replace(manifest, made_at=datetime.now(UTC))
            _read_back(unfinished)
            with private_file(unfinished / MANIFEST) as file:
                file.write(manifest.as_bytes().decode())
            on_the_disk(*unfinished.iterdir(), unfinished, folder)
            unfinished.rename(place)
        except OSError as error:
            raise not_written(folder, error) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        _remove_old(folder, keep=keep, wal=wal)
    return place


def _read_back(unfinished: Path) -> None:
    try:
        verified(unfinished)
    except Invalid as error:
        raise not_read_back(unfinished.parent) from error


def base_manifest(base: Path) -> Manifest:
    """What a base backup says of itself.

    Raises NotFound if there is none, Invalid for a folder that is none, OSError if it cannot be read.
    """
    try:
        return manifest_of((base / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        said = Message(f"{base} 不是物理备份的文件夹。", f"{base} is no folder of a base backup.")
        raise (Invalid if base.exists() else NotFound)("no_base_backup", said) from error
    except (NotADirectoryError, ValueError, KeyError, TypeError) as error:
        raise Invalid("base_backup_damaged", damaged(base, str(error))) from error


def restore_cluster(home: Path, base: Path, *, wal: Path | None, at: datetime | None) -> None:
    """Make the embedded server's files in `home` from `base`, brought by the archive `wal` to `at`, or to its end.

    Without `wal` they are as at the end of the base backup. What fails leaves no server there. Raises Conflict if there
    is one, Invalid for a damaged backup or an archive without what came after it, Unavailable if the archive does not
    reach that moment.
    """
    home = home.resolve()
    if has_cluster(home):
        raise Conflict("database_not_empty", _filled(home))
    if at is not None and wal is None:
        raise Invalid("no_wal_archive", _NO_WAL)
    verified(base)
    if wal is not None:
        require_archive(base, wal, whole=at is None)
    if at is not None and at < base_manifest(base).made_at:
        raise Unavailable("moment_not_reached", _not_reached("it is before the end of the base backup"))
    known_secrets(home)  # those of the roles in it; refused in words where they are missing
    prepare_system_user(home)
    unfinished = home / f"postgres.new.{secrets.token_hex(4)}"
    try:
        _unpack(base, unfinished)
        _recover(home, unfinished, wal=wal, at=at)
        name_anew(unfinished)
        unfinished.rename(cluster_of(home))
    except EmbeddedServerRefused as refused:
        raise Unavailable("moment_not_reached", _not_reached(str(refused))) from refused
    except OSError as error:
        raise Unavailable("restore_not_written", _no_room(home, error)) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def remove_cluster(home: Path) -> None:
    """Take away the server's files that were restored into `home`, its log and its socket.

    The locks stay, empty: another may wait for one. Raises Conflict if somebody uses the files already.
    """
    home = home.resolve()
    with users_lock(home) as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("database_in_use", _in_use(home)) from None
        with exclusively(home / "start.lock"):
            shutil.rmtree(cluster_of(home))
            shutil.rmtree(socket_of(home), ignore_errors=True)
            (home / "postgres.log").unlink(missing_ok=True)


def _head(owner: str) -> Manifest:
    """Where the ledger stands before the files are copied; whoever restores comes at least so far."""
    engine = make_engine(owner, pool_size=1)
    try:
        with Sessions(engine).read(SYSTEM) as session:
            size = stored_size(session)
            root, key = stored_tree(session, size=size).root().hex(), session.scalar(_KEY) or ""
    finally:
        engine.dispose()
    return Manifest(ArchiveKind.DATA, datetime.now(UTC), version("biaochi"), (), entries=size, root=root, key=key)


def _pg_basebackup(owner: str, place: Path) -> None:
    url = make_url(owner)
    told = {"PGHOST": str(url.query["host"]), "PGPORT": str(url.query["port"])}
    told |= {"PGUSER": url.username or "", "PGPASSWORD": url.password or ""}
    options = ("--format=tar", "--compress=client-gzip:1", "--wal-method=stream", "--checkpoint=fast")
    run_quietly("pg_basebackup", *options, "--manifest-checksums=SHA256", "--pgdata", str(place), variables=told)


def _unpack(base: Path, place: Path) -> None:
    place.mkdir(mode=0o700)
    unpack_into(base, "base.tar.gz", place)
    unpack_into(base, WAL_FILE, place / "pg_wal")
    place.chmod(0o700)
    for path in (place, *place.rglob("*")):
        give(path)


def _recover(home: Path, place: Path, *, wal: Path | None, at: datetime | None) -> None:
    """Start the server on `place` until it has read what there is to read, and stop it."""
    with tempfile.TemporaryDirectory() as name:
        socket = Path(name)
        give(socket)
        _recover_within(home, place, socket=socket, wal=wal, at=at)


def _recover_within(home: Path, place: Path, *, socket: Path, wal: Path | None, at: datetime | None) -> None:
    options = f"-c listen_addresses='' -c unix_socket_directories='{socket}' -c hot_standby=off -c archive_mode=off"
    if wal is not None:
        path = str(wal.resolve())
        refuse_unquotable(path)
        let_pass(wal.resolve())
        signal = place / "recovery.signal"
        signal.touch(mode=0o600)
        give(signal)
        options += f""" -c restore_command='cp "{path}/%f" "%p"' -c recovery_target_action=promote"""
        if at is not None:
            options += f" -c recovery_target_time='{at.astimezone(UTC).isoformat(sep=' ')}'"
    log = place / "recovery.log"
    log.touch(mode=0o600)
    give(log)
    control = ("pg_ctl", "-D", str(place), "-w", "-t", "86400")
    try:
        run_program(home, *control, "-l", str(log), "-o", options, "start")
        _wait_until_recovered(place)
    except EmbeddedServerRefused as refused:
        said = [line for line in log.read_text(errors="replace").splitlines() if "FATAL" in line or "ERROR" in line]
        raise EmbeddedServerRefused("; ".join(said[-3:]) or str(refused)) from refused
    run_program(home, *control, "-m", "fast", "stop")
    log.unlink()


def _wait_until_recovered(place: Path) -> None:
    """A server that reads WAL counts as started to pg_ctl. Raises EmbeddedServerRefused if it ends instead."""
    while True:
        try:
            status = server_says(place)[7:8]
        except FileNotFoundError as error:
            raise EmbeddedServerRefused("the server ended while it read WAL") from error
        if [line.strip() for line in status] == ["ready"]:
            return
        time.sleep(_LOOKS_EVERY)


def _remove_old(folder: Path, *, keep: Retention, wal: Path | None) -> None:
    """Those beyond the newest, and the WAL before the oldest that stays."""
    bases = sorted((path for path in folder.iterdir() if _NAMED.fullmatch(path.name)), reverse=True)
    stay = bases[: max(keep.newest, 1)]
    for path in bases[len(stay) :]:
        shutil.rmtree(path)
    if wal is not None and wal.is_dir():
        run_quietly("pg_archivecleanup", str(wal), first_segment(stay[-1]))


def _filled(home: Path) -> Message:
    return Message(
        f"{home} 中已有数据库;恢复只写入空的地方:请换一个 BIAOCHI_HOME,原有数据未动。",
        f"There is a database in {home}; restore into an empty place: choose another BIAOCHI_HOME. It was left alone.",
    )


def _no_room(home: Path, error: OSError) -> Message:
    place = home if error.filename is None else error.filename
    return Message(
        f"恢复时 {place} 无法读写({error.strerror})。请检查空间与权限。",
        f"{place} could not be read or written while restoring ({error.strerror}). Look at room and rights there.",
    )


def _in_use(home: Path) -> Message:
    return Message(
        f"恢复未成,而 {home} 中的数据库已有别的进程在用,没有移走:请停止该进程,再删除其中的 postgres 文件夹。",
        f"The restore failed, and another process uses the database in {home} already, so it was not taken away: stop "
        "that process, then remove the folder postgres there.",
    )


def _not_reached(why: str) -> Message:
    return Message(
        f"未能恢复到该时刻:归档中的日志到不了那里,或该时刻早于备份({why})。不加 --at 则恢复到归档的末尾。",
        f"That moment was not reached: the archive of WAL does not reach it, or it is before the backup ({why}). "
        "Without --at the end of the archive is restored.",
    )


_NO_WAL = Message(
    "恢复到某一时刻需要日志归档:请用 BIAOCHI_WAL_ARCHIVE 指明它的文件夹。",
    "Restoring to a moment needs the archive of WAL: name its folder in BIAOCHI_WAL_ARCHIVE.",
)
