"""The folder in which archives lie: each is there whole or not at all, and the newest good one is never removed."""

from __future__ import annotations

import fcntl
import io
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

from metrics.backups.manifest import ArchiveKind
from metrics.errors import Conflict, Message, Unavailable
from metrics.private_files import private_lock
from metrics.settings import Settings

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_PREFIX = {ArchiveKind.DATA: "biaochi-", ArchiveKind.KEYS: "biaochi-keys-"}
_MOMENT = "%Y%m%dT%H%M%SZ"
_NAMED = {kind: re.compile(rf"{prefix}(\d{{8}}T\d{{6}}Z)\.zip") for kind, prefix in _PREFIX.items()}
_UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class KeptArchive:
    """One in the folder: `at`, when its snapshot was taken, as its name says."""

    path: Path
    at: datetime


@dataclass(frozen=True, slots=True)
class Retention:
    """How many archives stay, the newest of course, and for how many days all of them do; 0: for none."""

    newest: int
    days: int = 0


def kept_archives(folder: Path, kind: ArchiveKind = ArchiveKind.DATA) -> list[KeptArchive]:
    """Those in `folder`, newest first; none where there is no folder. Raises OSError if it cannot be listed."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    found = []
    for name in names:
        if (matched := _NAMED[kind].fullmatch(name)) is not None:
            found.append(KeptArchive(folder / name, datetime.strptime(matched[1], _MOMENT).replace(tzinfo=UTC)))
    return sorted(found, key=lambda kept: kept.at, reverse=True)


@contextmanager
def folder_held(folder: Path) -> Iterator[None]:
    """Make `folder` if it is not there; while the block lasts no other backup is written into it.

    Raises Conflict if one is, Unavailable if it cannot be written or others may write into it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise Unavailable("backup_folder_open", _open_to_others(folder))
        lock = private_lock(folder / ".lock")
    except OSError as error:
        raise not_written(folder, error) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = Message(f"另一次备份正在写入 {folder}。", f"Another backup is being written into {folder}.")
            raise Conflict("backup_running", said) from None
        for left in folder.glob(f"*{_UNFINISHED}"):  # of one that was killed
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
        yield
    finally:
        os.close(lock)


@contextmanager
def written_whole(folder: Path, kind: ArchiveKind, *, at: datetime) -> Iterator[tuple[IO[bytes], Path]]:
    """A new file, and where it lies while the block lasts; it gets its name once the block has ended well.

    Mode 0600, and on the disk. What fails leaves nothing. Raises Unavailable if it cannot be written, a full disk among
    the reasons; what the block raises of its own, and of other files, passes as it is.
    """
    path = path_of(folder, kind, at=at)
    unfinished = path.with_name(path.name + _UNFINISHED)
    try:
        with _written_into(folder):
            below = _WrittenFile(unfinished, folder)
        with io.BufferedRandom(below) as file:
            yield file, unfinished
            file.flush()
            with _written_into(folder):
                os.fsync(file.fileno())
        with _written_into(folder):
            _give_name(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


class _WrittenFile(io.FileIO):
    """A file of which what the disk refuses is told: who writes into it has other files as well, with their own."""

    def __init__(self, path: Path, folder: Path) -> None:
        super().__init__(path, "w+", opener=lambda name, flags: os.open(name, flags, 0o600))
        self._folder = folder

    def write(self, data: ReadableBuffer, /) -> int:
        with _written_into(self._folder):
            return super().write(data)


@contextmanager
def _written_into(folder: Path) -> Iterator[None]:
    """What the disk refuses while the block lasts is told as a backup that could not be written there."""
    try:
        yield
    except OSError as error:
        raise not_written(folder, error) from error


def _give_name(unfinished: Path, path: Path) -> None:
    try:
        os.link(unfinished, path)  # one of the same second stays
    except FileExistsError as error:
        raise Conflict("backup_exists", Message(f"{path} 已存在。", f"{path} is there already.")) from error
    _on_the_disk(path.parent)


def path_of(folder: Path, kind: ArchiveKind, *, at: datetime) -> Path:
    """Where the archive of that moment lies."""
    return folder / f"{_PREFIX[kind]}{at.astimezone(UTC):{_MOMENT}}.zip"


def remove_old(folder: Path, kind: ArchiveKind, *, keep: Retention) -> list[Path]:
    """Remove what is neither among the newest nor young enough; the newest one, just read back, always stays."""
    kept = kept_archives(folder, kind)
    newest = max(keep.newest, 1)
    gone = [old.path for old in kept[newest:] if not keep.days or kept[0].at - old.at > timedelta(days=keep.days)]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def not_written(folder: Path, error: OSError) -> Unavailable:
    """That a backup could not be written there."""
    return Unavailable(
        "backup_not_written",
        Message(
            f"备份写不进 {folder}({error.strerror});没有留下半份文件。请检查空间与权限。",
            f"The backup could not be written into {folder} ({error.strerror}); no half of it was left. Look at the "
            "room and the rights there.",
        ),
    )


def not_read_back(folder: Path) -> Unavailable:
    """That what was written there is not what is read."""
    return Unavailable(
        "backup_not_read_back",
        Message(
            f"写入 {folder} 的备份读回不符,没有留下:该处的存储不可靠。请查看磁盘,或另选一个文件夹。",
            f"What was written into {folder} is not what is read there, and was not kept: its storage is not reliable. "
            "Look at the disk, or choose another folder.",
        ),
    )


def _open_to_others(folder: Path) -> Message:
    return Message(
        f"其他用户可以写入 {folder},可能换掉备份;请 chmod go-w 该文件夹,或另选一个。",
        f"Others may write into {folder} and could exchange archives: chmod go-w it, or choose another folder.",
    )


def _on_the_disk(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def backup_folder(configured: Settings) -> Path:
    """Where backups lie unless it is said otherwise: `BIAOCHI_BACKUP_TO`, else below the home directory."""
    return configured.backup_to or configured.home / "backups"
