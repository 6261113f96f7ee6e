"""Datasets as bytes: CSV, JSON, XLSX and Parquet, and the Table Schema that describes them."""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO, Any

from metrics.database import ReadSession
from metrics.limits.giving_way import GivingWay
from metrics.methods import method_described
from metrics.publish.as_csv import csv_bytes, heading
from metrics.publish.as_parquet import parquet_bytes
from metrics.publish.as_xlsx import xlsx_bytes
from metrics.publish.codelists import codelist_of, fixed_codelists
from metrics.publish.dataset import AnyDataset, Heading, Kind, Lines, Pull, Row
from metrics.publish.edition import Edition
from metrics.publish.packing import gzipped
from metrics.publish.relations import KEYS, leads_to
from metrics.publish.shaped import shaped
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.view import View

_IN_MEMORY = 4 * 1024 * 1024
_SLICE = 64  # rows between two looks whether somebody waits
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


def json_bytes(edition: Edition, rows: Iterator[Row]) -> Iterator[bytes]:
    """An array of objects with the columns as keys, in their order; figures are strings, missing values null."""
    names = [column.name for column in edition.dataset.columns]
    separator = "[\n"
    for row in rows:
        record = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
        yield (separator + record).encode()
        separator = ",\n"
    yield b"[]\n" if separator == "[\n" else b"\n]\n"


_WRITERS: dict[str, Callable[[Edition, Iterator[Row]], Iterator[bytes]]] = {
    "csv": csv_bytes,
    "json": json_bytes,
    "xlsx": xlsx_bytes,
    "parquet": parquet_bytes,
}


@dataclass(frozen=True)
class Rendered:
    """A dataset written to `file` (spooled to disk beyond 4 MiB; the reader closes it).

    `sha256` and `size` are of the bytes in the file, `plain_sha256` of what they unpack to; `next_offset` is where the
    next page starts, None on the last.
    """

    file: IO[bytes]
    sha256: bytes
    plain_sha256: bytes
    size: int
    rows: int
    next_offset: int | None

    @property
    def etag(self) -> str:
        return f'"{base64.urlsafe_b64encode(self.sha256).decode().rstrip("=")}"'

    @property
    def digest(self) -> str:
        """The value of a `Repr-Digest` header (RFC 9530)."""
        return _digest_value(self.sha256)

    @property
    def plain_digest(self) -> str:
        """The same of what the bytes unpack to: the value of an `Unencoded-Digest` header."""
        return _digest_value(self.plain_sha256)


def _digest_value(sha256: bytes) -> str:
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"


def render(
    dataset: AnyDataset, *, session: ReadSession, view: View, pull: Pull, form: str, packed: bool = False
) -> Rendered:
    """Write what `pull` asks of `dataset` in one of the forms of MEDIA_TYPES, in constant memory; `packed`: as gzip.

    The file is closed, and so gone, if anything goes wrong before it is whole.
    """
    made = shaped(dataset, session, view, pull)
    page = _Page(Edition(made, view=view, pull=pull, synthetic=is_demonstration_loaded(session)), session)
    digest, plain, size = hashlib.sha256(), hashlib.sha256(), 0
    chunks = page.chunks(form)
    written = gzipped(_noted(chunks, plain)) if packed else chunks
    with ExitStack() as unfinished:
        file = unfinished.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))
        for chunk in written:
            digest.update(chunk)
            file.write(chunk)
            size += len(chunk)
        file.seek(0)
        unfinished.pop_all()
    return Rendered(
        file=file,
        sha256=digest.digest(),
        plain_sha256=plain.digest() if packed else digest.digest(),
        size=size,
        rows=page.rows,
        next_offset=pull.offset + page.rows if page.more else None,
    )


def _noted(chunks: Iterator[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


class _Page:
    """The rows asked for. Once they are written, `rows` is how many there were and `more` whether others follow."""

    def __init__(self, edition: Edition, session: ReadSession) -> None:
        self._edition, self._session = edition, session
        self._way = GivingWay()
        self.rows, self.more = 0, False

    def chunks(self, form: str) -> Iterator[bytes]:
        """The file in pieces."""
        lines = self._edition.dataset.csv_lines
        return self._rows(_WRITERS[form]) if form != "csv" or lines is None else self._lines(lines)

    def _rows(self, write: Callable[[Edition, Iterator[Row]], Iterator[bytes]]) -> Iterator[bytes]:
        edition, pull = self._edition, self._edition.pull
        end = None if pull.limit is None else pull.offset + pull.limit
        with closing(edition.dataset.rows(self._session, edition.view, pull)) as rows:
            yield from write(edition, self._counted(islice(rows, pull.offset, end)))
            self.more = end is not None and next(rows, None) is not None

    def _lines(self, lines: Lines) -> Iterator[bytes]:
        edition, pull = self._edition, self._edition.pull
        yield heading(edition)
        for chunk, count in lines(self._session, edition.view, pull):
            self.rows += count
            self._way.step()
            yield chunk
        if pull.limit == self.rows:
            following = replace(pull, limit=1, offset=pull.offset + self.rows)
            self.more = sum(count for _, count in lines(self._session, edition.view, following)) > 0

    def _counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self.rows += 1
            if self.rows % _SLICE == 0:
                self._way.step()
            yield row


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


def table_schema(dataset: AnyDataset, *, among: Collection[str] | None = None) -> dict[str, Any]:
    """The dataset's Table Schema (Frictionless v2), titles in both languages; of verdicts, with the present method.

    With its key, where its columns lead (`among`: only to these datasets, those that lie beside it), and what can stand
    in a column of codes: the fixed ones as an enumeration, and of each the name of its codelist.
    """
    described = {"method": method_described()} if dataset.by_method else {}
    key = KEYS.get(dataset.name, ())
    leading = [
        {"fields": [one.name], "reference": {"resource": "" if at == dataset.name else at, "fields": [name]}}
        for one in dataset.columns
        if (found := leads_to(dataset.name, one.name)) is not None
        for at, name in [found]
        if among is None or at in among
    ]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "title": f"{dataset.title.zh} / {dataset.title.en}",
        "description": f"{dataset.grain.zh} / {dataset.grain.en}",
        "fields": [_field(dataset, column, key=key) for column in dataset.columns],
        "missingValues": [""],
        **({"primaryKey": list(key)} if key else {}),
        **({"foreignKeys": leading} if leading else {}),
        **described,
    }


def _field(dataset: AnyDataset, column: Heading, *, key: Collection[str]) -> dict[str, Any]:
    listed = codelist_of(dataset.family, column.name) if column.kind is Kind.CODE else None
    constraints: dict[str, Any] = {"required": True} if column.name in key else {}
    if listed is not None and listed in fixed_codelists():
        constraints["enum"] = list(fixed_codelists()[listed].words)
    return {
        "name": column.name,
        "title": column.title.zh,
        "description": column.title.en,
        **_FIELD_TYPES[column.kind],
        **({"constraints": constraints} if constraints else {}),
        **({"codelist": listed} if listed else {}),
    }
