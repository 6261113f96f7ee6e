"""An archive that every program unpacks to the same files: nothing hidden between, behind or in the names of members.

Programs find what is in an archive by its directory, or by the heads before each file, or by a second name beside the
first: where these say different things, what was checked is not what somebody else unpacks.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from zipfile import ZipFile, ZipInfo

from metrics.ledger.verifying.faults import Wrong

_END, _HEAD = struct.Struct("<4s4H2LH"), struct.Struct("<4s5H3L2H")
_LATER, _LEFT_OUT = 8, (1 << 32) - 1  # a flag: sizes come behind the file; the sign that they stand elsewhere (ZIP64)
_LONGEST_BEHIND = 24  # bytes that may follow a file: its sizes, too few for the head of another
_SECOND_NAME = 0x7075  # of a field by which some programs call the file


def archive_members(opened: ZipFile) -> dict[str, ZipInfo]:
    """What is in the archive, by the names of files without their folder. Raises Wrong where programs would differ."""
    found: dict[str, ZipInfo] = {}
    folders = set()
    for member in opened.infolist():
        folder, _, name = member.filename.rpartition("/")
        if name in found:
            raise Wrong(f"压缩包中 {name} 出现两次。", f"{name} is in the archive twice.")
        if member.is_dir():
            continue
        folders.add(folder)
        found[name] = member
    _refuse_places(folders, opened)
    _refuse_gaps(opened)
    return found


def _refuse_places(folders: set[str], opened: ZipFile) -> None:
    """Raise Wrong unless all files go to one folder, below the one in which they are unpacked."""
    parts = [part for folder in folders for part in folder.split("/")] if folders != {""} else []
    if len(folders) > 1 or any(part in ("", ".", "..") or ":" in part or "\\" in part for part in parts):
        named = ", ".join(sorted(folders))[:200]
        raise Wrong(f"压缩包把文件放到别处:{named}", f"The archive puts files elsewhere than in one folder: {named}")
    (folder,) = folders or {""}
    for member in opened.infolist():
        if member.is_dir() and not f"{folder}/".startswith(member.filename):
            raise Wrong(f"压缩包中另有文件夹 {member.filename}", f"The archive has another folder: {member.filename}")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Wrong(f"{member.filename} 是链接。", f"{member.filename} is a link.")


def _refuse_gaps(opened: ZipFile) -> None:
    """Raise Wrong where anything stands before, between or behind the members, or a head differs from the directory."""
    file = opened.fp
    if file is None:
        return
    place = 0
    for member in sorted(opened.infolist(), key=lambda one: one.header_offset):
        if member.header_offset != place:
            raise _hidden()
        file.seek(place)
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            raise _hidden()
        _, _, flags, method, _, _, crc, packed, size, long, more = _HEAD.unpack(head)
        file.seek(long, os.SEEK_CUR)  # the name, which is compared when the file is opened
        fields = [*_fields(file.read(more)), *_fields(member.extra)]
        said = [(flags, member.flag_bits), (method, member.compress_type)]
        if not flags & _LATER:
            sizes = [(packed, member.compress_size), (size, member.file_size)]
            said += [(crc, member.CRC), *(one for one in sizes if one[0] != _LEFT_OUT)]
        if _SECOND_NAME in fields or any(here != there for here, there in said):
            raise Wrong(
                f"压缩包对 {member.filename} 说法不一,别的程序解出的会不同。",
                f"The archive says of {member.filename} two things, and other programs unpack it as another.",
            )
        place += _HEAD.size + long + more + member.compress_size
        place = _behind(opened, place) if flags & _LATER else place
    if place != opened.start_dir or not _ends_with_its_directory(opened):
        raise _hidden()


def _fields(extra: bytes) -> Iterator[int]:
    """The kinds of the fields beside a name."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        yield kind
        extra = extra[4 + length :]


def _behind(opened: ZipFile, place: int) -> int:
    """Where the next member begins, or the directory, if only sizes can stand before it."""
    following = [opened.start_dir, *(member.header_offset for member in opened.infolist())]
    later = min((one for one in following if one >= place), default=place)
    return later if later - place <= _LONGEST_BEHIND else place


def _ends_with_its_directory(opened: ZipFile) -> bool:
    """True if the directory and its end are the last that there is."""
    file = opened.fp
    if file is None:
        return False
    length = file.seek(0, os.SEEK_END)
    file.seek(max(0, length - _END.size))
    end = file.read(_END.size)
    if len(end) < _END.size:
        return False
    mark, _, _, _, _, size, offset, comment = _END.unpack(end)
    whole = offset + size + _END.size == length or _LEFT_OUT in (size, offset)
    return mark == b"PK\x05\x06" and comment == 0 and whole


def _hidden() -> Wrong:
    return Wrong(
        "压缩包的文件之前、之间或之后另有内容,别的程序读到的会是它。",
        "Something stands before, between or behind the files of the archive, which other programs would read.",
    )
