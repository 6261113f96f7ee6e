"""Files that nobody but their owner may read: keys, passwords, what the signer remembers.

Where an administrator's command makes one as root, it belongs to whom the one that it replaces belonged to, else to
the folder's owner: the service, which runs as that user, has to read it tomorrow.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

UNLISTED = 0o711
"""Of a folder with such files in it: who is sent to a file of theirs in it may pass, and nobody else may list it."""
_ROOT = 0


def private_file(path: Path, *, instead_of: Path | None = None) -> IO[str]:
    """The file for writing text, empty, with mode 0600; its folder is made. Raises OSError.

    `instead_of`: the file whose place it is to take, and whose owner it gets.
    """

    def opener(name: str, flags: int) -> int:
        opened = os.open(name, flags | os.O_EXCL, 0o600)
        _give(opened, like=path.parent if instead_of is None or not instead_of.exists() else instead_of)
        return opened

    _make_folder(path.parent)
    path.unlink(missing_ok=True)  # what an interrupted writing left may be somebody else's, or open to others
    return open(path, "w", encoding="utf-8", opener=opener)


def private_lock(path: Path) -> int:
    """The descriptor of the file on which a lock is held, to be closed. Raises OSError."""
    _make_folder(path.parent)
    try:
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, os.O_RDWR)
    _give(opened, like=path.parent)
    return opened


def put_in_place(file: IO[str], path: Path) -> None:
    """What was written to `file` becomes `path`, whole or not at all, and is on the disk. Closes `file`."""
    with file:
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=UNLISTED, exist_ok=True)
        _give(folder, like=folder.parent)


def _give(made: int | Path, *, like: Path) -> None:
    """To the owner of `like`, where root made it: everybody else owns what they make."""
    if os.geteuid() != _ROOT:
        return
    owner, found = like.stat(), os.stat(made)
    if (found.st_uid, found.st_gid) != (owner.st_uid, owner.st_gid):
        os.chown(made, owner.st_uid, owner.st_gid)
