"""A flood is counted: of rows that are alike but for what they are about, the first in a minute are written out.

Alike are rows of the same actor, address, way, act and outcome. What is counted is in memory until its minute is over;
a process that is killed loses the counts of that minute, never the first rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from metrics.commands.record_audit import AuditCount, AuditRow

WINDOW = timedelta(minutes=1)
WRITTEN_OUT = 20  # rows alike in a window
MOST_WRITTEN_OUT = 1000  # rows in a window, of all kinds together
MOST_KINDS = 5000  # beyond them addresses are no longer told apart
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
class Flood:
    """Which rows are written out, and the counts of the others. Not safe for several threads at once."""

    _kinds: dict[AuditRow, _Alike] = field(default_factory=dict)
    _since: datetime | None = None
    _written: int = 0

    def takes(self, row: AuditRow, *, now: datetime) -> bool:
        """True if `row` is counted; False if it is to be written out."""
        if self._since is None or now - self._since >= WINDOW:
            self._since, self._written = now, 0
        kind = replace(row, subject="", request_id="")
        if kind not in self._kinds and len(self._kinds) >= MOST_KINDS:
            kind = replace(kind, address=MANY_ADDRESSES)
        alike = self._kinds.setdefault(kind, _Alike(now))
        if alike.written < WRITTEN_OUT and self._written < MOST_WRITTEN_OUT:
            alike.written += 1
            self._written += 1
            return False
        alike.counted += 1
        alike.first, alike.last = alike.first or now, now
        return True

    def over(self, *, now: datetime | None) -> list[AuditCount]:
        """The counts whose minute is over, which are forgotten here; None: all of them."""
        ended = {kind: alike for kind, alike in self._kinds.items() if now is None or now - alike.since >= WINDOW}
        for kind in ended:
            del self._kinds[kind]
        return [_count(kind, alike) for kind, alike in ended.items() if alike.counted]

    @property
    def counts(self) -> bool:
        """True if there is a count that is not written yet."""
        return any(alike.counted for alike in self._kinds.values())


def _count(kind: AuditRow, alike: _Alike) -> AuditCount:
    times: dict[str, Any] = {"at": alike.first, "until": alike.last}
    return AuditCount(kind, count=alike.counted, **times)
