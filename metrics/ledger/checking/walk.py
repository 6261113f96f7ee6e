"""One walk along the ledger, with everything that stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from metrics.database import ReadSession
from metrics.errors import Message
from metrics.ledger.checking.documents import DocumentsCheck
from metrics.ledger.checking.entries import Read, gap, read_entries
from metrics.ledger.checking.finding import ENTRIES, Finding, entry_key
from metrics.ledger.checking.submissions import ConfirmationsCheck, SubmissionsCheck
from metrics.ledger.checking.tree import Confirmed, TreeCheck

_GREATEST_GAP = 1000  # beyond it, what stands at the missing numbers is not looked for one by one


def check_ledger(session: ReadSession, *, progress: Callable[[int], None] | None = None) -> Iterator[Finding]:
    """Every bad row. A changed row is named itself; what only follows from it is not named as well.

    Where an entry and its rows contradict each other and the tree cannot decide, because the entry is so new that no
    tile holds it yet, both are named. `progress` is told the sequence number reached.
    """
    walk = _Walk(session)
    for read in read_entries(session):
        yield from walk.entry(read)
        if progress is not None:
            progress(read.seq)
    yield from walk.end()


class _Walk:
    def __init__(self, session: ReadSession) -> None:
        self._tree = TreeCheck(session)
        self._beside = (SubmissionsCheck(session), DocumentsCheck(session), ConfirmationsCheck(session))
        self._expected = 1

    def entry(self, read: Read) -> Iterator[Finding]:
        if read.seq > self._expected:
            yield from gap(self._expected, read.seq - 1)
            self._skip_gap(read.seq)
        self._expected = read.seq + 1
        yield from read.findings
        confirmed, findings = self._tree.entry(read.seq, read.hashed, named=bool(read.findings))
        yield from findings
        if read.said is None or confirmed is Confirmed.NO or read.said.get("seq") != read.seq:
            for check in self._beside:
                check.skip(read.seq)
            return
        try:
            beside = [finding for check in self._beside for finding in check.entry(read.said)]
        except (LookupError, TypeError, ValueError, AttributeError):  # a leaf is whatever somebody wrote there
            beside = [Finding(ENTRIES, entry_key(read.seq), Message("条目不成形。", "Not of the form of its kind."))]
        yield from beside
        if beside and confirmed is Confirmed.UNKNOWN:
            yield Finding(
                ENTRIES,
                entry_key(read.seq),
                Message("条目与各表所记不一致,二者之一被改动。", "The entry and its rows disagree; one was changed."),
            )

    def end(self) -> Iterator[Finding]:
        yield from self._tree.end()
        for check in self._beside:
            yield from check.end()

    def _skip_gap(self, until: int) -> None:
        self._tree.skip(self._expected)
        for seq in range(self._expected, min(until, self._expected + _GREATEST_GAP)):
            for check in self._beside:
                check.skip(seq)
