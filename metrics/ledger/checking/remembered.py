"""The ledger against what its signer remembers: all of a database may fit, and be another one than was signed."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.database import ReadSession
from metrics.errors import Problem, Unavailable
from metrics.ledger.continuation import refusal_for
from metrics.ledger.memory import Head, memory_file, read_memory


def recalled() -> Head | Unavailable | None:
    """What the signer remembers here, None if nothing does, or why that cannot be read."""
    try:
        return read_memory()
    except Unavailable as unreadable:
        return unreadable


def held_against(session: ReadSession, remembered: Head | Unavailable | None) -> Iterator[Problem]:
    """That the ledger does not go on from what is `remembered`, which was read before the session's snapshot.

    Where nothing is remembered, as on a machine that signs nothing, there is nothing to hold it against.
    """
    if remembered is None:
        return
    refusal = remembered if isinstance(remembered, Unavailable) else refusal_for(session, remembered)
    if refusal is not None:
        yield Problem(refusal.code, refusal.message, pointer=memory_file().name)
