"""Datasets as bytes: CSV, JSON, and the Table Schema that describes both."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from metrics.database import ReadSession
from metrics.publish.dataset import Cell, Column, Dataset, Kind, Pull
from metrics.queries.view import View

_IN_MEMORY = 4 * 1024 * 1024
_AT_ONCE = 2000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@dataclass(frozen=True)
class Rendered:
    """A dataset written to `file` (spooled to disk beyond 4 MiB; the reader closes it).

    `sha256` and `size` are of the bytes in the file; `next_offset` is where the next page starts, None on the last.
    """

    file: IO[bytes]
    sha256: bytes
    size: int
    rows: int
    next_offset: int | None

    @property
    def etag(self) -> str:
        return f'"{base64.urlsafe_b64encode(self.sha256).decode().rstrip("=")}"'

    @property
    def digest(self) -> str:
        """The value of a `Repr-Digest` header (RFC 9530)."""
        return f"sha-256=:{base64.b64encode(self.sha256).decode()}:"


def render(dataset: Dataset, *, session: ReadSession, view: View, pull: Pull, form: str) -> Rendered:
    """Write what `pull` asks of `dataset` in the form `csv` or `json`, in constant memory."""
    end = None if pull.limit is None else pull.offset + pull.limit
    write = {"csv": _csv, "json": _json}[form]
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  the reader closes it
    digest, size, counter = hashlib.sha256(), 0, _Counter()
    with closing(dataset.rows(session, view, pull)) as rows:
        for chunk in write(dataset, counter.counting(islice(rows, pull.offset, end)), pull):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        more = end is not None and next(rows, None) is not None
    file.seek(0)
    return Rendered(
        file=file,
        sha256=digest.digest(),
        size=size,
        rows=counter.count,
        next_offset=end if more else None,
    )


class _Counter:
    count = 0

    def counting(self, rows: Iterator[tuple[Cell, ...]]) -> Iterator[tuple[Cell, ...]]:
        for row in rows:
            self.count += 1
            yield row


def _csv(dataset: Dataset, rows: Iterator[tuple[Cell, ...]], pull: Pull) -> Iterator[bytes]:
    """RFC 4180: comma, CRLF, quotes where needed, UTF-8, one heading line."""
    texts = [place for place, column in enumerate(dataset.columns) if column.kind is Kind.TEXT]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    if pull.bom:
        buffer.write("\ufeff")
    writer.writerow([column.name for column in dataset.columns])
    while batch := list(islice(rows, _AT_ONCE)):
        writer.writerows([_csv_cells(row, texts) for row in batch])
        yield _drained(buffer)
    yield _drained(buffer)


def _drained(buffer: io.StringIO) -> bytes:
    chunk = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return chunk


def _csv_cells(row: tuple[Cell, ...], texts: list[int]) -> list[Cell]:
    cells = [_csv_cell(cell) for cell in row]
    for place in texts:
        cells[place] = neutralised(cells[place])
    return cells


def _csv_cell(cell: Cell) -> Cell:
    return ("true" if cell else "false") if isinstance(cell, bool) else cell


def neutralised(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula, with an apostrophe before it; anything else unchanged."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA_STARTS) else cell


def _json(dataset: Dataset, rows: Iterator[tuple[Cell, ...]], pull: Pull) -> Iterator[bytes]:
    """An array of objects with the columns as keys, in their order; figures are strings, missing values null."""
    names = [column.name for column in dataset.columns]
    separator = "[\n"
    for row in rows:
        record = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
        yield (separator + record).encode()
        separator = ",\n"
    yield b"[]\n" if separator == "[\n" else b"\n]\n"


_FIELD_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.CODE: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    Kind.DATE: {"type": "date", "format": "%Y-%m-%d"},
    Kind.PERIOD: {"type": "yearmonth"},
    Kind.INSTANT: {"type": "datetime"},
}


def table_schema(dataset: Dataset) -> dict[str, Any]:
    """The dataset's Table Schema (Frictionless v2), titles in both languages."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "title": f"{dataset.title.zh} / {dataset.title.en}",
        "description": f"{dataset.grain.zh} / {dataset.grain.en}",
        "fields": [_field(column) for column in dataset.columns],
        "missingValues": [""],
    }


def _field(column: Column) -> dict[str, Any]:
    return {"name": column.name, "title": column.title.zh, "description": column.title.en, **_FIELD_TYPES[column.kind]}
