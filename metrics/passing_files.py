"""Files that are there while something is read and stored: what was uploaded, and what was worked out of it.

They lie in one folder, hold reported figures, and have no name: whatever becomes of the program, nothing is left.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from metrics.errors import Message, Unavailable
from metrics.settings import settings

_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def passing_file() -> Iterator[IO[bytes]]:
    """An empty file of bytes for the block, in `BIAOCHI_UPLOADS` or `uploads` under the home directory.

    Raises Unavailable where none can be made, and where the disk is full while the block lasts.
    """
    folder = settings().uploads or settings().home / "uploads"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed below
    except OSError as error:
        raise _refused(folder, error) from error
    with file:
        try:
            yield file
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise _refused(folder, error) from error


def _refused(folder: Path, error: OSError) -> Unavailable:
    return Unavailable(
        code="uploads_unwritable",
        message=Message(
            f"上传文件的临时目录“{folder.name}”暂时无法写入({error.strerror})。未保存任何内容;请联系管理员,稍后再试。",
            f"The folder for uploads, {folder.name}, cannot be written just now ({error.strerror}). Nothing of the "
            "file was stored; tell the administrator and try again.",
        ),
    )
