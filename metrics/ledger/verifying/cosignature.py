"""What witnesses say of a checkpoint: C2SP tlog-cosignature, Ed25519 (cosignature/v1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from typing import NamedTuple

from metrics.ledger.verifying.checkpoint import OF_WITNESS, decoded, parts_of_note, read_key
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.signature import is_signed

_STAMPED = 4 + 8 + 64  # bytes: the key's id, the moment, the signature
_LAST_MOMENT = 253_402_300_799  # of the year 9999: what is later is said as that


class Cosignature(NamedTuple):
    """By `at` (seconds since 1970) the witness with the verifier key `key` had seen the log come this far.

    `line`: the signature as the note carries it.
    """

    key: str
    at: int
    line: str

    def told(self) -> str:
        """Who, and when."""
        moment = datetime.fromtimestamp(min(self.at, _LAST_MOMENT), timezone.utc)
        return f"{self.key.partition('+')[0]} {moment.strftime('%Y-%m-%dT%H:%M:%SZ')}"


def cosigned_text(body: bytes, at: int) -> bytes:
    """What a witness signs: a line that says what it is, the moment, and the whole of what the checkpoint says."""
    return b"cosignature/v1\ntime %d\n" % at + body


def read_cosignatures(
    note: bytes, keys: Iterable[str], *, is_signed: Callable[[bytes, bytes, bytes], bool] = is_signed
) -> list[Cosignature]:
    """The cosignatures under a note that are of `keys` (verifier keys of witnesses); those of others are passed over.

    Raises Wrong for one that is false: its key's name and id, and not that key's signature.
    """
    text, _, lines = parts_of_note(note)
    trusted = {read_key(key, kind=OF_WITNESS)[:2]: key.strip() for key in keys}
    found = []
    for name, encoded in lines:
        raw = decoded(encoded)
        key = trusted.get((name, raw[:4]))
        if key is None:
            continue
        at, public = int.from_bytes(raw[4:12], "big"), read_key(key, kind=OF_WITNESS)[2]
        if len(raw) != _STAMPED or at >> 63 or not is_signed(public, raw[12:], cosigned_text(text + b"\n", at)):
            raise Wrong(f"见证人的签名不对({name})。", f"The cosignature by {name} is false.")
        found.append(Cosignature(key, at, f"— {name} {encoded}\n"))
    return found
