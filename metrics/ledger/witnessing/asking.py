"""Asking a witness for its cosignature, and believing nothing that it answers (C2SP tlog-witness, the log's side)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from metrics.errors import Message
from metrics.ledger.keys import is_signed
from metrics.ledger.verifying.cosignature import Cosignature, read_cosignatures
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.policy import Trusted
from metrics.ledger.witnessing.post_text import HowNotPosted, NotPosted, post_text
from metrics.ledger.witnessing.request import SIZE_TYPE, written_request

WAITS = 10.0  # seconds for each answer, however slowly it comes
_CLOCKS_DIFFER = 300  # seconds
_TIMES_OUT = (408, 504)  # what a proxy answers for a witness that takes longer than it waits


class WitnessFault(StrEnum):
    """What kept a cosignature from being had."""

    AWAY = "away"
    SLOW = "slow"
    FAILING = "failing"
    NOT_KNOWN = "not_known"
    OTHER_HISTORY = "other_history"
    FALSE_SIGNATURE = "false_signature"
    STALE = "stale"
    MALFORMED = "malformed"

    @property
    def told(self) -> Message:
        return _TOLD[self]


_TOLD = {
    WitnessFault.AWAY: Message("联系不上", "is away"),
    WitnessFault.SLOW: Message("限时内没有答复", "does not answer in time"),
    WitnessFault.FAILING: Message("答复说它出了错", "answers that it failed"),
    WitnessFault.NOT_KNOWN: Message("不认识本账本或其密钥", "does not know this ledger, or its key"),
    WitnessFault.OTHER_HISTORY: Message(
        "见过与本账本接不上的检查点:账本曾被退回或改写,或见证人有误",
        "has seen checkpoints that this ledger does not continue: it was set back or rewritten, or the witness errs",
    ),
    WitnessFault.FALSE_SIGNATURE: Message("答复的签名不对", "answers with a false signature"),
    WitnessFault.STALE: Message("答复的时间与本机相差过大", "answers with a moment far from this machine's clock"),
    WitnessFault.MALFORMED: Message(
        "答复不合规范(转向、过长或读不懂)", "answers out of form: a redirection, too long, unreadable"
    ),
}


class WitnessRefused(Exception):
    """No cosignature came. `detail`, for the log, holds nothing of what was answered but numbers and names."""

    def __init__(self, fault: WitnessFault, detail: str = "") -> None:
        super().__init__(f"{fault} {detail}".strip())
        self.fault, self.detail = fault, detail


@dataclass(frozen=True, slots=True)
class Submitted:
    """A signed checkpoint over the first `size` entries, and how to prove that it goes on from an earlier size."""

    note: str
    size: int
    consistency: Callable[[int], Sequence[bytes]]


def ask_witness(witness: Trusted, asked: Submitted, *, old: int, waits: float = WAITS) -> Cosignature:
    """The witness's cosignature under `asked`, where it cosigned the first `old` entries last as far as we know.

    A witness that says it cosigned another size is asked once more from there. Raises WitnessRefused.
    """
    old = old if old <= asked.size else 0  # the ledger was set back since: the witness says how far it was
    status, media_type, content = _posted(witness.url, _request(asked, old), waits)
    if status == 409:
        known = re.fullmatch(rb"(0|[1-9][0-9]{0,18})\n", content)
        if known is None or media_type.partition(";")[0].strip() != SIZE_TYPE:
            raise WitnessRefused(WitnessFault.MALFORMED, "409 without a size")
        at = int(known[1])
        if at == old or at > asked.size:
            raise WitnessRefused(WitnessFault.OTHER_HISTORY, f"cosigned {at}, asked for {asked.size}")
        status, media_type, content = _posted(witness.url, _request(asked, at), waits)
    if status in (409, 422):
        raise WitnessRefused(WitnessFault.OTHER_HISTORY, f"status {status}, asked for {asked.size}")
    if status in (403, 404):
        raise WitnessRefused(WitnessFault.NOT_KNOWN, f"status {status}")
    if status != 200:
        raise WitnessRefused(_said_by(status), f"status {status}")
    return _cosignature(witness, asked, content)


def _said_by(status: int) -> WitnessFault:
    if status < 400:
        return WitnessFault.MALFORMED
    return WitnessFault.SLOW if status in _TIMES_OUT else WitnessFault.FAILING


def _request(asked: Submitted, old: int) -> bytes:
    path = asked.consistency(old) if 0 < old < asked.size else ()
    return written_request(old=old, path=path, note=asked.note)


def _cosignature(witness: Trusted, asked: Submitted, content: bytes) -> Cosignature:
    lines = content.decode("utf-8", "replace")
    if not re.fullmatch("(— \\S+ [A-Za-z0-9+/]+={0,2}\n)+", lines):
        raise WitnessRefused(WitnessFault.MALFORMED, "not signature lines")
    body = asked.note.rpartition("\n\n")[0]
    try:
        found = read_cosignatures(f"{body}\n\n{lines}".encode(), [witness.key], is_signed=is_signed)
    except Wrong:
        raise WitnessRefused(WitnessFault.FALSE_SIGNATURE) from None
    if not found:
        raise WitnessRefused(WitnessFault.FALSE_SIGNATURE, "by another key")
    if abs(found[0].at - time.time()) > _CLOCKS_DIFFER:
        raise WitnessRefused(WitnessFault.STALE, f"says {found[0].at}")
    return found[0]


def _posted(prefix: str, body: bytes, waits: float) -> tuple[int, str, bytes]:
    """Status, media type and body of the witness's answer."""
    try:
        answer = post_text(f"{prefix.rstrip('/')}/add-checkpoint", body, waits=waits)
    except NotPosted as failed:
        fault = {HowNotPosted.SLOW: WitnessFault.SLOW, HowNotPosted.TOO_LONG: WitnessFault.MALFORMED}
        raise WitnessRefused(fault.get(failed.how, WitnessFault.AWAY), failed.detail) from None
    return answer.status, answer.media_type, answer.content
