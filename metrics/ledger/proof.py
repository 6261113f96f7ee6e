"""An entry with its inclusion proof in one line, so that a file it names can be checked without the other entries."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.ledger.tiles import stored_tree
from metrics.models import LedgerEntry


def proved_entry(session: ReadSession, seq: int, *, size: int) -> bytes:
    """The entry `seq` as `GET /ledger/entries` writes it, with the path to the root of the first `size` entries."""
    entry = session.execute(select(LedgerEntry.leaf, LedgerEntry.leaf_hash).where(LedgerEntry.seq == seq)).one()
    path = stored_tree(session, size=size).inclusion(seq - 1)
    return proved_line(seq, leaf=entry.leaf, hashed=entry.leaf_hash, size=size, path=path)


def proved_line(seq: int, *, leaf: str, hashed: bytes, size: int, path: Sequence[bytes]) -> bytes:
    """The line for entry `seq`, whose leaf has the hash `hashed`."""
    inclusion = {"size": size, "path": [step.hex() for step in path]}
    line = {"seq": seq, "leaf_hash": hashed.hex(), "leaf": leaf, "inclusion": inclusion}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"
