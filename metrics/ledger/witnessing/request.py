"""The body of `add-checkpoint` (C2SP tlog-witness): what a witness is asked, written and read."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_STEPS = 63  # hashes of a consistency proof
LONGEST = 64 * 1024  # bytes of a body; 63 hashes and a checkpoint with a dozen signatures are under 10 KiB
SIZE_TYPE = "text/x.tlog.size"

_SIZE, _MARK = rb"(?:0|[1-9][0-9]{0,18})", rb"[^\x00-\x1f\x7f]"  # a note has no control characters but line ends
_BODY = re.compile(rb"old (%b)\n((?:[^\n]+\n){0,64})\n(.+)" % _SIZE, re.DOTALL)
_NOTE = re.compile(
    rb"(%b{1,255}\n%b\n[A-Za-z0-9+/]{43}=\n(?:%b+\n)*)\n" % (_MARK, _SIZE, _MARK)
    + rb"((?:\xe2\x80\x94 [^\x00-\x20\x7f]+ [A-Za-z0-9+/]+={0,2}\n)+)"
)


class Malformed(ValueError):
    """A body that is no request; says why in one line."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """`path` leads from the first `old` entries to the `size` entries of which `body`, what the note says, has `root`.

    `note` is the whole checkpoint with its signatures.
    """

    old: int
    path: list[bytes]
    note: bytes
    body: bytes
    origin: str
    size: int
    root: bytes


def written_request(*, old: int, path: Sequence[bytes], note: str) -> bytes:
    """The body that asks a witness which cosigned the first `old` entries to cosign `note`."""
    steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in path)
    return f"old {old}\n{steps}\n{note}".encode()


def read_request(content: bytes) -> AddCheckpoint:
    """What a body asks. Raises Malformed for one that is not just as the specification has it."""
    found = _BODY.fullmatch(content)
    if found is None:
        raise Malformed("not an old size, proof lines, an empty line and a checkpoint")
    path = [_hash(line) for line in found[2].splitlines()]
    if len(path) > MOST_STEPS:
        raise Malformed("more than 63 proof lines")
    note = _NOTE.fullmatch(found[3])
    if note is None:
        raise Malformed("not a signed checkpoint")
    origin, size, root = note[1].split(b"\n")[:3]
    try:
        named = origin.decode()
        note[0].decode()
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
    return AddCheckpoint(int(found[1]), path, found[3], note[1], named, int(size), _hash(root))


def _hash(line: bytes) -> bytes:
    try:
        found = base64.b64decode(line, validate=True)
    except binascii.Error:
        found = b""
    if len(found) != 32 or base64.b64encode(found) != line:
        raise Malformed("a hash that is not 32 bytes in base64")
    return found
