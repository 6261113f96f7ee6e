"""The WAL that a base backup needs, and whether an archive holds all that was written after it.

PostgreSQL itself ends a recovery without a word where a file of its archive is missing; here that is said before.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from metrics.errors import Invalid, Message
from metrics.server.archive_owner import WAL_NAMED

_SEGMENT = 16 * 1024**2  # bytes of a file of WAL
_A_LOG = 4 * 1024**3 // _SEGMENT  # files of WAL that share the middle eight digits of their names


def first_segment(base: Path) -> str:
    """The name of the first file of WAL that `base` needs."""
    return _segment(base, "Start-LSN")


def require_archive(base: Path, wal: Path, *, whole: bool) -> None:
    """Raises Invalid unless the folder `wal` is there and, if `whole`, has WAL from the end of `base` on without a gap.

    Raises OSError if it cannot be listed.
    """
    try:
        names = sorted(path.name for path in wal.iterdir() if WAL_NAMED.fullmatch(path.name))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Invalid("no_wal_archive", _not_there(wal)) from error
    if whole:
        _require_whole(wal, names, end=_segment(base, "End-LSN"))


def _require_whole(wal: Path, names: Sequence[str], *, end: str) -> None:
    after = [name for name in names if name >= end]
    if not after or (after[0][:8] == end[:8] and _number(after[0]) > _number(end) + 1):
        raise Invalid("wal_missing", _nothing_after(wal, end))
    for one, following in pairwise(after):
        if one[:8] == following[:8] and _number(following) != _number(one) + 1:
            raise Invalid("wal_missing", _gap(wal, one, following))


def _segment(base: Path, place: str) -> str:
    (needed, *_) = json.loads((base / "backup_manifest").read_text(encoding="utf-8"))["WAL-Ranges"]
    high, low = (int(part, 16) for part in needed[place].split("/"))
    return f"{needed['Timeline']:08X}{high:08X}{low // _SEGMENT:08X}"


def _number(name: str) -> int:
    """The place of a file of WAL among those of its timeline."""
    return int(name[8:16], 16) * _A_LOG + int(name[16:], 16)


_ALONE_ZH = "只恢复到物理备份完成时的,把 BIAOCHI_WAL_ARCHIVE 设为空。"
_ALONE_EN = "To restore as of the end of the base backup alone, leave BIAOCHI_WAL_ARCHIVE empty."


def _not_there(wal: Path) -> Message:
    return Message(
        f"没有日志归档文件夹 {wal}:请挂载它的磁盘,或用 BIAOCHI_WAL_ARCHIVE 指明它。{_ALONE_ZH}",
        f"There is no archive of WAL {wal}: mount its disk, or name it in BIAOCHI_WAL_ARCHIVE. {_ALONE_EN}",
    )


def _nothing_after(wal: Path, end: str) -> Message:
    return Message(
        f"{wal} 中没有接着这份物理备份的日志({end} 起):它是这个数据库的归档吗?{_ALONE_ZH}",
        f"{wal} has no WAL that continues this base backup (from {end} on): is it this database's archive? {_ALONE_EN}",
    )


def _gap(wal: Path, one: str, following: str) -> Message:
    return Message(
        f"{wal} 中 {one} 与 {following} 之间缺了日志,其后的恢复不了:请找回缺的文件;或用 --at 恢复到缺口之前。",
        f"In {wal} WAL is missing between {one} and {following}, and nothing after it could be restored: bring the "
        "missing files back, or restore with --at to a moment before them.",
    )
