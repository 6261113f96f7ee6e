"""What goes wrong with a database through no defect of ours, in words: away, crowded, full, read-only, held."""

from __future__ import annotations

import errno
import time
from collections.abc import Mapping

import psycopg
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metrics.errors import Message, Unavailable

_AWAY = Message("数据库暂时不可用,请稍后重试,未保存任何内容。", "The database is away; nothing was stored. Try again.")
_BROKEN_OFF = Message(
    "与数据库的连接中断,本次是否已保存尚不确定:请稍后查看,未保存的再提交一次"
    "(接口用同一 Idempotency-Key 重试,不会重复)。",
    "The connection to the database broke off, and whether this was stored is not certain: look again shortly and send "
    "what is missing (over the API with the same Idempotency-Key, which stores nothing twice).",
)
_CROWDED = Message(
    "数据库的连接已全部占用,请稍后重试,未保存任何内容。",
    "Every connection to the database is in use; nothing was stored. Try again.",
)
_HELD = Message(
    "正在处理他人的大批报送,请稍后重试;本次未保存任何内容。",
    "Others are being served, a large file perhaps; nothing was stored. Try again.",
)
DISK_FULL = Message(
    "服务器磁盘已满,现不能保存,本次未保存任何内容。请联系管理员腾出空间,之后自动恢复。",
    "The server's disk is full; nothing can be stored and nothing was. Its operator has to make room; then this "
    "recovers by itself.",
)
READ_ONLY = Message(
    "数据库现为只读(备用库,或正在维护),不能保存,本次未保存任何内容。",
    "The database only answers readers at the moment (a standby, or being maintained); nothing was stored.",
)
# How PostgreSQL's codes begin -> ours, and the sentence; the first that fits. Broken connections, a server that shuts
# down or starts; transactions that it ended because they stood in each other's way.
_STATES: Mapping[str, tuple[str, Message]] = {
    "53100": ("disk_full", DISK_FULL),
    "53300": ("connections_exhausted", _CROWDED),
    "53": ("database_away", _AWAY),
    "25006": ("database_read_only", READ_ONLY),
    "55P03": ("database_busy", _HELD),  # waited too long for a lock
    "40P01": ("database_busy", _HELD),
    "40001": ("database_busy", _HELD),
    "57014": (
        "took_too_long",
        Message(
            "查询用时过长,已停止;请缩小范围(单位、报告期)后重试。未保存任何内容。",
            "This took too long and was stopped; nothing was stored. Ask for fewer units or periods.",
        ),
    ),
    "57P": ("database_away", _BROKEN_OFF),
    "08": ("database_away", _BROKEN_OFF),
    "58": (
        "storage_failed",
        Message(
            "数据库读写磁盘出错,本次未保存任何内容。请联系管理员检查磁盘。",
            "The database cannot read or write its disk; nothing was stored. Its operator has to look at the disk.",
        ),
    ),
}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_OF_THE_DISK = ("disk_full", "storage_failed")
_REMEMBERED = 30.0  # seconds for which a refusal of the database's disk is believed

_refused: dict[str, tuple[float, Unavailable]] = {}  # code -> when, by a clock that never goes back


def database_fault(error: BaseException) -> Unavailable | None:
    """What `error` is if the database is away, full, read-only, crowded or held; None if it is a defect, or no such.

    A connection that broke while it was used may have stored what it was about to: that is said.
    """
    if isinstance(error, PoolTimeout):
        return Unavailable("connections_exhausted", _CROWDED)
    original = error.orig if isinstance(error, DBAPIError) else error
    state = original.sqlstate if isinstance(original, psycopg.Error) else None
    for begins, (code, message) in _STATES.items():
        if state is not None and state.startswith(begins):
            return Unavailable(code, message)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Unavailable("database_away", _BROKEN_OFF)
    if state is None and isinstance(error, OperationalError | psycopg.OperationalError):
        return Unavailable("database_away", _AWAY)
    return None


def disk_fault(error: OSError) -> Unavailable | None:
    """That the disk is full, if that is why a file could not be written; None if it is something else."""
    return Unavailable("disk_full", DISK_FULL) if error.errno in _NO_ROOM else None


def remember_refusal(fault: Unavailable | None) -> None:
    """Note that a disk refused to store something: of a database elsewhere nothing else tells it."""
    if fault is not None and fault.code in _OF_THE_DISK:
        _refused[fault.code] = (time.monotonic(), fault)


def note_failure(error: BaseException) -> None:
    """Remember what `error` says of the database's disk."""
    remember_refusal(database_fault(error))


def remembered_refusals() -> tuple[Unavailable, ...]:
    """What a disk refused within the last half minute."""
    return tuple(fault for at, fault in list(_refused.values()) if time.monotonic() - at < _REMEMBERED)


def without_values(error: psycopg.Error) -> str:
    """What `error` says; in names of tables and constraints alone where its words would quote what was sent."""
    if (error.sqlstate or "").startswith(("22", "23")):
        named = {kind: getattr(error.diag, f"{kind}_name") for kind in ("table", "column", "constraint", "datatype")}
        said = ", ".join(f"{kind} {name}" for kind, name in named.items() if name)
        return f"{error.sqlstate} {said}".strip()
    lines = (error.diag.message_primary or str(error)).splitlines()  # the lines below the first are DETAIL and CONTEXT
    return f"{error.sqlstate or ''} {lines[0] if lines else ''}".strip()
