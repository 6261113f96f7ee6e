"""Files as they lie there: one that came packed (gzip) is read as what it unpacks to."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import BadGzipFile, GzipFile
from typing import IO, cast

from metrics.ledger.verifying.faults import Unchecked, Wrong

_PACKED = b"\x1f\x8b"
_LARGEST = (
    1 << 31
)  # bytes that a packed file may unpack to where all of it is held: a few packed ones could be anything


@contextmanager
def opened_file(path: str) -> Iterator[IO[bytes]]:
    """The file at `path`, open for reading. Raises Wrong within the block where it is packed and damaged."""
    with open(path, "rb") as plain:
        packed = plain.read(2) == _PACKED
        plain.seek(0)
        if not packed:
            yield plain
            return
        try:
            with GzipFile(fileobj=plain) as unpacked:
                yield cast("IO[bytes]", unpacked)
        except (BadGzipFile, EOFError, zlib.error) as odd:
            raise Wrong(f"压缩文件已损坏:{odd}", f"The packed file is damaged: {odd}") from None


def content_of(path: str) -> bytes:
    """All of the file at `path`. Raises as :func:`opened_file`, and Unchecked for more than can be held."""
    with opened_file(path) as opened:
        content = opened.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise Unchecked("文件(解压后)超过 2 GB。", "The file, unpacked, has more than 2 GB.")
    return content
