"""Where in the ledger an answer stands, as its headers say it: a reader who comes again can tell if it goes on."""

from __future__ import annotations

from metrics.database import ReadSession
from metrics.ledger.epochs import present_epoch
from metrics.queries.ledger import ledger_hash


def place_headers(session: ReadSession, *, seq: int, after: int | None = None) -> dict[str, str]:
    """Up to which entry things are known, with the hash of the ledger there, and after which entry, with its hash."""
    headers = {
        "X-As-Of-Seq": str(seq),
        "X-As-Of-Hash": ledger_hash(session, seq),
        "X-Ledger-Epoch": str(present_epoch(session)),
    }
    return headers if after is None else headers | {"X-After-Hash": ledger_hash(session, after)}
