"""Byte ranges of answers that never change (RFC 9110, 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    def content_range(self, size: int) -> str:
        return f"bytes {self.first}-{self.last}/{size}"


class NotSatisfiable(Exception):
    """The range asked for lies outside the answer: 416."""


def asked_range(header: str | None, *, size: int, if_range: str | None, etag: str) -> ByteRange | None:
    """The range that a `Range` header asks of `size` bytes; None for the whole.

    What is no single byte range is not an error: the whole is sent, as the standard allows. So is the whole if
    `if_range` names anything else than the strong `etag`. Raises NotSatisfiable.
    """
    found = _ONE.fullmatch(header or "")
    if found is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last = found[1], found[2]
    if not first and not last:
        return None
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise NotSatisfiable
        return ByteRange(size - length, size - 1)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NotSatisfiable
    return ByteRange(int(first), min(int(last), size - 1) if last else size - 1)


def has_tag(if_none_match: str | None, etag: str) -> bool:
    """True if the sender has what `etag` names already; a weak tag names it as well (RFC 9110, 13.1.2)."""
    tags = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    return bool({etag, "*"} & tags)
