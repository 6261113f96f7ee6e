"""How much room a file system has, as far as it says."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path


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
