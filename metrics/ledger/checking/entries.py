"""The ledger's own rows: numbered without gaps, each leaf what its columns and its hash say, times in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Message
from metrics.ledger.checking.finding import ENTRIES, Finding, entry_key
from metrics.ledger.verifying.merkle import leaf_hash
from metrics.models import LedgerEntry

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Read:
    """One entry as it was read. `said` None: the leaf is not what its hash says, or no JSON. `hashed`: of the leaf."""

    seq: int
    hashed: bytes
    said: dict[str, Any] | None
    findings: tuple[Finding, ...]


def read_entries(session: ReadSession) -> Iterator[Read]:
    """Every entry in order, streamed."""
    query = select(
        LedgerEntry.seq, LedgerEntry.kind, LedgerEntry.recorded_at, LedgerEntry.leaf, LedgerEntry.leaf_hash
    ).order_by(LedgerEntry.seq)
    latest: datetime | None = None
    with session.execute(query, execution_options={"yield_per": _AT_ONCE}) as rows:
        for seq, kind, recorded_at, leaf, stored in rows:
            hashed = leaf_hash(leaf.encode())
            said = _parsed(leaf)
            wrong = list(_wrong(seq, kind, recorded_at, said=said, intact=hashed == stored))
            if said is not None and not said.get("synthetic"):
                if latest is not None and recorded_at < latest:
                    wrong.append(_finding(seq, "时间早于前一条。", "It is dated before the entry before it."))
                latest = max(recorded_at, latest or recorded_at)
            yield Read(seq, hashed, said if hashed == stored else None, tuple(wrong))


def gap(first: int, last: int) -> Iterator[Finding]:
    """Findings for the missing entries from `first` to `last`; long gaps are one finding."""
    message = Message("账本缺少此条。", "This entry of the ledger is missing.")
    if last - first > 999:
        yield Finding(ENTRIES, f"seq={first}…{last}", message)
    else:
        for seq in range(first, last + 1):
            yield Finding(ENTRIES, entry_key(seq), message)


def _parsed(leaf: str) -> dict[str, Any] | None:
    try:
        said = json.loads(leaf)
        datetime.fromisoformat(said["recorded_at"])
    except (ValueError, KeyError, TypeError):
        return None
    return said if isinstance(said, dict) else None


def _wrong(
    seq: int, kind: str, recorded_at: datetime, *, said: dict[str, Any] | None, intact: bool
) -> Iterator[Finding]:
    if not intact:
        yield _finding(seq, "条目与其哈希不符。", "The leaf is not what its hash says.")
    if said is None:
        yield _finding(seq, "条目无法读取。", "The leaf cannot be read.")
        return
    same = {
        "seq": said.get("seq") == seq,
        "kind": said.get("kind") == kind,
        "recorded_at": datetime.fromisoformat(said["recorded_at"]) == recorded_at,
    }
    odd = ", ".join(name for name, holds in same.items() if not holds)
    if odd:
        yield _finding(seq, f"列与条目内容不符:{odd}", f"The columns are not what the leaf says, in {odd}.")


def _finding(seq: int, zh: str, en: str) -> Finding:
    return Finding(ENTRIES, entry_key(seq), Message(zh, en))
