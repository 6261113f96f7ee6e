"""Argon2id at its least cost: nearly every test signs somebody in, in earnest a quarter of a second of work each."""

from __future__ import annotations

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from metrics import credentials

_CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


def cheap_hasher() -> PasswordHash:
    return _CHEAP


def hash_cheaply() -> None:
    """From here on, in this process and what is forked from it."""
    credentials._hasher = cheap_hasher  # type: ignore[assignment]  # it remembers its answer; this one has it
