"""Links that were used against the sign-offs in the ledger that name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.ledger.checking.finding import Finding, differing, missing, unaccounted
from metrics.models import Confirmation
from metrics.sign_offs import LINK_PURPOSE, How

_TABLE = "confirmations"


class ConfirmationsCheck:
    """A sign-off by a link names the link, and every link that was used is named by one. Open links say nothing."""

    def __init__(self, session: ReadSession) -> None:
        used = select(Confirmation.__table__).where(Confirmation.used_at.is_not(None))
        self._used = {row["id"]: dict(row) for row in session.execute(used).mappings()}
        self._skipped = False

    def skip(self, seq: int) -> None:
        """The entry is missing or cannot be trusted: it may be the one that used some link."""
        self._skipped = True

    def entry(self, said: Mapping[str, Any]) -> Iterator[Finding]:
        """What is wrong with the link by which the entry's sign-off was given."""
        if said["kind"] != "sign_off" or said.get("how") != How.LINK:
            return
        key, row = _key(said["confirmation"]), self._used.pop(said["confirmation"], None)
        if row is None:
            yield missing(_TABLE, key)
            return
        expected = {name: said[name] for name in ("revision", "person")}
        expected |= {"purpose": LINK_PURPOSE, "subject": said["submission"], "leaf_hash": said["signs"]}
        expected["used_at"] = datetime.fromisoformat(said["recorded_at"])
        yield from differing(_TABLE, key, expected=expected, found=row | {"leaf_hash": row["leaf_hash"].hex()})

    def end(self) -> Iterator[Finding]:
        """Links that were used, and no sign-off names them."""
        if not self._skipped:
            yield from (unaccounted(_TABLE, _key(number)) for number in self._used)


def _key(number: int) -> str:
    return f"id={number}"
