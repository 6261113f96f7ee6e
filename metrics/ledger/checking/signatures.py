"""Checkpoints that the database keeps: as they were issued, to the last byte, and checked fast."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from metrics.database import ReadSession
from metrics.ledger.verify import Checkpoint, Wrong, open_checkpoint, read_key
from metrics.models import LedgerKey

_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/=]+)\n")


def known_keys(session: ReadSession) -> list[str]:
    """The public keys there are. What is none is named where it is held against the entry that took it into use."""
    found = []
    for key in session.scalars(select(LedgerKey.verifier_key)):
        try:
            read_key(key)
        except Wrong:
            continue
        found.append(key)
    return found


def open_issued(note: str, keys: Iterable[str]) -> tuple[Checkpoint, str]:
    """What a checkpoint of ours says, and the id of the key in use when it was issued, which signs first.

    Others may add their signatures to a checkpoint that they were given; in the database there are none but ours.
    Raises Wrong.
    """
    found = open_checkpoint(note.encode(), list(keys), is_signed=is_signed)
    lines = note.rpartition("\n\n")[2]
    known = {tuple(key.split("+")[:2]) for key in keys}
    signatures = [(name, base64.b64decode(encoded)) for name, encoded in _SIGNATURE.findall(lines)]
    written = "".join(f"— {name} {base64.b64encode(signature).decode()}\n" for name, signature in signatures)
    if written != lines or any((name, signature[:4].hex()) not in known for name, signature in signatures):
        raise Wrong("检查点不是签发时的样子。", "The checkpoint is not as it was issued.")
    return found, signatures[0][1][:4].hex()


def is_signed(public_key: bytes, signature: bytes, signed: bytes) -> bool:
    """As :func:`metrics.ledger.verify.is_signed`, by OpenSSL, a hundred times as fast."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True
