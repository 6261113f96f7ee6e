"""How much room a file system has, as far as it says."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

LEAST_FREE = 64 * 1024**2
"""Bytes that have to be free where the home is: below them an embedded database, or the signer, soon cannot write."""


@dataclass(frozen=True, slots=True)
class DiskRoom:
    """Bytes that are `free` to whoever asks, of `total`."""

    free: int
    total: int


def disk_room(folder: Path) -> DiskRoom | None:
    """What the file system of `folder` says; None where it says nothing, as some over a network or FUSE: it is 0 of 0.

    Raises OSError if there is no such folder.
    """
    usage = shutil.disk_usage(folder)
    return DiskRoom(usage.free, usage.total) if usage.total else None


def lacks_room(folder: Path) -> bool:
    """True if fewer bytes than that are free where `folder` is; not if it is not there, or says nothing."""
    room = disk_room(folder) if folder.exists() else None
    return room is not None and room.free < LEAST_FREE
