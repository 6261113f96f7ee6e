"""How people are named to the program."""

from __future__ import annotations

import re
import unicodedata

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,63}")


def plain_username(typed: str) -> str:
    """`typed` as usernames are kept: full-width characters made half-width, no blanks around, lower case."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def is_username(name: str) -> bool:
    """True if `name` follows the rule: 2 to 64 of a–z, 0–9, `.`, `_`, `-`, a letter first."""
    return _USERNAME.fullmatch(name) is not None
