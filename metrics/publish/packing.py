"""Gzip (RFC 1952), a piece at a time: nothing stands in it but the text, so that the same text is the same bytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

# Of a million observations level 1 makes 18 MB out of 153 in half a second, level 6 13 MB in 1.7 s (decision 261).
_LEVEL = 1
_GZIP = 16 + zlib.MAX_WBITS
PACKED = frozenset({"csv", "json"})
"""The forms that are text; XLSX and Parquet are packed in themselves."""


def gzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """`chunks` packed. No name and no time of day stand in it."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()
