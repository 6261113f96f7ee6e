"""What the signer remembers of the ledger as it saw it last: a file beside the key, outside the database.

Whoever has the database can rewrite, cut or exchange it as a whole; what was there is still known here. The file is
written whole or not at all, is on the disk before a signature is given out, and may be shared by several instances.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from metrics.database_faults import disk_fault
from metrics.errors import Message, Unavailable
from metrics.ledger.keys import key_file
from metrics.ledger.verifying.merkle import tree_root
from metrics.private_files import private_file, private_lock, put_in_place
from metrics.settings import settings

_HASH = 32  # bytes
_WAITS = 4.0  # seconds for another instance to have written
_LOOKS_EVERY = 0.02  # seconds
_failed: dict[Path, OSError] = {}  # what could not be written last, in this process
Stamp = tuple[int, int, int]  # by which another content of the file is told from this one


@dataclass(frozen=True, slots=True)
class Head:
    """The first `size` entries had this `root`, and so what was signed is a beginning of them; 0 before the first.

    `epoch` counts restores that were declared, from 1; `at` is the moment, for people.
    """

    size: int
    root: bytes
    epoch: int
    at: str


def memory_file() -> Path:
    """Where it lies: `BIAOCHI_LEDGER_MEMORY`, else beside the key."""
    key = key_file()
    return settings().ledger_memory or key.with_name(f"{key.name}.head")


def memory_stamp() -> Stamp | None:
    """What is another one as soon as the memory is; None while there is none."""
    try:
        found = memory_file().stat()
    except OSError:  # the reading says why
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def read_memory() -> Head | None:
    """What it is, None if there is no file. Raises Unavailable if it cannot be read or is no memory."""
    path = memory_file()
    try:
        said = json.loads(path.read_text(encoding="ascii"))
        size, root, epoch = said["size"], bytes.fromhex(said["root"]), said["epoch"]
        if type(size) is not int or type(epoch) is not int or size < 0 or len(root) != _HASH:
            raise ValueError
        head = Head(size, root, epoch, str(said.get("at", "")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unavailable(
            code="ledger_memory_unreadable",
            message=Message(
                f"签名器的记忆文件 {path.name} 无法读取,不能确认账本未被换过;请从备份放回该文件,或查明原因后执行 "
                "biaochi ledger restored。",
                f"What the signer remembers, {path.name}, cannot be read ({type(error).__name__}), so nobody knows "
                "whether the ledger was exchanged: put the file back, or find out why and run biaochi ledger restored.",
            ),
        ) from error
    return head


@contextmanager
def memory_held() -> Iterator[None]:
    """While the block lasts no other instance writes the memory. Raises Unavailable after some seconds of waiting."""
    path = memory_file()
    try:
        lock = private_lock(path.with_name(f"{path.name}.lock"))
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        _wait_for(lock)
        yield
    finally:
        os.close(lock)


def _wait_for(lock: int) -> None:
    until = time.monotonic() + _WAITS
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Unavailable(
                    code="ledger_memory_busy",
                    message=Message("另一个实例正在签名,请稍后重试。", "Another instance is signing; try again."),
                ) from None
        time.sleep(_LOOKS_EVERY)


def write_memory(head: Head) -> None:
    """Remember `head`, on the disk when this returns. Call it while :func:`memory_held`. Raises Unavailable."""
    path = memory_file()
    said = {"size": head.size, "root": head.root.hex(), "epoch": head.epoch, "at": head.at}
    try:
        file = private_file(path.with_name(f"{path.name}.new"), instead_of=path)
        file.write(json.dumps(said) + "\n")
        put_in_place(file, path)
    except OSError as error:
        raise _not_written(path, error) from error
    _failed.pop(path, None)


def begin_memory() -> None:
    """Remember that nothing was signed yet, before the first key is recorded: what is remembered there is never gone.

    What is remembered already stays. Raises Unavailable.
    """
    with memory_held():
        if read_memory() is None:
            nothing = tree_root(())
            write_memory(Head(0, nothing, 1, datetime.now(UTC).isoformat(timespec="seconds")))


def writing_refusal() -> Unavailable | None:
    """Why what is recorded could not be remembered, as far as one can tell; tried again. None if nothing is known."""
    path = memory_file()
    if path not in _failed and (not path.exists() or os.access(path.parent, os.W_OK | os.X_OK)):
        return None
    try:
        with memory_held():
            remembered = read_memory()
            if remembered is not None:
                write_memory(remembered)
    except Unavailable as refusal:
        return None if refusal.code == "ledger_memory_busy" else refusal
    _failed.pop(path, None)
    return None


def forget() -> None:
    """Remember nothing: another ledger begins."""
    memory_file().unlink(missing_ok=True)


def _not_written(path: Path, error: OSError) -> Unavailable:
    _failed[path] = error
    return disk_fault(error) or Unavailable(
        code="ledger_memory_unwritable",
        message=Message(
            f"签名器的记忆写不进磁盘({error.strerror}),因此不签名,也不收数;"
            "请检查 BIAOCHI_LEDGER_MEMORY 所在目录的权限与空间。",
            f"What the signer is to remember cannot be written ({error.strerror}), so nothing is signed and nothing "
            "taken in: look at the rights and the room where BIAOCHI_LEDGER_MEMORY lies.",
        ),
    )
