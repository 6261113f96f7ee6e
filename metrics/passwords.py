"""Passwords: what is accepted, how one is kept (Argon2id) and how one is compared.

The rule is profile `asvs` (OWASP ASVS 2.1): at least 12 characters, any characters, no forced mixture; refused are
the user's own name and passwords everybody tries first.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import lru_cache

from pwdlib import PasswordHash

from metrics.errors import Message, Problem

SHORTEST = 12
LONGEST = 256
_FEWEST_DIFFERENT = 5

# Long enough to pass the length rule and tried first all the same.
_COMMON = frozenset(
    {
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "1qaz2wsx3edc4rfv",
        "a1b2c3d4e5f6",
        "abc123456789",
        "abcdefghijkl",
        "asdfghjkl123",
        "iloveyou1314",
        "q1w2e3r4t5y6",
        "qazwsxedcrfv",
        "qwer1234asdf",
        "qwertyuiop[]",
        "woaini1314520",
        "zaq12wsxcde3",
    }
)
# What remains of a password without digits and signs must not be one of these: `Password-2019` is `password`.
_COMMON_WORDS = frozenset(
    {
        "admin",
        "administrator",
        "biaochi",
        "changeme",
        "changemeplease",
        "clerk",
        "guest",
        "guangdong",
        "iloveyou",
        "letmein",
        "letmeinplease",
        "letmeinnow",
        "passw",
        "passwd",
        "password",
        "passwordpassword",
        "qwerty",
        "qwertyuiop",
        "root",
        "test",
        "user",
        "welcome",
        "woaini",
        "zhaoqing",
        "zhengwu",
    }
)


def password_problems(password: str, *, username: str) -> tuple[Problem, ...]:
    """Everything that speaks against `password` for `username`, without repeating it; empty if it is accepted."""
    prepared = _prepared(password)
    found = []
    if len(prepared) < SHORTEST:
        found.append(_problem("password_short", f"密码至少 {SHORTEST} 个字符。", f"At least {SHORTEST} characters."))
    if len(prepared) > LONGEST:
        found.append(_problem("password_long", f"密码最多 {LONGEST} 个字符。", f"At most {LONGEST} characters."))
    if username and username.casefold() in prepared.casefold():
        found.append(
            _problem(
                "password_contains_username", "密码不得包含用户名。", "The password must not contain the username."
            )
        )
    if _is_common(prepared.casefold()):
        found.append(
            _problem("password_common", "密码过于常见,易被猜中。", "This password is among the first to be tried.")
        )
    return tuple(found)


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


def _prepared(password: str) -> str:
    """The same characters however a keyboard composed them (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password)


def _bytes(password: str) -> bytes:
    return _prepared(password).encode("utf-8", "surrogatepass")


def _is_common(password: str) -> bool:
    letters = "".join(character for character in password if character.isalpha())
    return (
        password in _COMMON
        or letters in _COMMON_WORDS
        or password.isdecimal()
        or len(set(password)) < _FEWEST_DIFFERENT
    )


def _problem(code: str, zh: str, en: str) -> Problem:
    return Problem(code=code, message=Message(zh, en), pointer="/password")
