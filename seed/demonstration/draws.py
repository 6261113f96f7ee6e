"""Numbers drawn by hashing, so that they are the same for every version of Python."""

from __future__ import annotations

import hashlib


def draw(*key: str | int, below: int) -> int:
    """A whole number from 0 to `below` − 1 that depends on `key` only."""
    written = "\x1f".join(str(part) for part in key).encode()
    return int.from_bytes(hashlib.sha256(written).digest()[:8], "big") % below


def draw_between(*key: str | int, least: int, most: int) -> int:
    """A whole number from `least` to `most`, both included, that depends on `key` only."""
    return least + draw(*key, below=most - least + 1)
