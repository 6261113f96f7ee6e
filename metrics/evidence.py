"""Evidence (佐证) and texts that say something: an http or https address, and characters that are seen. Pure."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from metrics.errors import Message, Problem
from metrics.forms import as_given


def evidence_problems(address: str) -> list[Problem]:
    """What is wrong with the field `evidence`; an empty one says that there is none."""
    if not address or _is_web_address(address):
        return []
    message = Message("佐证须为 http 或 https 网址。", "Evidence is an http or https address.")
    return [Problem("evidence_invalid", message, "/evidence", given=as_given(address))]


def _is_web_address(address: str) -> bool:
    try:
        split = urlsplit(address)
        good = split.scheme in ("http", "https") and bool(split.hostname) and address.isprintable()
    except ValueError:
        return False
    return good and " " not in address


_SHOWN = frozenset("LNPS")  # letters, numbers, punctuation, symbols: the general categories that leave a mark alone
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # Hangul fillers and the empty braille cell: of these, yet empty


def is_visible(text: str) -> bool:
    """True if `text` has a character that is seen: not only spaces, format or control characters and the like."""
    return any(unicodedata.category(character)[0] in _SHOWN and character not in _BLANK for character in text)
