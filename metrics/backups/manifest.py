"""What an archive says of itself: `manifest.json`, the last file in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

MANIFEST = "manifest.json"
FORMAT = 1


class ArchiveKind(StrEnum):
    """What is in an archive: the database, or the keys and what the signer remembers. Never both."""

    DATA = "data"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """One file of an archive; `sha256` in hexadecimal, `size` in bytes, both of the content before it is packed.

    `table`: the table whose `rows` rows it holds, as CSV with a heading (`open.progress` for one of another schema than
    `public`); empty for a file.
    """

    name: str
    size: int
    sha256: str
    table: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """`made_at`: when the snapshot was taken. `program`: the version that made it. `migration`: the schema's.

    `server`: the version of PostgreSQL. `entries` and `root`: the ledger's head in the snapshot. `key`: the ledger's
    newest public key, empty without one; of an archive of keys, that of the private key in it. `sequences`: the last
    number that each gave, None for one that never gave any. `readers`: roles that were let in to read by SQL.
    """

    kind: ArchiveKind
    made_at: datetime
    program: str
    parts: tuple[ArchivePart, ...]
    migration: str = ""
    server: str = ""
    entries: int = 0
    root: str = ""
    key: str = ""
    sequences: Mapping[str, int | None] | None = None
    readers: tuple[str, ...] = ()

    @property
    def rows(self) -> Mapping[str, int]:
        """How many rows each table has."""
        return {part.table: part.rows for part in self.parts if part.table}

    def as_bytes(self) -> bytes:
        """The file."""
        said = asdict(self) | {"format": FORMAT, "made_at": self.made_at.isoformat()}
        return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


def manifest_of(content: bytes) -> Manifest:
    """What the file says. Raises ValueError, KeyError or TypeError for one that is none."""
    said: dict[str, Any] = json.loads(content)
    if said.pop("format") != FORMAT:
        raise ValueError("another format")
    said["kind"] = ArchiveKind(said["kind"])
    said["made_at"] = datetime.fromisoformat(said["made_at"])
    said["parts"] = tuple(ArchivePart(**part) for part in said["parts"])
    said["readers"] = tuple(said["readers"])
    return Manifest(**said)
