"""An archive is refused where programs differ in what they unpack; packed anew by whichever of them it stays right."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO, cast

import pytest

from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.packing import archive_members

FILES = {"r/rates.csv": b"a,b\r\n1,2\r\n", "r/progress.csv": b"a\r\nmet\r\n" * 50}
HIDDEN = b"a\r\novertaken\r\n"
_HEAD, _DIRECTORY, _END = 30, 46, 22


def packed(files: dict[str, bytes], *, comment: bytes = b"", extra: dict[str, bytes] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.comment = comment
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type, info.extra = zipfile.ZIP_DEFLATED, (extra or {}).get(name, b"")
            made.writestr(info, content)
    return buffer.getvalue()


def members(archive: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        found = archive_members(opened)
        assert {info.filename: opened.read(info) for info in found.values()} == {
            info.filename: opened.read(info) for info in opened.infolist() if not info.is_dir()
        }
        return set(found)


def hidden_member() -> bytes:
    name = b"r/rates.csv"
    sizes = (zlib.crc32(HIDDEN), len(HIDDEN), len(HIDDEN), len(name), 0)
    return struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, *sizes) + name + HIDDEN


def with_gap(archive: bytes, *, before: int) -> bytes:
    """With a file that the directory does not name, before the member of this number, or before the directory."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        offsets, start = [one.header_offset for one in opened.infolist()], opened.start_dir
    place = [*offsets, start][before]
    gap = hidden_member()
    directory, end = bytearray(archive[start:-_END]), bytearray(archive[-_END:])
    at = 0
    for offset in offsets:
        if offset >= place:
            struct.pack_into("<L", directory, at + 42, offset + len(gap))
        at += _DIRECTORY + sum(struct.unpack_from("<3H", directory, at + 28))
    struct.pack_into("<L", end, 16, start + len(gap))
    return archive[:place] + gap + archive[place:start] + bytes(directory) + bytes(end)


def second_names(one: str, other: str) -> dict[str, bytes]:
    """Fields by which Info-ZIP takes each file for the other."""
    field = {}
    for name, told in ((one, other), (other, one)):
        said = struct.pack("<BL", 1, zlib.crc32(name.encode())) + told.encode()
        field[name] = struct.pack("<2H", 0x7075, len(said)) + said
    return field


def a_link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        info = zipfile.ZipInfo("r/rates.csv")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        made.writestr(info, b"/etc/passwd")
    return buffer.getvalue()


def in_head(archive: bytes, place: int, form: str, value: int) -> bytes:
    """With another value in the head before the first file, which the directory does not have."""
    changed = bytearray(archive)
    struct.pack_into(form, changed, place, value)
    return bytes(changed)


RIGHT = packed(FILES)
REFUSED: dict[str, Callable[[], bytes]] = {
    "hidden between": lambda: with_gap(RIGHT, before=1),
    "hidden before the directory": lambda: with_gap(RIGHT, before=2),
    "hidden first": lambda: with_gap(RIGHT, before=0),
    "something before": lambda: b"unit,value\r\n" + RIGHT,
    "something behind": lambda: RIGHT + b"withdrawn",
    "another archive behind": lambda: RIGHT + packed({"r/rates.csv": HIDDEN})[:20],
    "a comment": lambda: packed(FILES, comment=b"withdrawn"),
    "second names": lambda: packed(FILES, extra=second_names(*FILES)),
    "another method in the head": lambda: in_head(RIGHT, 8, "<H", 0),
    "other flags in the head": lambda: in_head(RIGHT, 6, "<H", 2),
    "another checksum in the head": lambda: in_head(RIGHT, 14, "<L", 1),
    "another packed length in the head": lambda: in_head(RIGHT, 18, "<L", 3),
    "another length in the head": lambda: in_head(RIGHT, 22, "<L", 3),
    "above": lambda: packed({f"../{name}": content for name, content in FILES.items()}),
    "one above": lambda: packed({"../rates.csv": b"", "r/progress.csv": b""}),
    "absolute": lambda: packed({"/etc/rates.csv": b""}),
    "a drive": lambda: packed({"C:/r/rates.csv": b""}),
    "two folders": lambda: packed({"r/rates.csv": b"", "s/progress.csv": b""}),
    "twice": lambda: packed({"r/rates.csv": b"", "s/rates.csv": b""}),
    "a folder of the name": lambda: packed({**FILES, "r/rates.csv/": b""}),
    "a link": a_link,
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_programs_unpack_differently_is_refused_in_both_languages(case: str) -> None:
    with pytest.raises(Wrong) as refused:
        members(REFUSED[case]())
    zh, en = str(refused.value).split("\n")
    assert not zh.isascii()
    assert en.isascii() or "r/" in en


class _Stream(io.BytesIO):
    """Of which the writer cannot go back: sizes come behind each file."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation


def streamed() -> bytes:
    stream = _Stream()
    with zipfile.ZipFile(cast("BinaryIO", stream), "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in FILES.items():
            made.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "again",
    [
        lambda: RIGHT,
        lambda: packed({"r/": b"", **FILES}),
        lambda: packed({name.partition("/")[2]: content for name, content in FILES.items()}),
        lambda: packed({f"downloads/{name}": content for name, content in FILES.items()}),
        lambda: packed(FILES, extra=dict.fromkeys(FILES, struct.pack("<2HB4x", 0x5455, 5, 1))),
        streamed,
    ],
)
def test_packed_anew_it_stays_right(again: Callable[[], bytes]) -> None:
    assert members(again()) == {"rates.csv", "progress.csv"}
