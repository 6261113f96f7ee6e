"""Whether a text shows anything at all. Pure."""

from __future__ import annotations

import unicodedata

_SHOWN = frozenset("LNPS")  # letters, numbers, punctuation, symbols: the general categories that leave a mark alone
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # Hangul fillers and the empty braille cell: of these, yet empty


def is_visible(text: str) -> bool:
    """True if `text` has a character that is seen: not only spaces, format or control characters and the like."""
    return any(unicodedata.category(character)[0] in _SHOWN and character not in _BLANK for character in text)
