"""What a killed server leaves behind, so that none starts in its place, or late: children, a number, files to be kept.

A child notices within a moment that its server is gone and ends, unless it is frozen or waits for a lock that died with
another: such a child holds the server's memory for ever. The number in `postmaster.pid`, and in the lock beside the
socket, may by now be that of another program of the same user, or of a dead one that nobody has buried, which
PostgreSQL takes for a server. Before it recovers it has the disk keep all of its files,
some 1,600 in a new cluster: asked for one by one that takes up to half a minute on a busy disk, at once a moment.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

import structlog

from metrics.server.home import socket_of

log = structlog.get_logger(__name__)

_PROCESSES = Path("/proc")
_TITLE = b"postgres: "  # how the title of every child begins
# Kernels before 5.8 do not tell who asks of errors; file systems of other programs (FUSE), or of other machines, need
# not do anything.
_SINCE = (5, 8)
_KEEP_WHAT_THEY_ARE_ASKED_TO = frozenset({"btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "tmpfs", "xfs"})


def clear_the_way(cluster: Path) -> None:
    """End the children of a server of `cluster` that is gone, and remove its number if it is no longer its own.

    Call it while nobody else starts the server, and only if none runs. Without /proc nothing is known, and nothing is
    done.
    """
    children, others = _in_folder(cluster)
    for pid in children:
        log.warning("embedded_server_child_ended", pid=pid, reason="its server is gone and it held its memory")
        os.kill(pid, signal.SIGKILL)
    if children or others or not _PROCESSES.is_dir():
        return
    for number in (cluster / "postmaster.pid", *socket_of(cluster.parent).glob(".s.PGSQL.*.lock")):
        if number.exists():
            log.warning("embedded_server_number_removed", file=str(number), reason="it is no longer a server's")
            number.unlink()


def _in_folder(cluster: Path) -> tuple[list[int], list[int]]:
    """The processes that work in `cluster`: children without a server, and all others."""
    found = {int(entry.name): entry for entry in _PROCESSES.glob("[0-9]*") if _folder_of(entry) == str(cluster)}
    children = [pid for pid, entry in found.items() if _is_child(entry) and _parent_of(entry) not in found]
    return children, [pid for pid in found if pid not in children]


def _folder_of(entry: Path) -> str:
    try:
        return os.readlink(entry / "cwd")
    except OSError:  # it ended, or is somebody else's
        return ""


def _is_child(entry: Path) -> bool:
    try:
        return (entry / "cmdline").read_bytes().startswith(_TITLE)
    except OSError:
        return False


def _parent_of(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def recovery_option(home: Path) -> str:
    """The server's option, with a space before it; none where every file has to be asked for."""
    version = re.match(r"(\d+)\.(\d+)", os.uname().release) if sys.platform == "linux" else None
    if version is None or (int(version[1]), int(version[2])) < _SINCE:
        return ""
    return " -c recovery_init_sync_method=syncfs" if _file_system(home) in _KEEP_WHAT_THEY_ARE_ASKED_TO else ""


def _file_system(place: Path) -> str:
    """The kind of file system that `place` is on, as Linux calls it; empty where that is not to be found out."""
    device = place.stat().st_dev
    numbers = f"{os.major(device)}:{os.minor(device)}"
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        mount, _, kind = line.partition(" - ")
        if mount.split()[2] == numbers:
            return kind.split()[0]
    return ""
