"""Rows as a JSON array of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator

from metrics.publish.dataset import Row
from metrics.publish.edition import Edition


def json_bytes(edition: Edition, rows: Iterator[Row]) -> Iterator[bytes]:
    """An array of objects with the columns as keys, in their order; figures are strings, missing values null."""
    names = [column.name for column in edition.dataset.columns]
    separator = "[\n"
    for row in rows:
        record = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
        yield (separator + record).encode()
        separator = ",\n"
    yield b"[]\n" if separator == "[\n" else b"\n]\n"
