"""Passwords, and secrets that stand for a person: how each is made, kept and compared.

Which passwords are accepted says metrics/password_rules.py; they are kept with Argon2id. A secret of a token, a session
or a link has 256 random bits, so a plain SHA-256 is enough to keep: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import lru_cache

from pwdlib import PasswordHash

from metrics.password_rules import prepared_password

TOKEN_PREFIX = "biaochi_"  # noqa: S105  not a secret: the mark by which scanners find a leaked token


def hash_password(password: str) -> str:
    """The Argon2id hash to keep, with its own salt."""
    return _hasher().hash(_bytes(password))


def matches(password: str, kept: str) -> tuple[bool, str | None]:
    """Whether `password` is the one `kept` was made of, and a new hash to keep if `kept` is weaker than today's."""
    return _hasher().verify_and_update(_bytes(password), kept)


@lru_cache(maxsize=1)
def dummy_hash() -> str:
    """The hash of a password nobody knows: what an unknown name is compared with, to take as long as a known one."""
    return hash_password(secrets.token_urlsafe(32))


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


def _bytes(password: str) -> bytes:
    return prepared_password(password).encode("utf-8", "surrogatepass")


def new_token_secret() -> str:
    """A fresh bearer token, `biaochi_…`."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_confirmation_secret() -> str:
    """A fresh secret for a link that one person is sent."""
    return secrets.token_urlsafe(32)


def new_session_secret() -> str:
    """A fresh secret for a browser's cookie."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What the database keeps of the secret of a token, a session or a link."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
