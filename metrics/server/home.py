"""The home directory of the embedded server: what lies where, and when it cannot be trusted."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from metrics.private_files import UNLISTED, private_file, put_in_place
from metrics.server.programs import EmbeddedServerRefused, major_version

_SECRETS = ("owner_password", "application_password")


def refuse_odd_name(home: Path) -> None:
    """PostgreSQL starts its server by way of a shell and does not quote these, whatever character they are part of:
    in GB18030 the second byte of some is a backslash."""
    odd = sorted(set(os.fsencode(home)) & set(b'"$`\\\n'))
    if odd:
        named = " ".join(map(chr, odd))
        raise EmbeddedServerRefused(
            f"the database cannot live in {str(home)!r}: its path holds the bytes {named}. "
            "Choose another directory with BIAOCHI_HOME.",
            f"数据库不能放在 {str(home)!r}:路径的字节中有 {named}。请用 BIAOCHI_HOME 另选文件夹。",
        )


def users_lock(home: Path) -> IO[str]:
    """Make `home` if it is not there and open the file on which its users hold locks. Raises EmbeddedServerRefused."""
    try:
        home.mkdir(mode=UNLISTED, parents=True, exist_ok=True)
        return (home / "users.lock").open("a")
    except (FileExistsError, NotADirectoryError) as error:
        raise EmbeddedServerRefused(
            f"{home} is no folder, or lies below what is none. Choose a folder with BIAOCHI_HOME.",
            f"{home} 不是文件夹,或位于并非文件夹的东西之下。请用 BIAOCHI_HOME 指明一个文件夹。",
        ) from error
    except OSError as error:
        raise EmbeddedServerRefused(
            f"{home} cannot be written ({error.strerror}). If it belongs to another user, run as that user, "
            "or choose another directory with BIAOCHI_HOME.",
            f"{home} 无法写入({error.strerror})。属于其他用户的,请以该用户执行,或用 BIAOCHI_HOME 另选文件夹。",
        ) from error


@contextlib.contextmanager
def exclusively(path: Path) -> Iterator[None]:
    """The block alone holds the file `path`, which is made if it is not there."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_secrets(home: Path) -> None:
    """Draw the passwords of both roles, unless that was done before."""
    path = home / "postgres.json"
    if path.exists():
        return
    file = private_file(home / "postgres.json.new")
    json.dump({name: secrets.token_urlsafe(24) for name in _SECRETS}, file, indent=1)
    put_in_place(file, path)


def known_secrets(home: Path) -> dict[str, str]:
    """The passwords of both roles. Raises EmbeddedServerRefused if they are lost."""
    path = home / "postgres.json"
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return {name: str(known[name]) for name in _SECRETS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EmbeddedServerRefused(
            f"{path} cannot be read ({error!r}), so the secrets of the database beside it are unknown. "
            "Put the file back from a backup, or move the whole directory away to start anew.",
            f"{path} 无法读取({error!r}),旁边数据库的口令因此不明。请从备份放回该文件;要重新开始的,把整个文件夹移走。",
        ) from error


def refuse_other_version(cluster: Path) -> None:
    """Raise EmbeddedServerRefused if the cluster was written by another major version than the programs'."""
    written, ours = written_by(cluster), major_version()
    if written == ours:
        return
    en = f"{cluster} was written by PostgreSQL {written}, and the programs here are PostgreSQL {ours}. "
    zh = f"{cluster} 由 PostgreSQL {written} 写成,而这里的程序是 PostgreSQL {ours}。"
    if written > ours:
        raise EmbeddedServerRefused(
            f"{en}Name the folder of the programs of {written} in BIAOCHI_POSTGRES_BIN.",
            f"{zh}请用 BIAOCHI_POSTGRES_BIN 指明 PostgreSQL {written} 程序的文件夹。",
        )
    raise EmbeddedServerRefused(
        f"{en}Where those of {written} are still on this machine, go on with them (BIAOCHI_POSTGRES_BIN) or run "
        "biaochi upgrade-cluster --old-bin FOLDER; else install them, or restore a backup into a new home directory. "
        "Nothing was changed.",
        f"{zh}{written} 的程序还在本机的,用 BIAOCHI_POSTGRES_BIN 指明后照旧使用,或执行 biaochi upgrade-cluster "
        "--old-bin 其文件夹;不在的,先安装,或把备份恢复到新的数据目录。原有数据未动。",
    )


def written_by(cluster: Path) -> int:
    """The major version of PostgreSQL that wrote the cluster. Raises EmbeddedServerRefused where that is not said."""
    path = cluster / "PG_VERSION"
    try:
        return int(path.read_text(encoding="ascii"))
    except ValueError as error:
        raise EmbeddedServerRefused(
            f"{path} is damaged, so the files beside it may be too. Nothing was changed: restore a backup into a new "
            "home directory.",
            f"{path} 已损坏,旁边的文件也可能如此;原有数据未动。请把备份恢复到新的数据目录。",
        ) from error


def server_says(cluster: Path) -> list[str]:
    """The lines in which a server says of itself that it runs here: number, folder, start, port, socket's folder,
    address, memory, state (`ready`). Paths are in the bytes of the system. Raises FileNotFoundError if none does."""
    return os.fsdecode((cluster / "postmaster.pid").read_bytes()).split("\n")


def postmaster(cluster: Path) -> int | None:
    """The number of the server that runs on this cluster, None if none does."""
    try:
        pid = int(server_says(cluster)[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes() if Path("/proc").is_dir() else b"postgres"
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    except PermissionError:
        return pid
    return pid if b"postgres" in command and os.fsencode(cluster) in command else None


def has_cluster(home: Path) -> bool:
    """True if a database was made in `home`."""
    return any((place / "PG_VERSION").exists() for place in (cluster_of(home), upgraded_cluster(home)))


def upgraded_cluster(home: Path) -> Path:
    """Where a cluster that was brought to another version lies, whole and checked, until it takes the other's place."""
    return home / "postgres.upgraded"


def finish_upgrade(home: Path) -> None:
    """Where an upgrade was killed as the clusters changed places, put the new one in its own; one that was killed
    before is as if it had not been. Call it while holding `start.lock`."""
    if not upgraded_cluster(home).exists():
        return
    if cluster_of(home).exists():
        shutil.rmtree(upgraded_cluster(home), ignore_errors=True)
    else:
        upgraded_cluster(home).rename(cluster_of(home))


def cluster_of(home: Path) -> Path:
    """Where the cluster lies."""
    return home / "postgres"


def socket_of(home: Path) -> Path:
    """The folder of the server's socket, and of the lock that holds its number."""
    return home / "socket"
