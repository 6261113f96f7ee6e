"""A flood is counted: of rows that are alike but for what they are about, the first in a minute are written out.

Alike are rows of the same actor, address, way, act and outcome. Whoever is known is counted apart, and row by row with
what it was about: strangers cannot use up what is written of them, nor hide in a count what somebody read or whose
account was tried. What is counted is in memory until its minute is over; a process that is killed loses the counts of
that minute, never the first rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from metrics.audit_acts import AuditAction
from metrics.commands.record_audit import AuditCount, AuditRow

WINDOW = timedelta(minutes=1)
WRITTEN_OUT = 20  # rows alike in a window
MOST_WRITTEN_OUT = 1000  # rows in a window, of all kinds together, of one actor or of all strangers
MOST_KINDS = 5000  # of one actor or of all strangers; beyond them addresses and subjects are no longer told apart
MANY_ADDRESSES = "*"


@dataclass(slots=True)
class _Alike:
    """What is known of rows that are alike since the first of them."""

    since: datetime
    written: int = 0
    counted: int = 0
    first: datetime | None = None
    last: datetime | None = None


@dataclass(slots=True)
class _Share:
    """What one actor did, or all strangers together."""

    kinds: dict[AuditRow, _Alike] = field(default_factory=dict)
    since: datetime | None = None
    written: int = 0

    def alike(self, row: AuditRow, *, now: datetime) -> _Alike:
        """What is known of rows like `row`."""
        if self.since is None or now - self.since >= WINDOW:
            self.since, self.written = now, 0
        kept = row.subject if row.actor.name or row.action is AuditAction.SIGN_IN else ""
        kind = replace(row, subject=kept, request_id="")
        if kind not in self.kinds and len(self.kinds) >= MOST_KINDS:
            # The subject of a sign-in is the name of an account that there is: those are not many.
            kept = kept if row.action is AuditAction.SIGN_IN else ""
            kind = replace(kind, subject=kept, address=MANY_ADDRESSES)
        return self.kinds.setdefault(kind, _Alike(now))


@dataclass(slots=True)
class Flood:
    """Which rows are written out, and the counts of the others. Not safe for several threads at once."""

    _shares: dict[str, _Share] = field(default_factory=dict)

    def takes(self, row: AuditRow, *, now: datetime) -> bool:
        """True if `row` is counted; False if it is to be written out."""
        share = self._shares.setdefault(row.actor.name, _Share())
        alike = share.alike(row, now=now)
        if alike.written < WRITTEN_OUT and share.written < MOST_WRITTEN_OUT:
            alike.written += 1
            share.written += 1
            return False
        alike.counted += 1
        alike.first, alike.last = alike.first or now, now
        return True

    def over(self, *, now: datetime | None) -> list[AuditCount]:
        """The counts whose minute is over, which are forgotten here; None: all of them."""
        found = []
        for name, share in list(self._shares.items()):
            ended = {kind: alike for kind, alike in share.kinds.items() if now is None or now - alike.since >= WINDOW}
            for kind in ended:
                del share.kinds[kind]
            if not share.kinds and (now is None or share.since is None or now - share.since >= WINDOW):
                del self._shares[name]
            found += [_count(kind, alike) for kind, alike in ended.items() if alike.counted]
        return found

    @property
    def counts(self) -> bool:
        """True if there is a count that is not written yet."""
        return any(alike.counted for share in self._shares.values() for alike in share.kinds.values())


def _count(kind: AuditRow, alike: _Alike) -> AuditCount:
    times: dict[str, Any] = {"at": alike.first, "until": alike.last}
    return AuditCount(kind, count=alike.counted, **times)
