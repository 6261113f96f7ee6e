"""The two files of a release that its entry cannot name, because they prove it: entry and checkpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.ledger.checking.checkpoints import known_keys, open_issued
from metrics.ledger.proof import proved_line
from metrics.ledger.verifying.checkpoint import Checkpoint
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.merkle import leaf_hash, root_by_inclusion
from metrics.models import LedgerCheckpoint, LedgerEntry

ENTRY_FILE = "entry.jsonl"
CHECKPOINT_FILE = "checkpoint.txt"
PROOF_FILES = (ENTRY_FILE, CHECKPOINT_FILE)


def wrong_proof_files(session: ReadSession, seq: int, files: dict[str, bytes]) -> Iterator[str]:
    """The names of those of `files` that are not what they were when the release at entry `seq` was made.

    They are held against each other and against the entry itself: other entries, or checkpoints that the database
    keeps, may be wrong without these files being so.
    """
    checkpoint = _checkpoint(session, files[CHECKPOINT_FILE].decode("utf-8", "replace"))
    if checkpoint is None or checkpoint.size < seq:
        yield CHECKPOINT_FILE
    elif not _leads_to(session, seq, files[ENTRY_FILE], checkpoint):
        yield ENTRY_FILE


def lost_checkpoint(session: ReadSession, note: bytes) -> str | None:
    """The key of the row that held a release's checkpoint, if the row is gone. One that was changed is not gone."""
    try:
        found, key_id = open_issued(note.decode("utf-8", "replace"), known_keys(session))
    except Wrong:
        return None
    kept = LedgerCheckpoint
    there = (kept.size == found.size) & (kept.key_id == key_id) | (kept.note == note.decode())
    if session.scalar(select(kept.size).where(there).limit(1)) is not None:
        return None
    return f"size={found.size} key_id={key_id}"


def _checkpoint(session: ReadSession, note: str) -> Checkpoint | None:
    """The checkpoint that `note` is, if it is the one that was issued, byte for byte."""
    keys = known_keys(session)
    found = _opened(note, keys)
    if found is None:
        return None
    kept = session.scalars(select(LedgerCheckpoint.note).where(LedgerCheckpoint.size == found.size)).all()
    return found if note in kept or all(_opened(other, keys) is None for other in kept) else None


def _opened(note: str, keys: list[str]) -> Checkpoint | None:
    try:
        return open_issued(note, keys)[0]
    except Wrong:
        return None


def _leads_to(session: ReadSession, seq: int, content: bytes, checkpoint: Checkpoint) -> bool:
    leaf = session.scalars(select(LedgerEntry.leaf).where(LedgerEntry.seq == seq)).one()
    try:
        said: Any = json.loads(content)
        path = [bytes.fromhex(step) for step in said["inclusion"]["path"]]
    except (ValueError, LookupError, TypeError):
        return False
    hashed = leaf_hash(leaf.encode())
    if root_by_inclusion(hashed, index=seq - 1, size=checkpoint.size, path=path) != checkpoint.root:
        return False
    return content == proved_line(seq, leaf=leaf, hashed=hashed, size=checkpoint.size, path=path)
