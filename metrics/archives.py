"""Files cut into parts of one MiB, each deflated on its own, and zip archives put together from such parts."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO

PART_SIZE = 1024 * 1024
# Parts deflated apart and joined: an archive needs no packing when it is sent (decision 36).
LAST_BLOCK = b"\x03\x00"  # an empty block that ends a deflate stream (RFC 1951, 3.2.6)
_LEVEL = 6
_UTF8_NAMES = 0x0800
_DEFLATED = 8
_MADE_IN = (0, 0x21)  # midnight, 1 January 1980: the earliest a zip can say; the bytes hang on the content alone
_BEYOND_32_BITS = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Part:
    """`raw`: at most one MiB of a file; `content`: the same deflated."""

    raw: bytes
    content: bytes


def packed_parts(file: IO[bytes]) -> Iterator[Part]:
    """The parts of `file` from where it stands."""
    while raw := file.read(PART_SIZE):
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        # A full flush ends at a byte and forgets what came before: the next part stands on its own.
        yield Part(raw, packer.compress(raw) + packer.flush(zlib.Z_FULL_FLUSH))


def unpacked(part: bytes) -> bytes:
    """The bytes of one part."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(part)


def unpacked_whole(part: bytes) -> bytes:
    """The bytes of one part. Raises zlib.error unless it is nothing but blocks that a stream can go on after."""
    reader = zlib.decompressobj(-zlib.MAX_WBITS)
    raw = reader.decompress(part)
    if reader.eof:
        raise zlib.error("a part does not end its stream")
    return raw


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive. `packed_size` counts the parts, without the last block."""

    name: str
    size: int
    packed_size: int
    crc32: int

    @property
    def stored_size(self) -> int:
        return self.packed_size + len(LAST_BLOCK)


def archive(members: Iterable[tuple[Member, Iterable[bytes]]], *, start: int = 0) -> Iterator[bytes]:
    """A zip archive of `members`, each with its parts, in their order, from byte `start`; equal members, equal bytes.

    The parts of members that lie before `start` are not asked for. Sizes beyond 4 GiB are written in the ZIP64 form
    (APPNOTE 4.5.3).
    """
    directory, offset = b"", 0
    count = 0
    for member, parts in members:
        head = _local_header(member)
        directory += _central_header(member, offset=offset)
        count += 1
        end = offset + len(head) + member.stored_size
        if end > start:
            yield from _beyond(start - offset, chain((head,), parts, (LAST_BLOCK,)))
        offset = end
    yield from _beyond(start - offset, (directory + _end(count, size=len(directory), offset=offset),))


def _beyond(skip: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """`pieces` without their first `skip` bytes."""
    for piece in pieces:
        if len(piece) > skip:
            yield piece[max(skip, 0) :]
        skip -= len(piece)


def archive_size(members: Iterable[Member]) -> int:
    """How many bytes :func:`archive` writes."""
    offset, directory, count = 0, 0, 0
    for member in members:
        directory += len(_central_header(member, offset=offset))
        offset += len(_local_header(member)) + member.stored_size
        count += 1
    return offset + directory + len(_end(count, size=directory, offset=offset))


def _local_header(member: Member) -> bytes:
    extra = b""
    size, stored = member.size, member.stored_size
    if max(size, stored) >= _BEYOND_32_BITS:
        extra = struct.pack("<HHQQ", 1, 16, size, stored)
        size = stored = _BEYOND_32_BITS
    name = member.name.encode()
    fields = (b"PK\x03\x04", _version(extra), _UTF8_NAMES, _DEFLATED, *_MADE_IN, member.crc32, stored, size)
    return struct.pack("<4sHHHHHIIIHH", *fields, len(name), len(extra)) + name + extra


def _central_header(member: Member, *, offset: int) -> bytes:
    extra = b""
    size, stored = member.size, member.stored_size
    if max(size, stored, offset) >= _BEYOND_32_BITS:
        extra = struct.pack("<HHQQQ", 1, 24, size, stored, offset)
        size = stored = offset = _BEYOND_32_BITS
    name = member.name.encode()
    version = _version(extra)
    fields = (b"PK\x01\x02", version, version, _UTF8_NAMES, _DEFLATED, *_MADE_IN, member.crc32, stored, size)
    return struct.pack("<4sHHHHHHIIIHHHHHII", *fields, len(name), len(extra), 0, 0, 0, 0, offset) + name + extra


def _version(extra: bytes) -> int:
    return 45 if extra else 20


def _end(count: int, *, size: int, offset: int) -> bytes:
    plain = struct.pack(
        "<4sHHHHIIH",
        b"PK\x05\x06",
        0,
        0,
        count,
        count,
        min(size, _BEYOND_32_BITS),
        min(offset, _BEYOND_32_BITS),
        0,
    )
    if max(size, offset) < _BEYOND_32_BITS:
        return plain
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, offset + size, 1)
    return record + locator + plain
