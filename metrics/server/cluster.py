"""A cluster: how it is made, and with what options its server starts.

Checksums are on, texts are compared by their characters' numbers, and roles come in with passwords only.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
from pathlib import Path

from metrics.server.archive_owner import name_anew
from metrics.server.archiving import archive_options
from metrics.server.home import cluster_of, known_secrets, socket_of, write_secrets
from metrics.server.left_behind import recovery_option
from metrics.server.programs import EmbeddedServerRefused, give, major_version, prepare_system_user, run_program
from metrics.settings import settings

OWNER = "biaochi_owner"
_OWN_LOCALE = 17  # the first version that has locales of its own
_LONGEST_SOCKET = 100  # bytes; the system's limit for a socket's path is 107
_NOTICES_LIMITED = 17  # the first version that limits them


def create_cluster(home: Path) -> None:
    """Make the cluster beside its place and move it there whole, so that a kill leaves none or a complete one."""
    prepare_system_user(home)
    write_secrets(home)
    for left in home.glob("postgres.new*"):  # of an earlier start that was killed; holds no data yet
        shutil.rmtree(left, ignore_errors=True)  # its initdb may still be at work
    unfinished = home / f"postgres.new.{secrets.token_hex(4)}"
    try:
        initialise(home, unfinished)
        name_anew(unfinished)
        unfinished.rename(cluster_of(home))
    except EmbeddedServerRefused:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def initialise(home: Path, place: Path) -> None:
    """Make an empty cluster in the folder `place` of `home`, with the password that the home's secrets give."""
    place.mkdir(mode=0o700)
    password_file = place.with_name(f"{place.name}.secret")
    password_file.touch(mode=0o600)
    password_file.write_text(known_secrets(home)["owner_password"], encoding="utf-8")
    for path in (place, password_file):
        give(path)
    try:
        run_program(
            home,
            "initdb",
            *("-D", str(place), "-U", OWNER, "--encoding=UTF8", *_locale()),
            *("--data-checksums", "--auth=scram-sha-256", f"--pwfile={password_file}"),
        )
    finally:
        password_file.unlink()


def _locale() -> tuple[str, ...]:
    """Texts in the order of their characters' numbers, which no library changes with its next version."""
    if major_version() >= _OWN_LOCALE:
        return ("--locale-provider=builtin", "--locale=C.UTF-8")
    return ("--lc-collate=C", "--lc-ctype=C.UTF-8")


def start_options(home: Path, port: int | None) -> str:
    """What `pg_ctl` is told with `-o`. On a socket where the system can have one in `home`, else on 127.0.0.1."""
    if _has_socket(home):
        directory = socket_of(home)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        give(directory)
        place = f"-c listen_addresses='' -c unix_socket_directories='{directory}' -c port=5432"
    else:
        place = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c port={port or _free_port()}"
    sizes = " -c max_connections=200 -c shared_buffers=256MB"
    if major_version() >= _NOTICES_LIMITED:
        # Nobody is notified of anything here; whoever only reads could fill the disk with 8 GB of notices.
        sizes += " -c max_notify_queue_pages=256"
    options = place + sizes + " -c password_encryption=scram-sha-256"
    return options + recovery_option(home) + archive_options(settings().wal_archive, cluster=cluster_of(home))


def _has_socket(home: Path) -> bool:
    """False where a socket's path would be too long, or holds what options and addresses cannot: they are UTF-8."""
    path = socket_of(home) / ".s.PGSQL.5432"
    found = os.fsencode(path)
    in_utf8 = str(path).encode("utf-8", errors="replace") == found
    return len(found) <= _LONGEST_SOCKET and in_utf8 and not set(str(path)) & set("',")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
