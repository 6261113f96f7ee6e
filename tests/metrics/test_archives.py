"""Files in parts that are read alone, and archives of them that any program opens."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from metrics import archives
from metrics.archives import LAST_BLOCK, PART_SIZE, Member, archive, archive_size, packed_parts, unpacked

TEXT = ("年份,单位,数值\r\n" * 150_000).encode()


def member(name: str, content: bytes) -> tuple[Member, list[bytes]]:
    parts = [part.content for part in packed_parts(io.BytesIO(content))]
    packed_size = sum(len(part) for part in parts)
    return Member(name, size=len(content), packed_size=packed_size, crc32=zlib.crc32(content)), parts


@pytest.mark.parametrize("content", [b"", b"x", TEXT, random.Random(1).randbytes(PART_SIZE * 2 + 1)])
def test_every_part_is_read_alone_and_together_they_are_one_stream(content: bytes) -> None:
    parts = list(packed_parts(io.BytesIO(content)))
    assert [unpacked(part.content) for part in parts] == [
        content[start : start + PART_SIZE] for start in range(0, len(content), PART_SIZE)
    ]
    stream = b"".join(part.content for part in parts) + LAST_BLOCK
    assert zlib.decompress(stream, -zlib.MAX_WBITS) == content


def test_an_archive_is_opened_by_a_program_that_knows_nothing_of_us(tmp_path: Path) -> None:
    given = {"发布/rates.csv": TEXT, "empty.txt": b"", "noise": random.Random(2).randbytes(3_000_000)}
    members = [member(name, content) for name, content in given.items()]
    written = b"".join(archive(members))
    assert written == b"".join(archive(members))
    assert len(written) == archive_size(found for found, _ in members)
    with zipfile.ZipFile(io.BytesIO(written)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == given


def test_an_archive_is_written_from_any_place_on() -> None:
    members = [member(name, content) for name, content in (("a", TEXT), ("b", b""), ("c", b"small"), ("d", TEXT))]
    whole = b"".join(archive(members))
    draw = random.Random(3)
    for start in (0, 1, len(whole) - 1, len(whole), *(draw.randrange(len(whole)) for _ in range(40))):
        assert b"".join(archive(members, start=start)) == whole[start:]


def test_what_lies_before_that_place_is_not_read() -> None:
    (first, parts), last = member("a", TEXT), member("b", b"small")
    whole = b"".join(archive([(first, parts), last]))
    start = whole.rindex(b"PK\x03\x04")
    unread = iter(parts)
    assert b"".join(archive([(first, unread), last], start=start)) == whole[start:]
    assert list(unread) == parts


def test_sizes_beyond_32_bits_are_written_in_the_long_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_BEYOND_32_BITS", 1000)
    members = [member(name, content) for name, content in (("a", TEXT), ("b", b"small"), ("c", TEXT))]
    written = b"".join(archive(members))
    assert len(written) == archive_size(found for found, _ in members)
    at = written.rindex(b"PK\x06\x06")
    count, size, offset = struct.unpack_from("<QQQ", written, at + 32)
    assert (count, offset + size) == (3, at)
    first = written.index(b"PK\x03\x04")
    name, extra = struct.unpack_from("<HH", written, first + 26)
    assert struct.unpack_from("<HHQQ", written, first + 30 + name) == (1, 16, len(TEXT), members[0][0].stored_size)
    assert extra == 20
