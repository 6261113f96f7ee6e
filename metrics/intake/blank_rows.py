"""Rows of a worksheet that are only formatted, left out of its bytes before they are parsed.

A sheet may hold a million of them; as events they would cost seconds, and they say nothing. Only whole rows that say
where they are go, and the last of several stays, so that what follows it is counted from the same place. Nothing goes
from the first comment or the like on, in which a row would be text.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import IO

_BLANK = (
    rb'<row r="[0-9]+"(?: [A-Za-z0-9:]+="[^"<>&]*")*\s*'
    rb'(?:/>|>(?:<c r="[A-Z]{1,3}[0-9]+"(?: s="[0-9]+")?\s*/>)*</row>)'
)
_BLANK_ROWS = re.compile(rb"(?:" + _BLANK + rb')+(?=<row r=")')
_MARKS = (b"<!", b"<?")  # comments, declarations, instructions


class BlankRowsLeftOut:
    """The bytes of `source` without blank rows."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._started = self._marked = False
        self._end = b""

    def read(self, size: int) -> bytes:
        """Up to `size` bytes of the source, of which fewer may be left; b"" only at its end."""
        while piece := self._source.read(size):
            seen, self._end = self._end + piece, piece[-1:]
            if not self._started:
                seen, self._started = seen.removeprefix(BOM_UTF8).removeprefix(b"<?xml"), True
            self._marked = self._marked or any(mark in seen for mark in _MARKS)
            if self._marked:
                return piece
            if left := _BLANK_ROWS.sub(b"", piece):
                return left
        return b""
