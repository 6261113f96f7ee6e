"""What lies on the disk: who may read the home directory and its secrets, whether there is room, and the backups."""

from __future__ import annotations

import os
import stat
from datetime import datetime
from pathlib import Path

from metrics.backups.folder import backup_folder
from metrics.backups.standing import standing_of
from metrics.disk_room import disk_room
from metrics.doctor.line import DoctorLine, doubtful, fine, wrong
from metrics.errors import Message
from metrics.ledger.keys import key_file
from metrics.second_factor import key_path
from metrics.settings import Settings

_LEAST_FREE = 1024**3  # bytes
_LOW_SHARE = 0.1  # of the disk
_MAKE = Message(
    "执行 biaochi backup,或设 BIAOCHI_BACKUPS=1 每日自动备份,并试着恢复一次。",
    "Run biaochi backup, or set BIAOCHI_BACKUPS=1 for one every day, and restore one to see.",
)
_APART = Message(
    "把 BIAOCHI_BACKUP_TO 设到另一块磁盘,把 BIAOCHI_BACKUP_KEYS_TO 设到再另一处。",
    "Name a folder on another disk in BIAOCHI_BACKUP_TO, and yet another place in BIAOCHI_BACKUP_KEYS_TO.",
)


def file_lines(configured: Settings) -> tuple[DoctorLine, ...]:
    """The home directory, each secret file that is there, and the room left."""
    secrets = (key_file(), key_path(), configured.home / "postgres.json", configured.home / "demo-accounts.json")
    found = [_secret(path) for path in secrets if path.exists()]
    return (_home(configured.home), *found, _room(configured.home))


def backup_lines(configured: Settings, *, now: datetime) -> tuple[DoctorLine, ...]:
    """One line on whether there is a fresh backup, and, if there is any, one on where it lies."""
    standing = standing_of(configured)
    if standing.failed is not None:
        said, at = standing.failed.message, standing.failed.at.isoformat(timespec="minutes")
        found = Message(f"最近一次备份失败({at}):{said.zh}", f"The last backup failed ({at}): {said.en}")
        return (doubtful("backups", found, _MAKE),)
    if standing.newest is None:
        found = Message(
            "文件夹中没有备份;别的办法是否在备份,无从得知。",
            "There is none in the folder of backups; whether others are made by other means is unknown.",
        )
        return (doubtful("backups", found, _MAKE),)
    hours = int((now - standing.newest).total_seconds() // 3600)
    found = Message(f"最近一次备份在 {hours} 小时前。", f"The newest backup was made {hours} hours ago.")
    line = doubtful("backups", found, _MAKE) if standing.is_overdue(now) else fine("backups", found.zh, found.en)
    return line, _apart(configured)


def _apart(configured: Settings) -> DoctorLine:
    if configured.backup_keys_to is None:
        found = Message("备份时没有保存密钥。", "The keys are not saved with the backups.")
        return doubtful("backups-apart", found, _APART)
    folder, home = backup_folder(configured), configured.home
    if configured.database_url is None and home.exists() and folder.stat().st_dev == home.stat().st_dev:
        found = Message("备份与数据在同一块磁盘上。", "Backups lie on the same disk as the data.")
        return doubtful("backups-apart", found, _APART)
    return fine("backups-apart", "备份与密钥各在一处。", "Backups and keys lie apart.")


def _home(home: Path) -> DoctorLine:
    if not home.is_dir():
        return fine("home", f"{home.name} 尚不存在。", f"{home.name} is not there yet.")
    mode = _mode(home)
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        return wrong(
            "home",
            Message(f"{home.name} 可被其他用户写入({mode:04o})。", f"Others may write into {home.name} ({mode:04o})."),
            Message("chmod go-w 该目录。", "chmod go-w the directory."),
        )
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        return doubtful(
            "home",
            Message(f"{home.name} 可被其他用户列出({mode:04o})。", f"Others may list {home.name} ({mode:04o})."),
            Message("chmod go-r 该目录。", "chmod go-r the directory."),
        )
    return fine("home", f"{home.name} 仅本用户可读写({mode:04o})。", f"{home.name} is this user's alone ({mode:04o}).")


def _secret(path: Path) -> DoctorLine:
    mode, name = _mode(path), f"file {path.name}"
    if mode & 0o077:
        return wrong(
            name,
            Message(
                f"密钥文件 {path.name} 可被其他用户读写({mode:04o})。", f"Others may open {path.name} ({mode:04o})."
            ),
            Message("chmod 600 该文件,并更换其中的密钥。", "chmod 600 the file, and replace the secrets in it."),
        )
    owner = path.stat().st_uid
    if os.geteuid() not in (owner, 0):
        return doubtful(
            name,
            Message(f"{path.name} 属于另一用户({owner})。", f"{path.name} belongs to another user ({owner})."),
            Message("以运行服务的用户执行本命令。", "Run this command as the user that runs the service."),
        )
    return fine(name, f"{path.name} 仅本用户可读({mode:04o})。", f"{path.name} is this user's alone ({mode:04o}).")


def _room(home: Path) -> DoctorLine:
    there = next(folder for folder in (home, *home.absolute().parents) if folder.is_dir())
    usage = disk_room(there)
    if usage is None:
        return doubtful(
            "disk",
            Message("该文件系统不说明剩余空间。", "This file system does not say how much room it has."),
            Message("另行留意存储的余量。", "Watch the storage behind it by other means."),
        )
    zh, en = f"磁盘剩余 {usage.free / 1e9:.1f} GB。", f"{usage.free / 1e9:.1f} GB of the disk are free."
    advice = Message("清理或扩容,再继续收数。", "Make room before more is taken in.")
    if usage.free < _LEAST_FREE:
        return wrong("disk", Message(zh, en), advice)
    if usage.free < usage.total * _LOW_SHARE:
        return doubtful("disk", Message(zh, en), advice)
    return fine("disk", zh, en)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
