"""The files of releases, read again, against what the ledger says of them."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from metrics.archives import PART_SIZE, unpacked_whole
from metrics.database import ReadSession
from metrics.ledger.checking.finding import Finding, differing, missing, unaccounted
from metrics.ledger.checking.proofs import CHECKPOINT_FILE, PROOF_FILES, lost_checkpoint, wrong_proof_files
from metrics.media_types import media_type_of
from metrics.models import ReleaseFile, ReleasePart

_FILES, _PARTS = "release_files", "release_parts"


@dataclass(slots=True)
class _Read:
    """What a file's parts come to. `whole`: each is in its place and is what was packed."""

    size: int = 0
    packed_size: int = 0
    crc32: int = 0
    sha256: bytes = b""
    whole: bool = True


class ReleaseFilesCheck:
    """Reads every file of every release; what is left at the end belongs to none."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        rows = session.execute(select(ReleaseFile.__table__)).mappings()
        self._rows = {(row["number"], row["name"]): row for row in rows}
        parts = session.execute(select(ReleasePart.number, ReleasePart.name).distinct())
        self._parts = {(row.number, row.name) for row in parts}

    def of_release(self, said: Mapping[str, Any]) -> Iterator[Finding]:
        """What is wrong with the files of the release that an entry tells of."""
        reads = self._reads(said["number"])
        for place, file in enumerate(said["files"]):
            named = {"size": file["bytes"], "rows": file["rows"], "sha256": bytes.fromhex(file["sha256"])}
            yield from self._file(said["number"], file["name"], named | {"place": place}, reads=reads)
        # Releases made before archives proved themselves have no proof, and no verifier either.
        if any(file["name"] == "verify.py" for file in said["files"]):
            yield from self._proofs(said, reads=reads)

    def end(self, *, doubtful: bool) -> Iterator[Finding]:
        """Files that no entry accounts for, and parts of none. `doubtful`: an entry that named them may be missing."""
        if not doubtful:
            yield from (unaccounted(_FILES, _key(*file)) for file in self._rows)
            yield from (unaccounted(_PARTS, _key(*file)) for file in sorted(self._parts))

    def _file(
        self, number: int, name: str, expected: dict[str, Any], *, reads: Mapping[str, _Read]
    ) -> Iterator[Finding]:
        key, row = _key(number, name), self._rows.pop((number, name), None)
        self._parts.discard((number, name))
        if row is None:
            yield missing(_FILES, key)
            return
        read = reads.get(name) or _read_whole(())
        if not read.whole or read.sha256 != expected["sha256"]:
            yield _content_differs(key)
        else:
            expected = expected | {"crc32": read.crc32, "packed_size": read.packed_size}
            if row["packed_size"] != read.packed_size:  # either of the two was changed
                yield _content_differs(key)
        yield from differing(_FILES, key, expected=expected | {"media_type": media_type_of(name)}, found=row)

    def _proofs(self, said: Mapping[str, Any], *, reads: Mapping[str, _Read]) -> Iterator[Finding]:
        """The files that prove the entry, which it cannot name, and the row of their checkpoint."""
        number = said["number"]
        contents = {name: self._content(number, name) for name in PROOF_FILES}
        wrong = set(wrong_proof_files(self._session, said["seq"], contents))
        if CHECKPOINT_FILE not in wrong and (gone := lost_checkpoint(self._session, contents[CHECKPOINT_FILE])):
            yield missing("ledger_checkpoints", gone)
        for place, (name, content) in enumerate(contents.items(), start=len(said["files"])):
            if name in wrong and (number, name) in self._rows:
                yield _content_differs(_key(number, name))
                del self._rows[number, name]
                self._parts.discard((number, name))
                continue
            expected = {"size": len(content), "rows": 0, "sha256": hashlib.sha256(content).digest()}
            yield from self._file(number, name, expected | {"place": place}, reads=reads)

    def _reads(self, number: int) -> dict[str, _Read]:
        """Every file of a release by its name, read in one go, four parts in memory."""
        query = (
            select(ReleasePart.name, ReleasePart.part, ReleasePart.content)
            .where(ReleasePart.number == number)
            .order_by(ReleasePart.name, ReleasePart.part)
        )
        with self._session.execute(query, execution_options={"yield_per": 4}) as rows:
            return {
                name: _read_whole((row.part, row.content) for row in parts)
                for name, parts in groupby(rows, key=attrgetter("name"))
            }

    def _content(self, number: int, name: str) -> bytes:
        """The bytes of a small file, as far as they can be read."""
        content = b""
        query = select(ReleasePart.content).where(ReleasePart.number == number, ReleasePart.name == name)
        for packed in self._session.scalars(query.order_by(ReleasePart.part)):
            try:
                content += unpacked_whole(packed)
            except zlib.error:
                break
        return content


def _read_whole(parts: Iterable[tuple[int, bytes]]) -> _Read:
    """A file from its parts, each with its number and packed."""
    read, digest = _Read(), hashlib.sha256()
    try:
        for place, (part, packed) in enumerate(parts):
            raw = unpacked_whole(packed)
            if part != place or read.size != place * PART_SIZE or not raw:
                raise zlib.error("a part is missing, out of its place, or empty")
            digest.update(raw)
            read.size += len(raw)
            read.packed_size += len(packed)
            read.crc32 = zlib.crc32(raw, read.crc32)
    except zlib.error:
        read.whole = False
    read.sha256 = digest.digest()
    return read


def _content_differs(key: str) -> Finding:
    return next(differing(_PARTS, key, expected={"content": "sha256"}, found={"content": None}))


def _key(number: int, name: str) -> str:
    return f"number={number} name={name}"
