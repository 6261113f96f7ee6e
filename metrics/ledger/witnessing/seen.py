"""What a witness keeps: its key, and of each log the checkpoint it cosigned last, which it never goes back behind.

A folder with three files: `witness.key`, `seen.json`, and `policy.txt`, which names the logs. One process at a time;
what was seen is on the disk, whole, before it is signed: a process that is killed has gone forward or not at all.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from metrics.errors import Conflict, Message, Unavailable
from metrics.ledger.verifying.checkpoint import OF_WITNESS
from metrics.ledger.verifying.cosignature import cosigned_text

KEY, SEEN, POLICY = "witness.key", "seen.json", "policy.txt"
_LOCK = "lock"
NAME = re.compile(r"[^\s+\x00-\x20]{1,100}")


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A private key under the name by which its cosignatures go."""

    name: str
    private: Ed25519PrivateKey

    @property
    def _public(self) -> bytes:
        return bytes([OF_WITNESS]) + self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        """Four bytes by which a cosignature says whose it is."""
        return sha256(self.name.encode() + b"\n" + self._public).digest()[:4]

    @property
    def verifier_key(self) -> str:
        """What others need to check its cosignatures: name+id+key."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self._public).decode()}"

    def cosignature(self, body: bytes, *, at: int) -> str:
        """The line that cosigns a checkpoint that says `body`, at `at` (seconds since 1970)."""
        signed = self.key_id + at.to_bytes(8, "big") + self.private.sign(cosigned_text(body, at))
        return f"— {self.name} {base64.b64encode(signed).decode()}\n"


@dataclass(frozen=True, slots=True)
class LastSeen:
    """Of a log: the first `size` entries had this `root` when it was cosigned at `at` (seconds since 1970)."""

    size: int
    root: bytes
    at: int


class SeenLogs:
    """The logs that this witness cosigned, by origin. Only whoever :func:`held` the folder writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._logs = _read_seen(path)

    def last(self, origin: str) -> LastSeen | None:
        return self._logs.get(origin)

    def keep(self, origin: str, seen: LastSeen) -> None:
        """Have it on the disk that `origin` came to `seen`. Raises Unavailable if it cannot be written."""
        logs = self._logs | {origin: seen}
        told = {name: {"size": one.size, "root": one.root.hex(), "at": one.at} for name, one in sorted(logs.items())}
        try:
            write_whole(self._path, json.dumps({"logs": told}, ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            raise _unwritable(self._path, error) from error
        self._logs = logs


def make_witness(folder: Path, name: str) -> WitnessKey:
    """A new witness in `folder`: a key, nothing seen, a policy that names no log yet.

    Raises Conflict where there is one already: a key whose witness forgot what it saw would sign whatever it is shown.
    """
    if any((folder / file).exists() for file in (KEY, SEEN)):
        raise Conflict(
            code="witness_exists",
            message=Message(
                f"{folder} 中已有见证人;密钥与所见不能分开重建。",
                f"There is a witness in {folder}; its key and what it saw stay together.",
            ),
        )
    key = WitnessKey(name, Ed25519PrivateKey.generate())
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(folder / SEEN, '{"logs": {}}\n')
        if not (folder / POLICY).exists():
            write_whole(folder / POLICY, "# log VKEY\nquorum none\n")
        write_whole(folder / KEY, f"{name} {base64.b64encode(key.private.private_bytes_raw()).decode()}\n")
    except OSError as error:
        raise _unwritable(folder, error) from error
    return key


def read_witness_key(folder: Path) -> WitnessKey:
    """The key in `folder`. Raises Unavailable if it cannot be read or is none."""
    path = folder / KEY
    try:
        name, encoded = path.read_text(encoding="utf-8").split()
        return WitnessKey(name, Ed25519PrivateKey.from_private_bytes(base64.b64decode(encoded, validate=True)))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


@contextmanager
def held(folder: Path) -> Iterator[SeenLogs]:
    """What the witness saw, ours alone while the block lasts.

    Raises Conflict if another process has it, Unavailable if it cannot be read: a key alone signs nothing.
    """
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                code="witness_running",
                message=Message(f"{folder} 中的见证人正在运行。", f"The witness in {folder} runs already."),
            ) from None
        yield SeenLogs(folder / SEEN)
    finally:
        os.close(lock)


def write_whole(path: Path, text: str) -> None:
    """Put `text` in the place of the file, 0600, on the disk when this returns: whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read_seen(path: Path) -> dict[str, LastSeen]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))["logs"].items()
        logs = {origin: LastSeen(int(one["size"]), bytes.fromhex(one["root"]), int(one["at"])) for origin, one in said}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(path, error) from error
    if any(seen.size < 0 or len(seen.root) != 32 for seen in logs.values()):
        raise _unreadable(path, ValueError())
    return logs


def now_in_seconds() -> int:
    return int(time.time())


def _unreadable(path: Path, error: Exception) -> Unavailable:
    return Unavailable(
        code="witness_unreadable",
        message=Message(
            f"见证人的 {path.name} 无法读取;所见丢失的见证人不得再签,请弃用其密钥,另建见证人。",
            f"The witness's {path.name} cannot be read ({type(error).__name__}). A witness that lost what it "
            "saw must not sign again: retire its key and make another witness.",
        ),
    )


def _unwritable(path: Path, error: OSError) -> Unavailable:
    return Unavailable(
        code="witness_unwritable",
        message=Message(
            f"见证人的 {path.name} 写不进磁盘,因此不签名。",
            f"The witness's {path.name} cannot be written ({error.strerror}), so it does not sign.",
        ),
    )
