"""The files that no database holds: keys, what the signer remembers, the accounts of the demonstration."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from metrics.backups.archive import Archive, ArchiveWriter
from metrics.backups.manifest import ArchiveKind, Manifest
from metrics.errors import Message, Unavailable
from metrics.ledger import memory
from metrics.ledger.keys import SigningKey, held_key, key_file, next_key_file
from metrics.private_files import private_file, put_in_place
from metrics.second_factor import key_path
from metrics.settings import settings

MEMORY = "ledger.key.head"


def secret_files() -> Mapping[str, Path]:
    """Where each of them lies, by its name in an archive."""
    return {
        "ledger.key": key_file(),
        "ledger.key.next": next_key_file(),
        "second-factor.key": key_path(),
        MEMORY: memory.memory_file(),
        "postgres.json": settings().home / "postgres.json",
        "demo-accounts.json": settings().home / "demo-accounts.json",
    }


def write_keys(archive: ArchiveWriter, *, at: datetime, key: str) -> None:
    """Put those that are there into an archive; `key`: the ledger's public one. Raises Unavailable naming one that
    cannot be read."""
    for name, path in secret_files().items():
        content = _read(path)
        if content is not None:
            with archive.part(name) as part:
                part.write(content)
    archive.finish(Manifest(ArchiveKind.KEYS, at, version("biaochi"), tuple(archive.parts), key=key))


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable("key_unreadable", _unreadable(path, error)) from error


def require_keys(manifest: Manifest, saved: Archive | None) -> None:
    """Raises Unavailable naming a key that is needed for what `manifest` tells of and is neither here nor saved.

    That a key of second factors is the right one shows when the first secret is opened.
    """
    path, wanted = key_file(), manifest.key
    name = wanted.partition("+")[0]
    if wanted and held_key(name, wanted) is None:
        if path.exists():
            raise Unavailable("ledger_key_missing", _other_key(path))
        if not any(_is_key(content, name, wanted) for content in _saved(saved, "ledger.key", "ledger.key.next")):
            raise Unavailable("ledger_key_missing", _no_key(path))
    sealed = manifest.rows.get("second_factors")
    if sealed and not key_path().exists() and not list(_saved(saved, "second-factor.key")):
        raise Unavailable("second_factor_key", _no_key(key_path()))


def _is_key(content: bytes, name: str, wanted: str) -> bool:
    try:
        private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(content.strip(), validate=True))
    except ValueError:
        return False
    return SigningKey(name, private).verifier_key == wanted


def _saved(archive: Archive | None, *names: str) -> Iterator[bytes]:
    """The contents of those files that an archive of keys has."""
    if archive is not None:
        for part in archive.manifest.parts:
            if part.name in names:
                yield b"".join(archive.read(part))


def put_keys_in_place(archive: Archive | None, undo: ExitStack, *, entries: int | None = None) -> None:
    """Put the files of an archive of keys where they belong; one that is there already stays as it is.

    What the signer remembered is among them once it is known up to which entry the ledger comes back, `entries`, and
    where it says more than that. `undo` takes away again what was put there. Raises Unavailable if that cannot be.
    """
    for part in () if archive is None else archive.manifest.parts:
        path = secret_files().get(part.name)
        if archive is None or path is None or path.exists():
            continue
        content = b"".join(archive.read(part)).decode()
        if part.name != MEMORY or (entries is not None and _size(content) > entries):
            write_secret(path, content)
            undo.callback(path.unlink, missing_ok=True)


def _size(memory: str) -> int:
    """How many entries the signer remembered; 0 where what was saved is no memory."""
    try:
        return int(json.loads(memory)["size"])
    except (ValueError, KeyError, TypeError):
        return 0


def write_secret(path: Path, content: str) -> None:
    """Write a file that only its owner may read, whole and on the disk. Raises Unavailable if that cannot be."""
    try:
        file = private_file(path.with_name(f"{path.name}.{os.getpid()}.new"), instead_of=path)
        file.write(content)
        put_in_place(file, path)
    except OSError as error:
        raise Unavailable(
            "key_not_written",
            Message(
                f"{path} 写不进去({error.strerror})。",
                f"{path} cannot be written ({error.strerror}).",
            ),
        ) from error


def _no_key(path: Path) -> Message:
    return Message(
        f"缺少密钥文件 {path}:请把它放回原处,或用 --keys 给出密钥备份。确已丢失的,加 --without-keys:"
        "账本此后用新密钥签名,第二因素须逐人重置。",
        f"The key {path} is missing: put it there, or name the archive of keys with --keys. If it is lost, add "
        "--without-keys: the ledger goes on under a new key, and second factors are reset for each person.",
    )


def _other_key(path: Path) -> Message:
    return Message(
        f"{path} 是另一本账的密钥。请移走它,再用 --keys 给出密钥备份。",
        f"{path} is the key of another ledger. Move it away and name the archive of keys with --keys.",
    )


def _unreadable(path: Path, error: OSError) -> Message:
    return Message(
        f"密钥文件 {path} 读不出({error.strerror}),密钥未备份。请以该文件的所有者运行。",
        f"The key {path} cannot be read ({error.strerror}), so the keys were not backed up. Run this as its owner.",
    )
