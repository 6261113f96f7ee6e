"""A checkpoint as paper has it: what can be read aloud, copied by hand, and held against the ledger years later."""

from __future__ import annotations

import base64
from dataclasses import dataclass

_GROUP = 8  # digits that are read in one go


@dataclass(frozen=True, slots=True)
class PrintedHead:
    """The first `size` entries of the log `origin` had this `root` (64 hexadecimal digits, in groups).

    `key`: name and id of the key that signed it, as a verifier key begins.
    """

    origin: str
    size: int
    root: str
    key: str


def printed_head(note: str) -> PrintedHead:
    """What of a signed checkpoint stands on paper."""
    body, _, signatures = note.rpartition("\n\n")
    origin, size, root = body.split("\n")[:3]
    _, name, signature = signatures.split("\n")[0].split(" ")
    key = f"{name}+{base64.b64decode(signature)[:4].hex()}"
    return PrintedHead(origin, int(size), grouped_hash(base64.b64decode(root).hex()), key)


def grouped_hash(digits: str) -> str:
    """A hash in groups that can be read aloud."""
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))
