"""The PostgreSQL that the program starts itself, its data under `BIAOCHI_HOME`.

Files under the home directory::

    postgres/       the cluster: checksums on, reachable by socket or on 127.0.0.1 only
    postgres.log    the server's log
    postgres.json   secrets of its two roles, mode 0600
    start.lock      held while somebody starts or stops the server
    users.lock      held (shared) by every process that uses the server; the last one out stops it

Locks are the kernel's (`flock`): a process that is killed lets go of them, so the next start finds the truth. A server
that a killed process left behind is adopted; a stopped one is started and recovers from its log; a home directory
that cannot be trusted is refused in words. Nothing is ever deleted.
"""

from __future__ import annotations

import contextlib
import fcntl
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
import structlog
from psycopg import sql

from metrics.server.cluster import OWNER, create_cluster, start_options
from metrics.server.home import (
    cluster_of,
    exclusively,
    finish_upgrade,
    has_cluster,
    known_secrets,
    postmaster,
    refuse_odd_name,
    refuse_other_version,
    server_says,
    users_lock,
)
from metrics.server.left_behind import clear_the_way
from metrics.server.programs import EmbeddedServerRefused, give, prepare_system_user, require_programs, run_program

__all__ = ["Addresses", "EmbeddedServerRefused", "embedded_server"]

log = structlog.get_logger(__name__)

APPLICATION, DATABASE = "biaochi_app", "biaochi"
_NEIGHBOURS = ("postgres", "template1")  # in every cluster, and open to everybody
_DYING = 10.0  # seconds a killed server may take to be gone
_DYING_BY_ITSELF = 1.0  # seconds after which what is left of it is helped along
# The last: of an unlogged table that was begun and taken back just before the kill, an empty file is left that the end
# of recovery stumbles over, once: by then the table is made again, and the next start clears such files away first.
_PASSES = re.compile(
    r'lock file ".*" already exists|pre-existing shared memory block|could not create file "base/.*": File exists'
)


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
    refuse_odd_name(home)
    if not has_cluster(home):
        require_programs()
    with users_lock(home) as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with exclusively(home / "start.lock"):
                addresses = _ensure_running(home)
            yield addresses
        except BaseException:
            try:
                _leave(home, users)
            except EmbeddedServerRefused as refused:  # on a full disk it cannot: what went wrong before says why
                log.warning("embedded_server_not_stopped", reason=str(refused)[:300])
            raise
        _leave(home, users)


def revive(home: Path, *, port: int) -> bool:
    """Start the server again, on the same address, if it died; True if it had. For a program that uses it already.

    Raises :class:`EmbeddedServerRefused` if it does not come back.
    """
    home = home.resolve()
    if postmaster(cluster_of(home)) is not None:
        return False
    with exclusively(home / "start.lock"):
        if postmaster(cluster_of(home)) is not None:  # somebody else was quicker
            return False
        _start(home, port=port)
        _wait_until_ready(home, known_secrets(home), port=port)
    return True


def _leave(home: Path, users: IO[str]) -> None:
    """Be no user of the server any more, and stop it if nobody else is one."""
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        log.info("embedded_server_left_running", reason="another process uses it")
        return
    with exclusively(home / "start.lock"):
        if postmaster(cluster_of(home)) is not None:
            run_program(home, "pg_ctl", "-D", str(cluster_of(home)), "-m", "fast", "-w", "-t", "60", "stop")
            log.info("embedded_server_stopped")


def _ensure_running(home: Path) -> Addresses:
    cluster = cluster_of(home)
    finish_upgrade(home)
    if not has_cluster(home):
        create_cluster(home)
    found = known_secrets(home)
    refuse_other_version(cluster)
    if postmaster(cluster_of(home)) is None:
        _start(home)
    else:
        log.info("embedded_server_adopted", pid=postmaster(cluster_of(home)))
    addresses = _wait_until_ready(home, found)
    _ensure_roles(addresses, found)
    return addresses


def _start(home: Path, *, port: int | None = None) -> None:
    """Start the server. What is left of a killed one may take a moment to go: that long it is tried again."""
    prepare_system_user(home)
    logfile = home / "postgres.log"
    logfile.touch(mode=0o600)
    give(logfile)
    limit = time.monotonic() + _DYING
    options = start_options(home, port)
    while True:
        said_before = logfile.stat().st_size
        try:
            run_program(
                home,
                *(
                    "pg_ctl",
                    "-D",
                    str(cluster_of(home)),
                    "-w",
                    "-t",
                    "120",
                    "-l",
                    str(logfile),
                    "-o",
                    options,
                ),
                "start",
            )
        except EmbeddedServerRefused as refused:
            if postmaster(cluster_of(home)) is not None:  # a killed program's start came to its end before ours
                return
            said = logfile.read_bytes()[said_before:].decode("utf-8", errors="replace")
            if time.monotonic() > limit or _PASSES.search(said) is None:
                raise EmbeddedServerRefused(f"{refused}\n{logfile} ends:\n{said[-2000:]}") from refused
            if time.monotonic() > limit - _DYING + _DYING_BY_ITSELF:
                clear_the_way(cluster_of(home))
            time.sleep(0.2)
        else:
            log.info("embedded_server_started", cluster=str(cluster_of(home)))
            return


def _wait_until_ready(home: Path, found: dict[str, str], *, port: int | None = None) -> Addresses:
    """Wait for recovery to end and return the addresses. A server that does not answer within 60 s is refused.

    One that was found as it was ending is started again.
    """
    limit = time.monotonic() + 60
    while True:
        try:
            addresses = _addresses(home, found)
            with psycopg.connect(addresses.owner, dbname="postgres", connect_timeout=3):
                return addresses
        except (_NotReady, psycopg.OperationalError) as error:
            if time.monotonic() > limit:
                raise EmbeddedServerRefused(
                    f"the server in {cluster_of(home)} runs but does not answer: {error}. "
                    "If another program started it, stop that program first."
                ) from error
            if postmaster(cluster_of(home)) is None:
                _start(home, port=port)
            else:
                time.sleep(0.1)


def _ensure_roles(addresses: Addresses, found: dict[str, str]) -> None:
    """Create the application's role and the database if the cluster is new; shut the other databases to the role."""
    with psycopg.connect(addresses.owner, dbname="postgres", autocommit=True) as connection:
        if connection.execute("select 1 from pg_roles where rolname = %s", [APPLICATION]).fetchone() is None:
            connection.execute(
                sql.SQL("create role {} login password {}").format(
                    sql.Identifier(APPLICATION), sql.Literal(found["application_password"])
                )
            )
        if connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
        for neighbour in _NEIGHBOURS:
            may_enter = "select has_database_privilege(%s, %s, 'connect')"
            if connection.execute(may_enter, [APPLICATION, neighbour]).fetchone() == (True,):
                connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(neighbour)))


class _NotReady(Exception):
    """The server starts, recovers or stops."""


def _addresses(home: Path, found: dict[str, str]) -> Addresses:
    """The addresses of the server that runs, where its own file says that it listens. Raises _NotReady."""
    try:
        lines = server_says(cluster_of(home))
        port, directory, status = lines[3], lines[4], lines[7].strip()
    except (FileNotFoundError, IndexError) as error:
        raise _NotReady("it does not say yet where it listens") from error
    if status != "ready":
        raise _NotReady(f"it is {status}")
    place = f"{DATABASE}?host={quote(directory, safe='') if directory else '127.0.0.1'}&port={port}"
    return Addresses(
        owner=f"postgresql://{OWNER}:{found['owner_password']}@/{place}",
        application=f"postgresql://{APPLICATION}:{found['application_password']}@/{place}",
    )
