"""The two files of a release that its entry cannot name, because they prove it: entry and checkpoint."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.ledger.proof import proved_entry
from metrics.models import LedgerCheckpoint

ENTRY_FILE = "entry.jsonl"
CHECKPOINT_FILE = "checkpoint.txt"
PROOF_FILES = (ENTRY_FILE, CHECKPOINT_FILE)


def wrong_proof_files(session: ReadSession, seq: int, files: dict[str, bytes]) -> Iterator[str]:
    """The names of those of `files` that are not what they were when the release at entry `seq` was made."""
    note = files[CHECKPOINT_FILE].decode("utf-8", "replace")
    size = session.scalar(select(LedgerCheckpoint.size).where(LedgerCheckpoint.note == note))
    if size is None or size < seq:
        yield CHECKPOINT_FILE
    elif files[ENTRY_FILE] != proved_entry(session, seq, size=size):
        yield ENTRY_FILE
