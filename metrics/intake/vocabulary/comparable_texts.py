"""Texts made comparable: what people write for the same heading or name differs in width, spaces and quotes."""

from __future__ import annotations

import re
import unicodedata

_DROPPED = re.compile(r"[\s\u200b\u200c\u200d\ufeff\"'“”‘’「」『』`*★☆:;,、。_·-]+")
_NUMBERING = re.compile(r"^(?:\(?[0-9]{1,2}(?:[.)](?![0-9])|[、)])|\(?[一二三四五六七八九十]{1,3}\)?[、.)])")
_BLANK = "".join(chr(code) for code in (0x20, 0x09, 0x0A, 0x0D, 0xA0, 0x3000, 0x200B, 0xFEFF, 0x2002, 0x2003, 0x2009))


def folded(text: str) -> str:
    """`text` in one width and case, without spaces, quotes and marks; `（` is `(`, `Ⅳ` is `iv`."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())


def without_numbering(text: str) -> str:
    """`text` without the number of a list in front: `1.事项总数`, `一、网上办理`."""
    return _NUMBERING.sub("", unicodedata.normalize("NFKC", text).strip())


def half_width(text: str) -> str:
    """Full-width ASCII characters as ASCII, nothing else changed: ① and ² stay what they are."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)


def stripped(text: str) -> str:
    """`text` without spaces around it, those of other scripts included."""
    return text.strip(_BLANK)
