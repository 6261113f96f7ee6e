"""Secrets that stand for a person: how they are made and what of them is kept.

A secret has 256 random bits, so a plain SHA-256 is enough to keep: there is nothing to guess. Passwords are another
matter, see :mod:`metrics.passwords`.
"""

from __future__ import annotations

import hashlib
import secrets

TOKEN_PREFIX = "biaochi_"  # noqa: S105  not a secret: the mark by which scanners find a leaked token


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
