"""A witness's judgement: which checkpoints it cosigns, and what it answers to the others (C2SP tlog-witness)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from metrics.errors import Unavailable
from metrics.ledger.keys import is_signed
from metrics.ledger.verifying.checkpoint import open_checkpoint
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.merkle import is_consistent, tree_root
from metrics.ledger.verifying.policy import Policy
from metrics.ledger.witnessing.request import SIZE_TYPE, AddCheckpoint, Malformed, read_request
from metrics.ledger.witnessing.seen import LastSeen, SeenLogs, WitnessKey, now_in_seconds, write_whole

log = structlog.get_logger(__name__)
_PLAIN = "text/plain; charset=utf-8"
_MOST_KEPT = 200  # notes that were refused, kept to be shown


@dataclass(frozen=True, slots=True)
class WitnessAnswer:
    """What goes back over HTTP."""

    status: int
    text: str
    media_type: str = _PLAIN


@dataclass(slots=True)
class Witness:
    """One key, what it saw, and the logs it knows: verifier keys by origin.

    `evidence`: the folder in which signed checkpoints are kept that do not fit what was seen.
    """

    key: WitnessKey
    seen: SeenLogs
    logs: Mapping[str, Sequence[str]]
    evidence: Path
    now: Callable[[], int] = now_in_seconds
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def add_checkpoint(self, content: bytes) -> WitnessAnswer:
        """Cosign what a body asks for, or say why not. What is cosigned is on the disk before this returns."""
        try:
            asked = read_request(content)
        except Malformed as malformed:
            return WitnessAnswer(400, f"{malformed}\n")
        keys = self.logs.get(asked.origin)
        if keys is None:
            return self._refused(asked, 404, "this log is not known here")
        try:
            open_checkpoint(asked.note, keys, is_signed=is_signed)
        except Wrong:
            return self._refused(asked, 403, "none of the log's keys signed this")
        if asked.old > asked.size:
            return self._refused(asked, 400, "the old size is beyond the checkpoint's")
        with self._one_at_a_time:
            return self._judged(asked)

    def _judged(self, asked: AddCheckpoint) -> WitnessAnswer:
        last = self.seen.last(asked.origin)
        known = 0 if last is None else last.size
        if asked.old != known:
            return self._conflict(asked, known)
        if last is not None and asked.size == known and asked.root != last.root:
            self._keep(asked)
            return self._conflict(asked, known)
        if not _goes_on(asked, last):
            self._keep(asked)
            return self._refused(asked, 422, "the proof does not lead from what was cosigned to this checkpoint")
        at = max(self.now(), 0 if last is None else last.at)  # a clock that was set back does not show
        try:
            self.seen.keep(asked.origin, LastSeen(asked.size, asked.root, at))
        except Unavailable as unwritable:
            return self._refused(asked, 503, unwritable.message.en)
        log.info("cosigned", origin=asked.origin, size=asked.size)
        return WitnessAnswer(200, self.key.cosignature(asked.body, at=at))

    def _conflict(self, asked: AddCheckpoint, known: int) -> WitnessAnswer:
        log.info("not_cosigned", origin=asked.origin, size=asked.size, status=409, last=known)
        return WitnessAnswer(409, f"{known}\n", SIZE_TYPE)

    def _refused(self, asked: AddCheckpoint, status: int, reason: str) -> WitnessAnswer:
        log.warning("not_cosigned", origin=asked.origin[:100], size=asked.size, status=status, reason=reason)
        return WitnessAnswer(status, f"{reason}\n")

    def _keep(self, asked: AddCheckpoint) -> None:
        """Keep a note that the log signed and that does not fit: with the other one it shows two histories."""
        log.error("another_history", origin=asked.origin, size=asked.size, root=asked.root.hex())
        path = self.evidence / f"refused-{asked.size}-{asked.root.hex()[:16]}.txt"
        try:
            self.evidence.mkdir(exist_ok=True, mode=0o700)
            if not path.exists() and sum(1 for _ in self.evidence.iterdir()) < _MOST_KEPT:
                write_whole(path, asked.note.decode())
        except OSError as error:
            log.error("evidence_not_kept", reason=error.strerror)


def logs_of(policy: Policy) -> dict[str, list[str]]:
    """The verifier keys of the logs that a policy names, by origin: the key's name."""
    found: dict[str, list[str]] = {}
    for one in policy.logs:
        found.setdefault(one.key.partition("+")[0], []).append(one.key)
    return found


def _goes_on(asked: AddCheckpoint, last: LastSeen | None) -> bool:
    """True if the checkpoint continues what was cosigned last; whatever it says does, where nothing was."""
    if last is None or last.size == 0:
        return not asked.path and (asked.size > 0 or asked.root == tree_root(()))
    return is_consistent(
        first=last.size, second=asked.size, first_root=last.root, second_root=asked.root, path=asked.path
    )
