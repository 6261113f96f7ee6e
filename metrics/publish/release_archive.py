"""A release as one zip archive: what it is known by, and its bytes from any place on."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from metrics.archives import Member, archive, archive_size
from metrics.database import ReadSession
from metrics.queries.releases import Published, packed_bytes

_MOST_REMEMBERED = 1000
_remembered: dict[str, bytes] = {}  # entity tag -> SHA-256: the bytes under a tag never change
_remembering = threading.Lock()


@dataclass(frozen=True)
class ReleaseArchive:
    """The archive of `published`; `session` stays in use until its last byte was read."""

    session: ReadSession
    published: Published

    @cached_property
    def members(self) -> list[Member]:
        return [
            Member(
                name=f"biaochi-release-{self.published.number}/{file.name}",
                size=file.size,
                packed_size=file.packed_size,
                crc32=file.crc32,
            )
            for file in self.published.files
        ]

    @cached_property
    def size(self) -> int:
        return archive_size(self.members)

    @cached_property
    def etag(self) -> str:
        """Its bytes are decided by its files' names, digests and packed sizes."""
        digest = hashlib.sha256()
        for file in self.published.files:
            digest.update(f"{self.published.number}/{file.name}:{file.packed_size}:".encode() + file.sha256)
        return f'"{base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")}"'

    @cached_property
    def digest(self) -> str:
        """The value of a `Repr-Digest` header. The archive is read through for it once a process."""
        with _remembering:
            known = _remembered.get(self.etag)
        if known is None:
            digest = hashlib.sha256()
            for chunk in self.content():
                digest.update(chunk)
            known = digest.digest()
            with _remembering:
                while len(_remembered) >= _MOST_REMEMBERED:
                    _remembered.pop(next(iter(_remembered)))
                _remembered[self.etag] = known
        return f"sha-256=:{base64.b64encode(known).decode()}:"

    def content(self, *, start: int = 0) -> Iterator[bytes]:
        """The bytes from `start` to the end, in pieces of a MiB at most."""
        parts = (packed_bytes(self.session, self.published.number, file) for file in self.published.files)
        return archive(zip(self.members, parts, strict=True), start=start)
