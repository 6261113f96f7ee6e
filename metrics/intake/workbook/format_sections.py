"""A number format taken apart into the tokens that offices use. One token that is none of them, and the format is
unknown: of such a format nobody says what it shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*")|[\\!](?P<escaped>.)|_(?P<padding>.)|\*(?P<fill>.)
    |\[(?P<colour>black|blue|cyan|green|magenta|red|white|yellow|color\s?\d{1,2}|[黑蓝青绿红白黄]色?|洋红色?|颜色\s?\d{1,2})\]
    |\[(?P<condition>(?:[<>]=?|<>|=)\s*-?[0-9.]+)\]
    |\[\$(?P<currency>[^\]\-]*)(?:-[0-9a-f]{1,4})?\]
    |(?P<general>general|g/通用格式)|(?P<exponent>e[+-]0+)
    |(?P<digits>[0\#?](?:[0\#?,]*[0\#?])?,*)|(?P<point>\.)|(?P<percent>%)|(?P<text>@)
    |(?P<literal>[$+\-():^&'~{}<>=\s¥￥]|[^\x00-\x7f])""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_DIVIDED = re.compile(r'"[^"]*"|[\\!_*].|\[[^\]]*\]|;', re.DOTALL)


class UnknownFormat(ValueError):
    """A format of which we cannot say what it shows."""


@dataclass(frozen=True, slots=True)
class FormatToken:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of the parts that `;` divides. `condition`: comparison and number, `>=100`."""

    tokens: tuple[FormatToken, ...]
    condition: tuple[str, Decimal] | None

    def has(self, kind: str) -> bool:
        return any(token.kind == kind for token in self.tokens)


def parts_of(code: str) -> list[str]:
    """The texts between the `;` that divide a format; those in quotes, in brackets and behind a backslash do not."""
    parts, start = [], 0
    for match in _DIVIDED.finditer(code):
        if match[0] == ";":
            parts.append(code[start : match.start()])
            start = match.end()
    return [*parts, code[start:]]


@lru_cache(maxsize=1000)
def numeric_sections(code: str) -> tuple[Section, ...]:
    """The sections for numbers. Raises UnknownFormat at the first token that is none of ours."""
    parts = parts_of(code)
    if len(parts) > 4:
        raise UnknownFormat
    sections = [section_of(part) for part in parts[:3]]
    if 1 < len(parts) < 4 and sections[-1].has("text"):
        sections.pop()  # it is for texts
    return tuple(sections)


def section_of(part: str) -> Section:
    tokens: list[FormatToken] = []
    condition: tuple[str, Decimal] | None = None
    place = 0
    while place < len(part):
        match = _TOKEN.match(part, place)
        if match is None:
            raise UnknownFormat
        place, kind = match.end(), match.lastgroup or ""
        if kind == "condition":
            condition = _condition(match["condition"])
        elif (token := _token(kind, match[kind])) is not None:
            tokens.append(token)
    return Section(tuple(tokens), condition)


def _token(kind: str, text: str) -> FormatToken | None:
    """What a token puts on the screen, None if nothing."""
    if kind == "colour" or (kind == "fill" and text.isspace()):
        return None
    if kind == "fill":
        raise UnknownFormat  # repeated as often as the column is wide
    if kind == "padding":
        return FormatToken("literal", " ")
    if kind in ("escaped", "currency"):
        return FormatToken("literal", text)
    return FormatToken("literal", text[1:-1]) if kind == "quoted" else FormatToken(kind, text)


def _condition(written: str) -> tuple[str, Decimal]:
    operator = written.rstrip("-0123456789. ")
    try:
        return operator, Decimal(written[len(operator) :].strip())
    except ArithmeticError:
        raise UnknownFormat from None
